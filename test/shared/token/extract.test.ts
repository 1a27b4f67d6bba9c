/** What §2.1 says of a header field is in the cases of all doors; here, what it may cost. */
import { expect, test } from 'vitest'
import { extractToken } from '../../../shared/token/extract.ts'
import type { Config } from '../../../shared/index.ts'
import { measure } from '../../support/cost.ts'

const CONFIG: Config = { issuers: [] }
/** The square of it is seconds, where it matters that there is no square. */
const MANY = 65_000
const SOON_MS = 1000

const take = (authorization: string) =>
  measure(() =>
    extractToken({ method: 'GET', path: '/', headers: { authorization } }, CONFIG, 65_536),
  )

test('a token with blanks before its end is read in one pass', () => {
  const blanks = ' '.repeat(MANY)
  const { outcome, ms } = take(`Bearer x${blanks}y `)
  expect(outcome).toEqual({ ok: true, value: `x${blanks}y` })
  expect(ms).toBeLessThan(SOON_MS)
})

test.each<[string, boolean]>([
  [',', false],
  [', ', false],
  [' ,', false],
  [',a', true],
  [',a ', false],
  ['\t', true],
])('%j, many times, is read in one pass', (text, isTaken) => {
  const { outcome, ms } = take(`Bearer ${text.repeat(MANY / text.length)}`)
  expect(outcome.ok).toBe(isTaken)
  expect(ms).toBeLessThan(SOON_MS)
})

test('where neither the page nor the API has an origin, a cookie is nobody’s own', () => {
  const request = { method: 'POST', path: '/', headers: { cookie: 'session=a.b.c' } }
  const taken = extractToken(request, { ...CONFIG, cookie: 'session' }, 1000)
  expect(taken).toMatchObject({ ok: false, error: { code: 'csrf_rejected' } })
})

test.each(['cookie', 'handshake'])('a token in a %s has its limit too', (place) => {
  const isCookie = place === 'cookie'
  const ask = (token: string) =>
    extractToken(
      {
        method: 'GET',
        path: '/',
        headers: isCookie ? { cookie: `session=${token}` } : {},
        ...(!isCookie && { webSocket: true, query: `ticket=${token}` }),
      },
      { ...CONFIG, cookie: 'session', webSocket: { query: 'ticket' } },
      100,
    )
  expect(ask('x'.repeat(100))).toEqual({ ok: true, value: 'x'.repeat(100) })
  expect(ask('x'.repeat(101))).toMatchObject({ ok: false, error: { code: 'token_too_large' } })
})
