/** Node's own client reads an answer as `fetch` does, so that both doors have the same keys. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeHttp } from '../../../functions/lambda/http.ts'
import { fetchHttp } from '../../../shared/http.ts'

const BODY = '{"keys":["é"]}'
let server: Server
let asked: IncomingHttpHeaders

beforeAll(async () => {
  server = createServer(({ headers }, response) => {
    asked = headers
    response.writeHead(200, { 'cache-control': 'max-age=60' }).end(`\ufeff${BODY}`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

it.each([
  ['node', nodeHttp],
  ['fetch', fetchHttp],
])('%s leaves out the mark at the start of a text', async (_, http) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const answer = await http({ url, timeoutMs: 2_000, maxBytes: 1_000 })
  expect(answer).toMatchObject({ status: 200, text: BODY })
})

it('asks for nothing that it would have to inflate', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await nodeHttp({ url, timeoutMs: 2_000, maxBytes: 1_000 })
  expect(asked['accept-encoding']).toBe('identity')
})
