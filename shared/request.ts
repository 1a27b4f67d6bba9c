/** Reading a request: header values whatever their case, and a Web `Request` as an `AuthRequest`. */
import type { AuthRequest } from './types.ts'

/** Every header a decision may depend on. An adapter need copy no others. */
const HEADERS_READ = [
  'authorization',
  'cookie',
  'dpop',
  'origin',
  'sec-fetch-site',
  'sec-websocket-protocol',
] as const

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
  const headers: Record<string, string | null> = {}
  for (const name of HEADERS_READ) headers[name] = sent.get(name)
  // A preflight names its origin and the method it asks about (Fetch standard, CORS protocol).
  const isPreflight = method === 'OPTIONS' && headers['origin'] !== null
  const preflight = isPreflight && sent.get('access-control-request-method')
  const [, origin = '', path = '', query = ''] = URL_PARTS.exec(url) ?? []
  return {
    method,
    path,
    query,
    headers,
    origin,
    webSocket: sent.get('upgrade')?.toLowerCase() === 'websocket',
    ...(preflight && { preflight }),
  }
}

/** Of a URL that the Fetch standard has already normalised. */
const URL_PARTS = /^([^/]+\/\/[^/?#]+)([^?#]*)\??([^#]*)/
