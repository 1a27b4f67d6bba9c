/**
 * Which keys of a set may verify a token (§2.2 step 6, §8.3)? jose imports them; choosing is ours,
 * because an unknown key has to be told from one that is there and unfit.
 */
import { own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { KEY_CANDIDATES } from '../limits.ts'
import type { KeyRequest, VerificationKey } from '../ports.ts'
import { isSoundRsa } from '../rsa.ts'

export type KeyMiss = 'unknown_key' | 'key_unusable' | 'kid_missing'

/** `sound`: those of `keys` that may verify anything at all. */
export interface KeySet {
  readonly keys: readonly JsonObject[]
  readonly sound: readonly JsonObject[]
}

/** Unsound keys stay listed: a token that names one is told so. */
export const createKeySet = (keys: readonly JsonObject[]): KeySet => ({
  keys,
  sound: keys.filter(isSound),
})

export function selectKeys(
  { keys, sound }: KeySet,
  { alg, kid }: KeyRequest,
): readonly VerificationKey[] | KeyMiss {
  const isNamed = (key: JsonObject) => kid === undefined || own(key, 'kid') === kid
  if (!keys.some(isNamed)) return 'unknown_key'
  const fit = sound.filter((key) => isNamed(key) && fits(key, alg))
  if (fit.length === 0) return 'key_unusable'
  // Several keys under one `kid` are tried in turn; each costs a signature check.
  return kid === undefined && fit.length > 1 ? 'kid_missing' : fit.slice(0, KEY_CANDIDATES)
}

const KEY_TYPES: Readonly<Record<string, readonly [kty: string, crv: string]>> = {
  ES256: ['EC', 'P-256'],
  ES384: ['EC', 'P-384'],
  ES512: ['EC', 'P-521'],
  EdDSA: ['OKP', 'Ed25519'],
  Ed25519: ['OKP', 'Ed25519'],
}

const CURVES = new Set(Object.values(KEY_TYPES).map((type) => type.join(' ')))

/** One key, one algorithm (RFC 8725 §3.1): a key that names its own verifies no other. */
function fits(key: JsonObject, alg: string): boolean {
  const [kty, crv] = KEY_TYPES[alg] ?? ['RSA']
  const { alg: named = alg } = key
  return key['kty'] === kty && own(key, 'crv') === crv && named === alg
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

export const isPrivate = (key: JsonObject): boolean =>
  PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))

/** Public, for verifying, of a type and curve we know, and no RSA key that is weak or an attack by its size. */
function isSound(key: JsonObject): boolean {
  const { kty, use = 'sig', key_ops: operations = ['verify'], crv, x, y } = key
  return (
    !isPrivate(key) &&
    use === 'sig' &&
    Array.isArray(operations) &&
    operations.includes('verify') &&
    (kty === 'RSA'
      ? isSoundRsa(key)
      : CURVES.has(`${String(kty)} ${String(crv)}`) &&
        typeof x === 'string' &&
        (kty === 'OKP' || typeof y === 'string'))
  )
}
