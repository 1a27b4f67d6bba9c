/** An identity as flat text: headers for an upstream, context for API Gateway. */
import type { Identity } from '../types.ts'

/** Of each member; in the order in which they are written. */
export const IDENTITY_HEADERS = {
  subject: 'x-auth-subject',
  issuer: 'x-auth-issuer',
  clientId: 'x-auth-client-id',
  scope: 'x-auth-scope',
  permissions: 'x-auth-permissions',
  expiresAt: 'x-auth-expires-at',
  tokenKind: 'x-auth-token-kind',
} as const

type Member = keyof typeof IDENTITY_HEADERS

/** All values are text: REST and WebSocket APIs refuse anything nested and deliver text anyway. */
export const writeIdentity = (identity: Identity): Readonly<Record<string, string>> => ({
  subject: identity.subject,
  issuer: identity.issuer,
  clientId: identity.clientId ?? '',
  scope: identity.scopes.join(' '),
  permissions: identity.permissions.join(' '),
  expiresAt: `${Math.floor(identity.expiresAt)}`,
  tokenKind: identity.tokenKind,
})

const PREFIX = 'x-auth-'

/** Any header that an upstream could take for ours: some servers read `_` as `-`. */
export const isIdentityHeader = (name: string): boolean =>
  name.toLowerCase().replaceAll('_', '-').startsWith(PREFIX)

/** What is empty is left out. */
export function writeIdentityHeaders(identity: Identity): readonly (readonly [string, string])[] {
  const text = Object.entries(writeIdentity(identity)) as [Member, string][]
  return text
    .filter(([, value]) => value)
    .map(([member, value]) => [IDENTITY_HEADERS[member], toAscii(value)])
}

/**
 * Printable ASCII as it is; the rest percent-encoded as UTF-8, so that no claim can break a header.
 * `%` and outer spaces are encoded too: no two values may arrive as the same text.
 */
const toAscii = (value: string): string =>
  value.replace(/[^\x20-\x24\x26-\x7e]+|^ +| +$/g, (run) => encodeURIComponent(run.toWellFormed()))
