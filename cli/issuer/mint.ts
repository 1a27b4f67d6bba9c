/** A test token, as an issuer would write it, or as none should. */
import { randomUUID } from 'node:crypto'
import { CompactSign, importJWK } from 'jose'
import type { JWK } from 'jose'

export type Claims = Readonly<Record<string, unknown>>

export interface Wanted {
  readonly issuer: string
  readonly audience: string
  readonly subject: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly permissions: readonly string[] | null
  readonly isMachine: boolean
  readonly lifetimeSeconds: number
  readonly profile: 'auth0' | 'rfc9068'
  /** Over all others; `undefined` leaves one out. */
  readonly claims: Claims
}

export interface Draft {
  readonly header: Claims
  readonly claims: Claims
}

/** `now`: epoch seconds. */
export function draftToken(wanted: Wanted, now: number): Draft {
  const iat = Math.floor(now)
  const { clientId, scopes, permissions, isMachine, profile } = wanted
  const isRfc = profile === 'rfc9068'
  return {
    header: { typ: isRfc ? 'at+jwt' : 'JWT' },
    claims: {
      iss: wanted.issuer,
      sub: isMachine ? `${clientId}@clients` : wanted.subject,
      aud: wanted.audience,
      iat,
      exp: iat + wanted.lifetimeSeconds,
      ...(isRfc ? { client_id: clientId, jti: randomUUID() } : { azp: clientId }),
      ...(isMachine && !isRfc && { gty: 'client-credentials' }),
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      ...(permissions && { permissions }),
      ...wanted.claims,
    },
  }
}

type Change = (draft: Draft, now: number) => Draft

const claim =
  (change: (now: number, claims: Claims) => Claims): Change =>
  ({ header, claims }, now) => ({
    header,
    claims: { ...claims, ...change(Math.floor(now), claims) },
  })

const HOUR = 3_600

/** What can be wrong with a token, by the flag that asks for it. */
export const FAULTS = {
  expired: ['expired an hour ago', claim((now) => ({ iat: now - 2 * HOUR, exp: now - HOUR }))],
  'not-yet': ['good in an hour only', claim((now) => ({ nbf: now + HOUR }))],
  'from-future': ['issued in an hour', claim((now) => ({ iat: now + HOUR, exp: now + 2 * HOUR }))],
  'too-long': ['good for a year', claim((now) => ({ exp: now + 365 * 24 * HOUR }))],
  'wrong-audience': ['for another API', claim(() => ({ aud: 'https://another-api.example.com' }))],
  'wrong-issuer': ['of another issuer', claim(() => ({ iss: 'https://another.example.com/' }))],
  'id-token': [
    'an ID token',
    claim((_, { azp, client_id: client }) => ({
      aud: azp ?? client,
      nonce: randomUUID(),
      scope: undefined,
      permissions: undefined,
    })),
  ],
  bound: ['bound to a key of its sender', claim(() => ({ cnf: { jkt: 'x'.repeat(43) } }))],
  'unknown-key': [
    'signed with a key that nobody publishes',
    ({ header, claims }) => ({ header: { ...header, kid: `unknown-${randomUUID()}` }, claims }),
  ],
  'bad-signature': ['altered after it was signed', (draft) => draft],
} as const satisfies Readonly<Record<string, readonly [string, Change]>>

export type FaultName = keyof typeof FAULTS

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(FAULTS, name)

/** `key`: null for `alg: none`. A shared secret is a JWK of type `oct`. */
export async function signDraft(
  { header, claims }: Draft,
  key: JWK | null,
  alg: string,
): Promise<string> {
  const kid = key?.kid === undefined ? {} : { kid: key.kid }
  const payload = Buffer.from(JSON.stringify(claims))
  const full = { alg, ...kid, ...header }
  if (!key) {
    const parts = [JSON.stringify(full), payload].map((part) =>
      Buffer.from(part).toString('base64url'),
    )
    return `${parts.join('.')}.`
  }
  return new CompactSign(payload).setProtectedHeader(full).sign(await importJWK(key, alg))
}

/** Another signature than the one that was computed; still base64url, and as long. */
export const breakSignature = (token: string): string => {
  const at = token.lastIndexOf('.') + 1
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}
