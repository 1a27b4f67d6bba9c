/** What each transport makes of an answer, as the `Http` port wants it: Node's client, and `fetch`. */
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeHttp } from '../../../functions/lambda/http.ts'
import { fetchHttp } from '../../../shared/http.ts'
import type { Http, HttpRequest } from '../../../shared/index.ts'

let listener: RequestListener
const server = createServer((request, response) => listener(request, response))
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const asking =
  (http: Http) =>
  (answer: RequestListener, more: Partial<HttpRequest> = {}, scheme = 'http') => {
    listener = answer
    const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`
    return http({ url, timeoutMs: 5_000, maxBytes: 10, ...more })
  }

describe.each([
  ["Node's client", nodeHttp],
  ['fetch', fetchHttp],
])('%s', (_, http) => {
  const ask = asking(http)

  it('tells the status of an answer, its text, and headers that may be repeated or missing', async () => {
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
    ['that ends within a letter', Buffer.from([0x61, 0xc3]), 'network'],
    ['of nothing', '', { text: '' }],
    ['that begins with a mark, which is left out', '\ufeff{}', { text: '{}' }],
  ])('takes an answer %s for what it is', async (_, body, expected) => {
    const answer = await ask((_request, response) => void response.end(body))
    if (typeof expected === 'string') expect(answer).toBe(expected)
    else expect(answer).toMatchObject(expected)
  })

  it('takes no content for no text', async () => {
    const answer = await ask((_, response) => void response.writeHead(204).end())
    expect(answer).toMatchObject({ status: 204, text: '' })
  })

  it.each([
    ['that is whole', ['abc', '\xc3', '\xa4', 'def'], { text: 'abcädef' }],
    ['that is too large', ['12345', '12345', '1'], 'too_large'],
  ])('puts together an answer in pieces %s', async (_, pieces, expected) => {
    const answer = await ask(async (_request, response) => {
      for (const piece of pieces) {
        response.write(piece, 'latin1')
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      response.end()
    })
    if (typeof expected === 'string') expect(answer).toBe(expected)
    else expect(answer).toMatchObject(expected)
  })

  it('cuts off an answer that goes on after it is too large', async () => {
    const closed = Promise.withResolvers<void>()
    const goOn: RequestListener = (_, response) => {
      response.on('close', closed.resolve)
      response.write('x'.repeat(11))
    }
    // Not by its own timeout.
    const answer = await ask(goOn, { timeoutMs: 60_000 })
    expect(answer).toBe('too_large')
    await closed.promise
  })

  it('follows no redirect', async () => {
    let count = 0
    const answer = await ask((_, response) => {
      count += 1
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect(answer).toMatchObject({ status: 302 })
    expect(count).toBe(1)
  })

  it.each([
    ['does not answer', () => undefined],
    ['does not go on', (_, response) => void response.write('x')],
  ] as readonly [string, RequestListener][])('waits no longer for who %s', async (_, answer) => {
    expect(await ask(answer, { timeoutMs: 50 })).toBe('timeout')
  })

  it('is not told a half for a whole', async () => {
    const answer = await ask((_, response) => {
      response.write('x', () => response.destroy())
    })
    expect(answer).toBe('network')
  })

  it.each([
    [{}, undefined, '', 'GET'],
    [{ method: 'POST', body: 'ä' }, '2', 'ä', 'POST'],
  ] as const)('says how long a body is: %j', async (more, length, expected, method) => {
    const seen = Promise.withResolvers<readonly unknown[]>()
    await ask(
      async (request, response) => {
        const { 'content-length': sent, 'transfer-encoding': coding, a } = request.headers
        const body = (await request.setEncoding('utf8').toArray()).join('')
        seen.resolve([sent, coding, body, request.method, a])
        response.end()
      },
      { ...more, headers: { a: 'b' } },
    )
    expect(await seen.promise).toEqual([length, undefined, expected, method, 'b'])
  })

  it('takes a scheme in capitals', async () => {
    expect(await ask((_, response) => void response.end(), {}, 'HTTP')).toMatchObject({ text: '' })
    expect(await ask((_, response) => void response.end(), {}, 'HTTPS')).toBe('network')
  })

  it('reaches no server by https that does not speak TLS', async () => {
    expect(await ask((_, response) => void response.end(), {}, 'https')).toBe('network')
  })
})

it("Node's client asks for nothing that would have to be inflated", async () => {
  const seen = Promise.withResolvers<unknown>()
  await asking(nodeHttp)(({ headers }, response) => {
    seen.resolve(headers['accept-encoding'])
    response.end()
  })
  expect(await seen.promise).toBe('identity')
})
