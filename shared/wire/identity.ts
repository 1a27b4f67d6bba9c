/** An identity as flat text: headers for an upstream, context for API Gateway. */
import type { Identity } from '../types.ts'

const PREFIX = 'x-auth-'

/** Any header that an upstream could take for ours: some servers read `_` as `-`. */
export const isIdentityHeader = (name: string): boolean =>
  name.toLowerCase().replaceAll('_', '-').startsWith(PREFIX)

export function writeIdentityHeaders(identity: Identity): readonly (readonly [string, string])[] {
  const { subject, issuer, clientId, scopes, permissions, expiresAt, tokenKind } = identity
  const values: readonly (readonly [string, string])[] = [
    ['subject', subject],
    ['issuer', issuer],
    ['client-id', clientId ?? ''],
    ['scope', scopes.join(' ')],
    ['permissions', permissions.join(' ')],
    ['expires-at', String(Math.floor(expiresAt))],
    ['token-kind', tokenKind],
  ]
  return values
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [PREFIX + name, toAscii(value)])
}

/**
 * Printable ASCII as it is; the rest percent-encoded as UTF-8, so that no claim can break a header.
 * `%` and outer spaces are encoded too: no two values may arrive as the same text.
 */
const toAscii = (value: string): string =>
  value.replace(/[^\x20-\x24\x26-\x7e]+|^ +| +$/g, (run) => encodeURIComponent(run.toWellFormed()))

/** All values are text: REST and WebSocket APIs refuse anything nested and deliver text anyway. */
export function writeIdentityContext(identity: Identity): Readonly<Record<string, string>> {
  const { subject, issuer, clientId, scopes, permissions, expiresAt, tokenKind } = identity
  return {
    subject,
    issuer,
    clientId: clientId ?? '',
    scope: scopes.join(' '),
    permissions: permissions.join(' '),
    expiresAt: String(Math.floor(expiresAt)),
    tokenKind,
  }
}
