/** Reading a request: header values whatever their case, and a Web `Request` as an `AuthRequest`. */
import type { AuthRequest, HeaderMap } from './types.ts'

/** Every header a decision may depend on. An adapter need copy no others. */
const HEADERS_READ = [
  'authorization',
  'cookie',
  'dpop',
  'origin',
  'sec-fetch-site',
  'sec-websocket-protocol',
] as const

const NONE: readonly string[] = []

/** All values sent under a name given in lower case. Two spellings of one name are two values. */
export function headerValues(headers: HeaderMap, name: string): readonly string[] {
  let values = NONE
  for (const key in headers) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue
    const value = headers[key]
    if (value !== null && value !== undefined) values = values.concat(value)
  }
  return values
}

/** The first value, where a repetition changes nothing. */
export function headerValue(headers: HeaderMap, name: string): string | undefined {
  return headerValues(headers, name)[0]
}

/**
 * The Fetch standard has already joined repeated headers with a comma, dropped tabs and spaces
 * around values and resolved dot segments; the path seen here is the one an upstream gets.
 */
export function readRequest(request: Request): AuthRequest {
  const { url, headers: sent } = request
  const headers: Record<string, string> = {}
  for (const name of HEADERS_READ) {
    const value = sent.get(name)
    if (value !== null) headers[name] = value
  }
  const pathStart = url.indexOf('/', url.indexOf('://') + 3)
  const fragment = url.indexOf('#', pathStart)
  const end = fragment < 0 ? url.length : fragment
  const question = url.indexOf('?', pathStart)
  const pathEnd = question < 0 || question > end ? end : question
  const preflight = preflightMethod(request)
  return {
    ...(preflight !== null && { preflight }),
    method: request.method,
    path: url.slice(pathStart, pathEnd),
    query: url.slice(pathEnd + 1, end),
    headers,
    origin: url.slice(0, pathStart),
    webSocket: sent.get('upgrade')?.toLowerCase() === 'websocket',
  }
}

/** A browser's preflight names its origin and the method it asks about (Fetch standard, CORS protocol). */
function preflightMethod({ method, headers }: Request): string | null {
  if (method !== 'OPTIONS' || headers.get('origin') === null) return null
  return headers.get('access-control-request-method')
}
