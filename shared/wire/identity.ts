/** An identity as flat text: headers for an upstream, context for API Gateway. */
import { IDENTITY_HEADERS, writeWords } from '../context.ts'
import type { Identity } from '../types.ts'

type Member = keyof typeof IDENTITY_HEADERS

/** All values are text: REST and WebSocket APIs refuse anything nested and deliver text anyway. */
export const writeIdentity = (identity: Identity): Readonly<Record<string, string>> => ({
  subject: identity.subject,
  issuer: identity.issuer,
  clientId: identity.clientId ?? '',
  scope: identity.scopes.join(' '),
  permissions: writeWords(identity.permissions),
  expiresAt: `${Math.floor(identity.expiresAt)}`,
  tokenKind: identity.tokenKind,
})

/**
 * Any header that an upstream could take for ours, by its name in lower case: CGI and PHP read `_`,
 * `.` and other signs as `-`.
 */
export const isIdentityHeader = (name: string): boolean => /^x[^a-z0-9]auth[^a-z0-9]/.test(name)

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
  value.replace(/[^\x20-\x24\x26-\x7e]+|^ +|(?<! ) +$/g, (run) =>
    encodeURIComponent(run.toWellFormed()),
  )
