/**
 * A browser's WebSocket handshake, which can set no header: where it carried the token, the token
 * does not travel on, and the browser is told the subprotocol that it waits for (RFC 6455 §4.1).
 */
import type { Config } from '../../shared/config/types.ts'

const PROTOCOL = 'sec-websocket-protocol'

/** The address without the parameter that may hold the token; the rest of the query to the letter. */
export function removeQueryToken(url: string, { webSocket }: Config): string {
  const [address = '', query] = url.split(/\?(.*)/s, 2)
  const name = webSocket?.query
  if (name === undefined || query === undefined) return url
  const others = query.split('&').filter((pair) => !new URLSearchParams(pair).has(name))
  return others.length > 0 ? `${address}?${others.join('&')}` : address
}

/** The configured subprotocol and the token behind it. */
export function removeProtocolToken(
  headers: Headers,
  { subprotocol }: NonNullable<Config['webSocket']>,
): void {
  const offered = readProtocols(headers)
  const isCarrier = (at: number) => offered[at] === subprotocol && at + 1 < offered.length
  const others = offered.filter((_, at) => !isCarrier(at) && !isCarrier(at - 1))
  if (others.length === 0) headers.delete(PROTOCOL)
  else headers.set(PROTOCOL, others.join(', '))
}

/**
 * Browsers give up a connection for which they offered subprotocols and were answered none. The
 * upstream may have seen none, so the configured one is answered where it chose no other.
 */
export function answerProtocol(
  request: Request,
  response: Response,
  { webSocket }: Config,
): Response {
  const marker = webSocket?.subprotocol
  const isAwaited = marker !== undefined && readProtocols(request.headers).includes(marker)
  if (!isAwaited || response.headers.has(PROTOCOL)) return response
  const headers = new Headers(response.headers)
  headers.set(PROTOCOL, marker)
  return new Response(null, { status: 101, webSocket: response.webSocket, headers })
}

const readProtocols = (headers: Headers): readonly string[] =>
  (headers.get(PROTOCOL) ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
