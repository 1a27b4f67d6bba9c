import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { nodeHttp } from '../../functions/lambda/http.ts'
import { tableStore } from '../../functions/lambda/stores.ts'
import { StoreError } from '../../shared/attempt.ts'
import { startTable } from '../doors/support/dynamodb.ts'
import { runStore } from './store.ts'

const storeAt = (endpoint: string, table = 'keys') =>
  tableStore({
    table,
    region: 'us-east-1',
    endpoint,
    credentials: () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
    http: nodeHttp,
  })

const item = (value: unknown, expiresAt: unknown) =>
  JSON.stringify({ Item: { value, expiresAt, pk: { S: 'keys:https://other.example/' } } })
const LASTING = { N: '9999999999' }

/** What DynamoDB, or something in its place, answers on a bad day. */
const BAD_DAYS: Readonly<Record<string, RequestListener>> = {
  throttled: (_, response) =>
    void response
      .writeHead(400)
      .end('{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}'),
  'too many requests': (_, response) => void response.writeHead(429).end('{}'),
  down: (_, response) => void response.writeHead(500).end(item({ S: 'text' }, LASTING)),
  slow: () => undefined,
  'cut off': (_, response) => void response.destroy(),
  'half an answer': (_, response) =>
    void response.writeHead(200, { 'content-length': 99 }).end('{'),
  'a page': (_, response) => void response.end('<!doctype html>'),
  'a redirect': (_, response) => void response.writeHead(302, { location: '/' }).end(),
}

/** Well-formed, and no text of ours. */
const BAD_ITEMS: Readonly<Record<string, string>> = {
  'a number for the text': item({ N: '1' }, LASTING),
  'no expiry': item({ S: 'text' }, undefined),
  'an expiry that is none': item({ S: 'text' }, { N: 'later' }),
  'an expiry as text': item({ S: 'text' }, { S: '9999999999' }),
  'an item that is none': '{"Item":[]}',
}

async function startBad(listener: RequestListener) {
  const server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  return { store: storeAt(`http://127.0.0.1:${port}`), close }
}

/** Reads what it is given; a write is refused, as by a role that may only read. */
const reading =
  (body: string): RequestListener =>
  ({ headers }, response) =>
    void response
      .writeHead(String(headers['x-amz-target']).endsWith('GetItem') ? 200 : 400)
      .end(body)

runStore('DynamoDB', async () => {
  const table = await startTable()
  const listeners = [
    ...Object.entries(BAD_DAYS),
    ...Object.entries(BAD_ITEMS).map(([what, body]) => [what, reading(body)] as const),
  ]
  const bad = await Promise.all(
    listeners.map(async ([what, listener]) => [what, await startBad(listener)] as const),
  )
  return {
    store: storeAt(String(table.environment['AWS_ENDPOINT_URL_DYNAMODB'])),
    broken: Object.fromEntries(bad.map(([what, { store }]) => [what, store])),
    close: () => Promise.all([table.close(), ...bad.map(([, { close }]) => close())]),
  }
})

test('a table that is not there is called what DynamoDB calls it', async () => {
  const table = await startTable()
  const store = storeAt(String(table.environment['AWS_ENDPOINT_URL_DYNAMODB']), 'absent')
  await expect(store.get('key', 0)).rejects.toEqual(new StoreError('ResourceNotFoundException'))
  await table.close()
})
