import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export type Header = readonly [name: string, value: string]

/** A request as it came over the wire: nothing merged, nothing decoded. */
export interface GatewayRequest {
  readonly method: string
  /** Path as sent, stage included, without the query. */
  readonly path: string
  /** Query as sent, without `?`. */
  readonly query: string
  /** Names in the client's casing, repeated names kept, in order. */
  readonly headers: readonly Header[]
  readonly protocol: string
  readonly sourceIp: string
  readonly body: Buffer
  readonly requestId: string
  readonly extendedRequestId: string
  /** Of the WebSocket connection that this request may open. */
  readonly connectionId: string
  readonly receivedAtMs: number
}

/** Node joins and drops repeated headers in `headers`; only `rawHeaders` shows what was sent. */
const pairHeaders = (raw: readonly string[]): readonly Header[] =>
  raw.flatMap((name, index): readonly Header[] =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : [],
  )

/** The short id of HTTP and WebSocket APIs, and `extendedRequestId` of REST. */
export const createShortId = (): string => randomBytes(11).toString('base64')

export const readRequest = (
  message: IncomingMessage,
  body: Buffer,
  receivedAtMs: number,
): GatewayRequest => {
  const target = message.url ?? '/'
  const mark = target.indexOf('?')
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    headers: pairHeaders(message.rawHeaders),
    protocol: `HTTP/${message.httpVersion}`,
    sourceIp: (message.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/u, ''),
    body,
    requestId: randomUUID(),
    extendedRequestId: createShortId(),
    connectionId: createShortId(),
    receivedAtMs,
  }
}

/** AG-LIM: names and values; an HTTP API counts the request line too. */
export const measureHeaders = (request: GatewayRequest, withRequestLine: boolean): number => {
  const headers = request.headers.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  )
  const line = `${request.method} ${request.path}?${request.query} ${request.protocol}`
  return headers + (withRequestLine ? Buffer.byteLength(line) : 0)
}
