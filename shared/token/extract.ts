/**
 * Taking the token from the request (§2.1; RFC 6750 §2, RFC 9110 §11). Exactly one source: the
 * `Authorization` field, or what the configuration opened for cookies and WebSocket handshakes.
 * Never the body; never the query of an ordinary request.
 */
import { deny, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import { headerValue, headerValues } from '../request.ts'
import type { AuthRequest } from '../types.ts'

export interface ExtractOptions {
  readonly maxTokenBytes: number
  readonly cookie: string | null
  readonly webSocket: { readonly query: string | null; readonly subprotocol: string | null }
}

/** RFC 9110 §5.6.2 token, then what follows the spaces. A tab is no space here. */
const CREDENTIALS = /^([!#$%&'*+.^_`|~\w-]+)(?: +(.*))?$/
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*$/
const ANOTHER_CREDENTIAL = /^[ \t]*[!#$%&'*+.^_`|~\w-]+ +[^\s=]/
const SCHEME_ROOM = 64
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

const UNDEFINED_HINT =
  'The client sent a placeholder instead of a token; wait for the token before calling.'
const QUERY_HINT =
  'Send `Authorization: Bearer <access token>`; a token in the URL is ignored, because URLs are logged.'

export function extractToken(request: AuthRequest, options: ExtractOptions): Result<string> {
  const values = headerValues(request.headers, 'authorization').filter((value) => value !== '')
  if (values.length > 1) return deny('multiple_tokens')
  const handshake = request.webSocket ? handshakeTokens(request, options) : []
  const inQuery = hasQueryToken(request, options)
  const [value] = values
  if (value !== undefined) {
    if (inQuery || handshake.length > 0) return deny('multiple_tokens')
    return fromAuthorization(value, options.maxTokenBytes)
  }
  if (handshake.length > 1) return deny('multiple_tokens')
  const [offered] = handshake
  if (offered !== undefined) return bounded(offered, options.maxTokenBytes)
  if (options.cookie !== null) {
    const cookie = fromCookie(request, options.cookie, options.maxTokenBytes)
    if (cookie !== null) return cookie
  }
  return deny('missing_token', inQuery ? { hint: QUERY_HINT } : undefined)
}

function fromAuthorization(value: string, maxTokenBytes: number): Result<string> {
  if (value.length > maxTokenBytes + SCHEME_ROOM) return tooLarge(maxTokenBytes)
  const trimmed = value.replace(/^[ \t]+|[ \t]+$/g, '')
  const found = CREDENTIALS.exec(trimmed)
  if (found?.[1] === undefined) return malformed(trimmed)
  if (hasTwoCredentials(trimmed)) return deny('multiple_tokens')
  if (found[1].toLowerCase() !== 'bearer') return deny('unsupported_scheme')
  return bounded(found[2] ?? '', maxTokenBytes)
}

function bounded(token: string, maxTokenBytes: number): Result<string> {
  if (token.length > maxTokenBytes) return tooLarge(maxTokenBytes)
  if (!TOKEN68.test(token)) return malformed(token)
  if (token === 'undefined' || token === 'null') {
    return deny('malformed_token', { hint: UNDEFINED_HINT })
  }
  return ok(token)
}

const tooLarge = (limit: number) => deny('token_too_large', { limit })

function malformed(credentials: string): Result<string> {
  const placeholder = credentials.includes('[object Object]')
  return deny('malformed_authorization', placeholder ? { hint: UNDEFINED_HINT } : undefined)
}

/** A Fetch `Headers` has joined repeated fields with a comma; no token68 holds one. */
function hasTwoCredentials(value: string): boolean {
  const comma = value.indexOf(',')
  return (
    comma >= 0 &&
    value
      .split(',')
      .slice(1)
      .some((part) => ANOTHER_CREDENTIAL.test(part))
  )
}

/** `access_token` anywhere but in the configured place is never a credential (RFC 9700 §4.3.2). */
function hasQueryToken(request: AuthRequest, options: ExtractOptions): boolean {
  if (!request.query || !/access_token|%/i.test(request.query)) return false
  if (request.webSocket && options.webSocket.query === 'access_token') return false
  return new URLSearchParams(request.query).has('access_token')
}

/** What a browser can add to a WebSocket handshake, where it cannot set a header. */
function handshakeTokens(request: AuthRequest, { webSocket }: ExtractOptions): readonly string[] {
  const query = webSocket.query
    ? new URLSearchParams(request.query ?? '').getAll(webSocket.query)
    : []
  return webSocket.subprotocol
    ? query.concat(subprotocolTokens(request, webSocket.subprotocol))
    : query
}

/** `new WebSocket(url, ['bearer', token])`: the protocol that follows the configured one. */
function subprotocolTokens(request: AuthRequest, subprotocol: string): readonly string[] {
  const protocols = headerValues(request.headers, 'sec-websocket-protocol')
    .flatMap((value) => value.split(','))
    .map((protocol) => protocol.trim())
  return protocols.filter((_, index) => protocols[index - 1] === subprotocol)
}

/** null: no such cookie. A browser sends cookies unasked, so a write must come from our own pages. */
function fromCookie(
  request: AuthRequest,
  name: string,
  maxTokenBytes: number,
): Result<string> | null {
  const cookies = headerValues(request.headers, 'cookie').flatMap((value) => value.split(';'))
  const tokens = cookies
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(`${name}=`))
    .map((cookie) => cookie.slice(name.length + 1))
  const [token] = tokens
  if (token === undefined) return null
  if (tokens.length > 1) return deny('multiple_tokens')
  const unsafe = !SAFE_METHODS.has(request.method) || request.webSocket === true
  if (unsafe && !isSameOrigin(request)) return deny('csrf_rejected')
  return bounded(token, maxTokenBytes)
}

function isSameOrigin({ headers, origin }: AuthRequest): boolean {
  const site = headerValue(headers, 'sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  return origin !== undefined && headerValue(headers, 'origin') === origin
}
