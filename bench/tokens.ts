/** Access tokens as Auth0 issues them, about a kilobyte each, and the issuer they come from. */
import { webcrypto } from 'node:crypto'
import type { BenchAlgorithm } from './names.ts'
import { createKey } from '../test/support/keys.ts'
import type { TestKey } from '../test/support/keys.ts'
import { createSigner } from '../test/support/signer.ts'
import type { Members, Signer } from '../test/support/signer.ts'

export const ISSUER = 'https://tenant.example.com/'
export const AUDIENCE = 'https://api.example.com/patients'

export interface BenchIssuer {
  readonly algorithm: BenchAlgorithm
  readonly issuer: string
  readonly audience: string
  readonly key: TestKey
  /** Ready for `crypto.subtle.verify`. */
  readonly cryptoKey: CryptoKey
  readonly signer: Signer
}

export type CryptoKey = webcrypto.CryptoKey

/** What `crypto.subtle` is told about an algorithm. */
export const WEB_CRYPTO: Readonly<Record<BenchAlgorithm, webcrypto.RsaHashedImportParams | Named>> =
  {
    RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    PS256: { name: 'RSA-PSS', saltLength: 32, hash: 'SHA-256' },
    EdDSA: { name: 'Ed25519' },
  }

interface Named extends webcrypto.Algorithm {
  readonly namedCurve?: string
  readonly hash?: string
  readonly saltLength?: number
}

export async function createIssuer(
  algorithm: BenchAlgorithm,
  issuer = ISSUER,
): Promise<BenchIssuer> {
  const key = createKey(algorithm)
  return {
    algorithm,
    issuer,
    audience: AUDIENCE,
    key,
    cryptoKey: await webcrypto.subtle.importKey(
      'jwk',
      key.publicJwk as webcrypto.JsonWebKey,
      WEB_CRYPTO[algorithm],
      false,
      ['verify'],
    ),
    signer: createSigner({ issuer, audience: AUDIENCE, keys: [key] }),
  }
}

const SCOPES = 'openid profile email read:patients write:patients read:appointments offline_access'
const PERMISSIONS = ['read:patients', 'write:patients', 'read:appointments', 'write:appointments']

/** `nth`: no two users are alike. */
export const describeUser = (issuer: string, audience: string, nth: number): Members => ({
  sub: `auth0|${nth.toString(16).padStart(24, '0')}`,
  aud: [audience, `${issuer}userinfo`],
  azp: 'ZmFrZS1jbGllbnQtaWQtZm9yLXRoZS1iZW5j',
  scope: SCOPES,
  permissions: PERMISSIONS,
  org_id: 'org_0123456789abcdef',
  'https://example.com/email': `user.${nth}@example.com`,
  'https://example.com/roles': ['nurse', 'night-shift', 'ward-7'],
})

/** Gives texts out in a ring, each as a string of its own: as if it had just come over the wire. */
export interface Ring {
  take(count: number): readonly string[]
}

/** Copies of these would fill the memory, and nobody keeps them. */
const LARGE = 100_000

export function createRing(texts: readonly string[]): Ring {
  // Copies, because V8 remembers the hash of a string that was once a key.
  const copiers = texts.map((text) => {
    const bytes = Buffer.from(text, 'latin1')
    const whole = bytes.toString('latin1')
    return bytes.length > LARGE ? () => whole : () => bytes.toString('latin1')
  })
  let at = 0
  const next = () => {
    const copy = copiers[at]
    at = (at + 1) % copiers.length
    return copy?.() ?? ''
  }
  return { take: (count) => Array.from({ length: count }, next) }
}

/** The first so many users' tokens. An RSA signature takes the better part of a millisecond, so that they are kept. */
export function signUsers(issuer: BenchIssuer, count: number): readonly string[] {
  const name = `${issuer.issuer} ${issuer.algorithm}`
  const known = signed.get(name) ?? []
  for (let nth = known.length; nth < count; nth += 1) known.push(signUser(issuer, nth))
  signed.set(name, known)
  return known.slice(0, count)
}

const signed = new Map<string, string[]>()

/** `claims` and `header`: members to replace. */
export const signUser = (
  { issuer, audience, signer }: BenchIssuer,
  nth: number,
  claims: Members = {},
  header: Members = {},
): string => signer.sign({ ...describeUser(issuer, audience, nth), ...claims }, header)
