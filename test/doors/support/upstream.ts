import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { WebSocketServer } from 'ws'
import { send, type Reply } from '../../support/replies.ts'
import type { Header } from './door.ts'

/** A request as it reached the origin behind a guard. */
export interface Forwarded {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: readonly Header[]
  readonly body: string
}

/** The origin that a guard stands before. It remembers, and answers 200 unless told otherwise. */
export interface Upstream {
  readonly origin: string
  readonly requests: Forwarded[]
  /** For all requests from now on. */
  answer(reply: Reply): void
  close(): Promise<unknown>
}

const WELCOME: Reply = { headers: { 'content-type': 'text/plain' }, body: 'upstream' }

/** WebSockets are opened, and say back what is said to them. */
export async function startUpstream(): Promise<Upstream> {
  const requests: Forwarded[] = []
  let reply = WELCOME
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer((message, response) => {
    void receive(message).then((request) => {
      requests.push(request)
      return send(reply, response)
    })
  })
  server.on('upgrade', (message, socket, head: Buffer) => {
    requests.push(describe(message, ''))
    sockets.handleUpgrade(message, socket, head, (opened) => {
      opened.on('message', (said) => opened.send(String(said)))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (next) => void (reply = next),
    close() {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

const receive = async (message: IncomingMessage) => describe(message, await text(message))

function describe({ method = '', url = '', rawHeaders }: IncomingMessage, body: string): Forwarded {
  const names = rawHeaders.filter((_, index) => index % 2 === 0)
  const headers = names.map((name, index): Header => [
    name.toLowerCase(),
    rawHeaders[index * 2 + 1] ?? '',
  ])
  return { method, target: url, headers, body }
}
