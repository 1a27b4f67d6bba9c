/** Reading a request: header values whatever their case, and a Web `Request` as an `AuthRequest`. */
import type { AuthRequest, HeaderMap } from './types.ts'

/** All values sent under a name given in lower case. Two spellings of one name are two values. */
export function headerValues({ headers }: AuthRequest, name: string): readonly string[] {
  const values: string[] = []
  for (const key in headers) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue
    const value = headers[key] ?? []
    if (typeof value === 'string') values.push(value)
    else values.push(...value)
  }
  return values
}

/**
 * The Fetch standard has already joined repeated headers with a comma, dropped tabs and spaces
 * around values and resolved dot segments; the path seen here is the one an upstream gets.
 */
export function readRequest(request: Request): AuthRequest {
  const { method, url, headers: sent } = request
  const webSocket = isHandshake(sent)
  // A preflight names its origin and the method it asks about (Fetch standard, CORS protocol).
  const isPreflight = method === 'OPTIONS' && sent.get('origin') !== null
  const preflight = isPreflight && sent.get('access-control-request-method')
  const [, origin = '', path = '', query = ''] = URL_PARTS.exec(url) ?? []
  const headers = readHeaders(sent, webSocket)
  return { method, path, query, headers, origin, webSocket, ...(preflight && { preflight }) }
}

/** RFC 6455 §4.1, as a Worker sees it; at API Gateway it is a route of its own. */
export const isHandshake = (headers: Headers): boolean =>
  headers.get('upgrade')?.toLowerCase() === 'websocket'

/** Those that a decision may depend on, and no others: each look-up leaves the JavaScript engine. */
function readHeaders(sent: Headers, webSocket: boolean): HeaderMap {
  const pick = (...names: string[]) =>
    Object.fromEntries(names.map((name) => [name, sent.get(name)]))
  const cookie = sent.get('cookie')
  return {
    authorization: sent.get('authorization'),
    ...(cookie !== null && { cookie, ...pick('origin', 'sec-fetch-site') }),
    ...(webSocket && pick('sec-websocket-protocol')),
  }
}

/**
 * A host may bring along what no path can, and what reads the URL next may then take another part of
 * it for the path: so it is a name or an address, and no more. And there is no tab, which `URL`
 * drops: `.\t.` is a dot segment further on.
 */
const URL_PARTS = /^(?!.*\t)([^/]+\/\/(?:[\w.-]+|\[[\w.:]+\])(?::\d*)?)(\/[^?#]*)\??([^#]*)/s
