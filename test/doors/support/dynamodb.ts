import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { CREDENTIALS, startDynalite } from '../../support/dynalite.ts'
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

const NAME = 'keys'

export async function startTable(): Promise<Table> {
  const database = await startDynalite(NAME)
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
    forward(database.port, message, body, response)
  }

  return {
    name: 'dynamodb',
    environment: {
      ...CREDENTIALS,
      CACHE_TABLE: NAME,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    },
    operations,
    break: (next) => void (fault = next),
    async close() {
      door.closeAllConnections()
      await Promise.all([new Promise((resolve) => door.close(resolve)), database.close()])
    },
  }
}

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
