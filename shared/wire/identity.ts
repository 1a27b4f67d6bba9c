/** An identity as flat text: headers for an upstream, context for API Gateway. */
import type { Identity } from '../types.ts'

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

/** `clientId` becomes `x-auth-client-id`; what is empty is left out. */
export const writeIdentityHeaders = (identity: Identity): readonly (readonly [string, string])[] =>
  Object.entries(writeIdentity(identity))
    .filter(([, value]) => value)
    .map(([name, value]) => [
      PREFIX + name.replace(/[A-Z]/, (capital) => `-${capital.toLowerCase()}`),
      toAscii(value),
    ])

/**
 * Printable ASCII as it is; the rest percent-encoded as UTF-8, so that no claim can break a header.
 * `%` and outer spaces are encoded too: no two values may arrive as the same text.
 */
const toAscii = (value: string): string =>
  value.replace(/[^\x20-\x24\x26-\x7e]+|^ +| +$/g, (run) => encodeURIComponent(run.toWellFormed()))
