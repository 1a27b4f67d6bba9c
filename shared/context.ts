/**
 * For handlers behind the authorizer: who calls? Reads what API Gateway passes on as the authorizer's
 * context, in each shape it has, or the identity headers of a request that the Worker forwarded.
 */
import { isObject, memberOf } from './json.ts'
import type { JsonObject } from './json.ts'
import type { Identity, TokenKind } from './types.ts'

/** What of an identity travels to a handler. */
export type AuthContext = Pick<
  Identity,
  'subject' | 'issuer' | 'clientId' | 'scopes' | 'permissions' | 'expiresAt' | 'tokenKind'
>

/** The call did not come through the authorizer, or came by a route that has none. Refuse it. */
export class MissingAuthContextError extends Error {
  override readonly name = 'MissingAuthContextError' as const

  constructor() {
    super(
      'edge-authorizer: the call carries no identity; does its route name the authorizer, and is it not public?',
    )
  }
}

const TOKEN_KINDS: readonly TokenKind[] = ['jwt', 'introspected', 'userinfo', 'identity-provider']

/**
 * `source`: an API Gateway event (REST, HTTP 1.0 and 2.0, WebSocket), or a Web `Request` behind the
 * Worker. Throws `MissingAuthContextError` where there is no identity.
 *
 * Not checked: that the call came through the authorizer. Headers are true only where nobody can
 * reach the handler around the Worker; of an event, headers are never read.
 */
export function readAuthContext(source: object): AuthContext {
  const fields = source instanceof Request ? readHeaders(source) : readEvent(source)
  const { subject, issuer, expiresAt, tokenKind } = fields
  const kind = TOKEN_KINDS.find((known) => known === tokenKind)
  const end = Number(expiresAt)
  if (!subject || !issuer || !kind || !(end > 0)) throw new MissingAuthContextError()
  return {
    subject,
    issuer,
    clientId: fields['clientId'] || null,
    scopes: splitWords(fields['scope']),
    permissions: readWords(fields['permissions']),
    expiresAt: end,
    tokenKind: kind,
  }
}

type Fields = Readonly<Record<string, string | undefined>>

/** What the Worker calls each member. */
export const IDENTITY_HEADERS = {
  subject: 'x-auth-subject',
  issuer: 'x-auth-issuer',
  clientId: 'x-auth-client-id',
  scope: 'x-auth-scope',
  permissions: 'x-auth-permissions',
  expiresAt: 'x-auth-expires-at',
  tokenKind: 'x-auth-token-kind',
} as const

/** A permission may hold a blank; a scope cannot (RFC 6749 §3.3). */
export const writeWords = (words: readonly string[]): string =>
  words.map((word) => word.replace(/[ %]/g, encodeURIComponent)).join(' ')

const readWords = (text: string | undefined): readonly string[] =>
  splitWords(text).map((word) => word.replace(/%2[05]/g, decodeURIComponent))

const splitWords = (text: string | undefined): readonly string[] => (text ? text.split(' ') : [])

/** No table made once: it would be in every bundle, for doors that only write these names. */
const readFields = (read: (name: string, header: string) => string | undefined): Fields =>
  Object.fromEntries(
    Object.entries(IDENTITY_HEADERS).map(([name, header]) => [name, read(name, header)]),
  )

/** Flat at REST, WebSocket and HTTP 1.0; under `lambda` at HTTP 2.0. */
function readEvent(event: object): Fields {
  const authorizer = objectIn(memberOf(event, 'requestContext'), 'authorizer')
  const context = objectIn(authorizer, 'lambda') ?? authorizer
  return readFields((name) => textOf(memberOf(context, name)))
}

const objectIn = (value: unknown, name: string): JsonObject | undefined => {
  const found = memberOf(value, name)
  return isObject(found) ? found : undefined
}

/** REST delivers text whatever was sent; other platforms may keep numbers. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

/** As `writeIdentityHeaders` wrote them. */
const readHeaders = ({ headers }: Request): Fields =>
  readFields((_, header) => decode(headers.get(header)))

function decode(value: string | null): string | undefined {
  try {
    return value === null ? undefined : decodeURIComponent(value)
  } catch {
    return undefined // not ours: we encode every `%`
  }
}
