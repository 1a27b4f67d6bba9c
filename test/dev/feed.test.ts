import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createFeed, explain } from '../../dev/feed.ts'
import { readLogLine } from '../../dev/log.ts'

const told = (tell: (feed: ReturnType<typeof createFeed>) => void): string => {
  const lines: string[] = []
  tell(createFeed((line) => lines.push(line)))
  return stripVTControlCharacters(lines.join('\n'))
}

const visit = { door: 'worker', method: 'GET', status: 200, verdict: 'allow', reason: '' } as const

describe('the feed', () => {
  it('writes one line for each request', () => {
    const line = told((feed) => feed.visit({ ...visit, path: '/patients', reason: 'public' }))
    expect(line).toMatch(/^ {2}\d\d:\d\d:\d\d {2}Worker {8}200 {2}GET \/patients +allow +public$/)
  })

  it('stays within its columns, whatever the path', () => {
    const line = told((feed) => feed.visit({ ...visit, path: `/${'x'.repeat(5000)}` }))
    expect(line.length).toBeLessThan(100)
    expect(line).toContain('x… ')
  })

  it('hands no control character of a caller to the terminal', () => {
    const line = told((feed) => feed.visit({ ...visit, path: '/\u001B]0;x\u0007\u009B\r\n' }))
    expect(line).toContain('GET /?]0;x????')
  })

  it('says what no source would say of a token', () => {
    const event = { event: 'opaque', issuer: 'https://issuer.example/', outcome: 'failed' }
    const read = readLogLine(JSON.stringify({ ...event, detail: 'status 500' }))
    if (read?.event !== 'opaque') return expect.fail()
    expect(told((feed) => feed.issuer('worker', read))).toContain(
      'no word from https://issuer.example/ about a token: failed (status 500)',
    )
  })

  it('takes verdict and reason from the decision log', () => {
    const event = { event: 'decision', outcome: 'deny', status: 401, code: 'token_expired' }
    const read = readLogLine(JSON.stringify(event))
    expect(read?.event === 'decision' && explain(read)).toEqual({
      verdict: 'deny',
      reason: 'token_expired',
    })
    expect(readLogLine('something else')).toBeNull()
    expect(readLogLine('{"event":"other"}')).toBeNull()
  })
})
