import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { listenOnLoopback } from '../../../dev/issuer/server.ts'
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
  close(): Promise<void>
}

const WELCOME: Reply = { headers: { 'content-type': 'text/plain' }, body: 'upstream' }

export async function startUpstream(): Promise<Upstream> {
  const requests: Forwarded[] = []
  let reply = WELCOME
  const server = await listenOnLoopback(0, (message, response) => {
    void receive(message).then((request) => {
      requests.push(request)
      return send(reply, response)
    })
  })
  return {
    origin: server.origin,
    requests,
    answer: (next) => void (reply = next),
    close: server.shut,
  }
}

async function receive(message: IncomingMessage): Promise<Forwarded> {
  const { method = '', url = '', rawHeaders } = message
  const names = rawHeaders.filter((_, index) => index % 2 === 0)
  const headers = names.map((name, index): Header => [
    name.toLowerCase(),
    rawHeaders[index * 2 + 1] ?? '',
  ])
  return { method, target: url, headers, body: await text(message) }
}
