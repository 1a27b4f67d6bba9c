/** What Node's client makes of an answer, as the `Http` port wants it. */
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeHttp } from '../../../functions/lambda/http.ts'
import { fetchHttp } from '../../../shared/http.ts'
import type { HttpRequest } from '../../../shared/index.ts'

let listener: RequestListener
const server = createServer((request, response) => listener(request, response))
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const ask = (answer: RequestListener, more: Partial<HttpRequest> = {}, scheme = 'http') => {
  listener = answer
  const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return nodeHttp({ url, timeoutMs: 5_000, maxBytes: 10, ...more })
}

it('an answer has its status, its text, and headers that may be repeated or missing', async () => {
  const answer = await ask((_, response) => {
    response.writeHead(203, { a: '1', b: ['2', '3'], 'set-cookie': ['c', 'd'] }).end('ä')
  })
  if (typeof answer === 'string') return expect.fail()
  expect(answer).toMatchObject({ status: 203, text: 'ä' })
  expect(['a', 'b', 'set-cookie', 'none'].map(answer.header)).toEqual(['1', '2, 3', 'c, d', null])
})

it.each([
  ['of as many bytes as are taken', 'x'.repeat(10), { text: 'x'.repeat(10) }],
  ['of one byte more', 'x'.repeat(11), 'too_large'],
  ['of bytes that are no text', Buffer.from([0xff]), 'network'],
])('an answer %s', async (_, body, expected) => {
  const answer = await ask((_request, response) => void response.end(body))
  if (typeof expected === 'string') expect(answer).toBe(expected)
  else expect(answer).toMatchObject(expected)
})

it('an answer that goes on after it is too large is cut off', async () => {
  const closed = Promise.withResolvers<void>()
  const answer = await ask((_, response) => {
    response.on('close', closed.resolve)
    response.write('x'.repeat(11))
  })
  expect(answer).toBe('too_large')
  await closed.promise
})

it.each([
  [{}, undefined, ''],
  [{ method: 'POST', body: 'ä' }, '2', 'ä'],
] as const)('a request says how long its body is: %j', async (more, length, expected) => {
  const seen = Promise.withResolvers<readonly unknown[]>()
  await ask(async (request, response) => {
    const { 'content-length': sent, 'transfer-encoding': coding } = request.headers
    seen.resolve([sent, coding, (await request.setEncoding('utf8').toArray()).join('')])
    response.end()
  }, more)
  expect(await seen.promise).toEqual([length, undefined, expected])
})

it('a server that does not speak TLS is not reached by https', async () => {
  expect(await ask((_, response) => void response.end(), {}, 'https')).toBe('network')
})

it('the mark at the start of a text is left out, as by fetch', async () => {
  const answer = await ask((_, response) => void response.end('\ufeff{}'))
  expect(answer).toMatchObject({ text: '{}' })
  const { port } = server.address() as AddressInfo
  const fetched = await fetchHttp({
    url: `http://127.0.0.1:${port}/`,
    timeoutMs: 5_000,
    maxBytes: 10,
  })
  expect(fetched).toMatchObject({ text: '{}' })
})

it('nothing is asked for that would have to be inflated', async () => {
  const seen = Promise.withResolvers<unknown>()
  await ask(({ headers }, response) => {
    seen.resolve(headers['accept-encoding'])
    response.end()
  })
  expect(await seen.promise).toBe('identity')
})
