import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'

/** What a scripted endpoint does with a request. */
export interface Reply {
  /** 200 */
  readonly status?: number
  /** Beside, or instead of, `content-type: application/json`. */
  readonly headers?: OutgoingHttpHeaders
  /** Text and bytes go out as they are, anything else as JSON. */
  readonly body?: unknown
  readonly delayMs?: number
  /** Nothing goes out before that. */
  readonly after?: Promise<unknown>
  /** Sends so many bytes of the body, then neither more nor an end. 0 sends the headers only. */
  readonly stallAfterBytes?: number
  /** 'hang' never answers; 'reset' cuts the connection. */
  readonly fault?: 'hang' | 'reset'
}

/** A request as the scripted issuer saw it. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Responder = Reply | ((request: Received) => Reply)

export function redirect(location: string, status = 302): Reply {
  return { status, headers: { location } }
}

/** Answers each request with the next reply, and with the last one from then on. */
export function inTurn(first: Reply, ...more: Reply[]): Responder {
  const queue = [first, ...more]
  let last = first
  return () => (last = queue.shift() ?? last)
}

/** Cacheable: answers 304 without a body to whoever sends the ETag back (RFC 9110 §13.1.2). */
export function cacheable(body: unknown, caching: { etag: string; maxAge: number }): Responder {
  const headers = { etag: caching.etag, 'cache-control': `max-age=${caching.maxAge}` }
  return (request) =>
    request.headers['if-none-match'] === caching.etag ? { status: 304, headers } : { headers, body }
}

/** The document with a member that makes its JSON at least so many bytes long. */
export function pad(document: object, bytes: number): object {
  return { ...document, padding: 'x'.repeat(bytes) }
}

export async function send(reply: Reply, response: ServerResponse): Promise<void> {
  // Unreferenced: a test that ends before the delay does must not keep the process.
  if (reply.delayMs) await setTimeout(reply.delayMs, undefined, { ref: false })
  await reply.after
  if (reply.fault === 'hang') return
  if (reply.fault === 'reset') {
    response.destroy()
    return
  }
  const { status = 200, headers, stallAfterBytes } = reply
  const body = serialize(reply.body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  if (stallAfterBytes === undefined) {
    response.end(body)
    return
  }
  response.flushHeaders()
  response.write(body.subarray(0, stallAfterBytes))
}

function serialize(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body)
  return Buffer.from(JSON.stringify(body))
}
