import { once } from 'node:events'
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { AwsClient } from 'aws4fetch'
import type { Fault } from './key-door.ts'

/** dynalite behind a door of ours, at which answers may be spoilt. */
export interface Table {
  readonly name: string
  /** What a function needs to find it. */
  readonly environment: Readonly<Record<string, string>>
  /** Operations so far. */
  readonly operations: readonly string[]
  break(fault: Fault): void
  close(): Promise<unknown>
}

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }
const NAME = 'keys'
const createDynalite: (options: object) => Server = createRequire(import.meta.url)('dynalite')

export async function startTable(): Promise<Table> {
  const database = createDynalite({ createTableMs: 0 })
  await once(database.listen(0, '127.0.0.1'), 'listening')
  const operations: string[] = []
  let fault: Fault | undefined
  let item: Item = {}
  const door = createServer((message, response) => void serve(message, response))
  await once(door.listen(0, '127.0.0.1'), 'listening')

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(message)
    const operation = String(message.headers['x-amz-target']).split('.')[1] ?? ''
    operations.push(operation)
    if (fault === 'hangs') return
    if (fault === 'throws')
      return void response.writeHead(500).end('{"__type":"InternalServerError"}')
    if (operation === 'PutItem') item = (JSON.parse(body) as { Item: Item }).Item
    if (fault && operation === 'GetItem') {
      return void response.end(JSON.stringify({ Item: withText(item, fault.text) }))
    }
    forward(portOf(database), message, body, response)
  }

  await createTable(portOf(database))
  return {
    name: 'dynamodb',
    environment: {
      ...CREDENTIALS,
      CACHE_TABLE: NAME,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${portOf(door)}`,
    },
    operations,
    break: (next) => void (fault = next),
    async close() {
      door.closeAllConnections()
      database.closeAllConnections()
      await Promise.all([shut(door), shut(database)])
    },
  }
}

const portOf = (server: Server) => (server.address() as AddressInfo).port
const shut = (server: Server) => new Promise((resolve) => server.close(resolve))

type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>

/** An item as the function wrote it, but for its text. */
function withText(item: Item, instead: string): Item {
  const entries = Object.entries(item).map(([name, value]) => [
    name,
    value.S?.startsWith('{') ? { S: instead } : value,
  ])
  return Object.fromEntries(entries) as Item
}

function forward(port: number, message: IncomingMessage, body: string, response: ServerResponse) {
  const { method = 'POST', headers } = message
  const onward = request({ host: '127.0.0.1', port, method, headers, path: '/' }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  })
  onward.end(body)
}

async function createTable(port: number): Promise<void> {
  const client = new AwsClient({
    accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID,
    secretAccessKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    service: 'dynamodb',
    region: 'us-east-1',
  })
  const { status } = await client.fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
    },
    body: JSON.stringify({
      TableName: NAME,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  })
  if (status !== 200) throw new Error(`dynalite makes no table: ${status}`)
}
