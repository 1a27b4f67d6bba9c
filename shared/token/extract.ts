/**
 * Taking the token from the request (§2.1; RFC 6750 §2, RFC 9110 §11). Exactly one source: the
 * `Authorization` field, or what the configuration opened for cookies and WebSocket handshakes.
 * Never the body; never the query of an ordinary request.
 */
import type { Config } from '../config/types.ts'
import { deny, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import { headerValues } from '../request.ts'
import type { AuthRequest } from '../types.ts'

/** RFC 9110 §5.6.2 token and the spaces behind it. A tab is no space here. */
const SCHEME = /^[ \t]*([!#$%&'*+.^_`|~\w-]+) */
const TOKEN68 = /^[\w.~+/-]+=*$/
/** A Fetch `Headers` has joined repeated fields, also empty ones, with a comma; no token68 holds one. */
const ANOTHER_CREDENTIAL = /^,|,[ \t]*(?:$|[!#$%&'*+.^_`|~\w-]+ +[^\s=])/
const SCHEME_ROOM = 64
/** Matched only where a run begins: else many inner blanks would cost the square of their number. */
const OUTER_BLANKS = /(?<![ \t])[ \t]+$/

const PLACEHOLDER = { hint: 'The client sent a placeholder, not a token.' }
const QUERY = { hint: 'Tokens in URLs are ignored; send `Authorization: Bearer <access token>`.' }

/** The text in the token's place, bounded in size. Not checked here: its characters. */
export function extractToken(
  request: AuthRequest,
  config: Config,
  maxTokenBytes: number,
): Result<string> {
  const fields = headerValues(request, 'authorization')
  const offered = request.webSocket ? handshakeTokens(request, config) : []
  const inQuery = request.query ? hasQueryToken(request, config) : false
  const [value, token] = [fields[0], offered[0]]
  if (fields.length + offered.length > (inQuery ? 0 : 1)) return deny('multiple_tokens')
  if (value?.trim()) return fromAuthorization(value, maxTokenBytes)
  if (token) return limitToken(token, maxTokenBytes)
  const cookie = config.cookie && fromCookie(request, config.cookie, maxTokenBytes)
  return cookie || deny('missing_token', inQuery ? QUERY : undefined)
}

function fromAuthorization(value: string, maxTokenBytes: number): Result<string> {
  // No more than this is looked at, however long it is.
  const text = value.slice(0, maxTokenBytes + SCHEME_ROOM)
  const [start, scheme] = SCHEME.exec(text) ?? []
  if (text.includes(',') && ANOTHER_CREDENTIAL.test(text)) return deny('multiple_tokens')
  if (!start || !scheme) return malformed(text)
  if (scheme.toLowerCase() !== 'bearer') return deny('unsupported_scheme')
  if (value.length > text.length) return tooLarge(maxTokenBytes)
  const token = text.slice(start.length)
  if (token && !start.endsWith(' ')) return malformed(text)
  const isPadded = token.endsWith(' ') || token.endsWith('\t')
  return limitToken(isPadded ? token.replace(OUTER_BLANKS, '') : token, maxTokenBytes)
}

const limitToken = (token: string, maxTokenBytes: number): Result<string> =>
  token.length > maxTokenBytes ? tooLarge(maxTokenBytes) : ok(token)

/** Not needed for a text that was seen before. */
export function checkTokenText(token: string): Result<string> {
  if (!TOKEN68.test(token)) return malformed(token)
  const isPlaceholder = token === 'undefined' || token === 'null'
  return isPlaceholder ? deny('malformed_token', PLACEHOLDER) : ok(token)
}

const tooLarge = (limit: number) => deny('token_too_large', { detail: `${limit}` })

const malformed = (credentials: string) =>
  deny('malformed_authorization', credentials.includes('[object') ? PLACEHOLDER : undefined)

/** `access_token` anywhere but in the configured place is never a credential (RFC 9700 §4.3.2). */
function hasQueryToken({ query = '', webSocket }: AuthRequest, config: Config): boolean {
  const isOpened = webSocket && config.webSocket?.query === 'access_token'
  return !isOpened && /access_token|%/.test(query) && new URLSearchParams(query).has('access_token')
}

/** What a browser can add to a WebSocket handshake, where it cannot set a header. */
function handshakeTokens(request: AuthRequest, { webSocket = {} }: Config): readonly string[] {
  const { query, subprotocol } = webSocket
  const protocols = splitValues(request, 'sec-websocket-protocol', ',')
  return [
    ...(query ? new URLSearchParams(request.query).getAll(query) : []),
    // `new WebSocket(url, ['bearer', token])`: the protocol that follows the configured one.
    ...protocols.filter((_, index) => subprotocol && protocols[index - 1] === subprotocol),
  ]
}

/** As a Fetch `Headers` and HTTP APIs do it: no door may read a repeated field differently. */
const joinValues = (request: AuthRequest, name: string): string =>
  headerValues(request, name).join(', ')

const splitValues = (request: AuthRequest, name: string, separator: string): readonly string[] =>
  headerValues(request, name)
    .flatMap((value) => value.split(separator))
    .map((value) => value.trim())

/** A browser sends cookies unasked, so a write must come from our own pages. */
function fromCookie(request: AuthRequest, name: string, maxTokenBytes: number) {
  const cookies = splitValues(request, 'cookie', ';').filter((pair) => pair.startsWith(`${name}=`))
  const [cookie, ...more] = cookies
  if (!cookie) return undefined
  if (more.length > 0) return deny('multiple_tokens')
  const isSafe = /^(?:GET|HEAD|OPTIONS|TRACE)$/.test(request.method) && !request.webSocket
  if (!isSafe && !isSameOrigin(request)) return deny('csrf_rejected')
  return limitToken(cookie.slice(name.length + 1), maxTokenBytes)
}

function isSameOrigin(request: AuthRequest): boolean {
  const site = joinValues(request, 'sec-fetch-site')
  if (site) return site === 'same-origin'
  const origin = joinValues(request, 'origin')
  return origin !== '' && origin === request.origin
}
