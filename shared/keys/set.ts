/**
 * One key set, ready to verify with. jose selects and imports keys; which of them are fit for
 * verifying at all, and how a miss is told from an unfit key, is decided here (§2.2 step 6, §8.3).
 */
import type { KeyRequest } from '../ports.ts'
import { createLocalJWKSet } from 'jose'
import type { JSONWebKeySet } from 'jose'
import { own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { KEY_CANDIDATES, RSA_BITS_MAX, RSA_BITS_MIN } from '../limits.ts'
import type { KeyRecord } from './record.ts'

export type KeyMiss = 'unknown' | 'unusable' | 'ambiguous'

export interface KeySet {
  readonly record: KeyRecord
  /** Keys found before, without waiting. */
  recall(wanted: KeyRequest): readonly CryptoKey[] | undefined
  find(wanted: KeyRequest): Promise<readonly CryptoKey[] | KeyMiss>
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const CURVES = new Set(['P-256', 'P-384', 'P-521', 'Ed25519'])

export function createKeySet(record: KeyRecord): KeySet {
  const usable = record.keys.filter(isUsable)
  const select = createLocalJWKSet({ keys: usable } as unknown as JSONWebKeySet)
  const found = new Map<string, readonly CryptoKey[]>()
  return {
    record,
    recall: (wanted) => found.get(nameOf(wanted)),
    async find(wanted) {
      const keys = await selectKeys(select, wanted)
      if (keys !== null && keys !== 'ambiguous') found.set(nameOf(wanted), keys)
      return keys ?? missOf(record, wanted)
    },
  }
}

const nameOf = ({ alg, kid }: KeyRequest): string => (kid === undefined ? alg : `${alg} ${kid}`)

type Select = ReturnType<typeof createLocalJWKSet>

/** null: none fits. */
async function selectKeys(
  select: Select,
  { alg, kid }: KeyRequest,
): Promise<readonly CryptoKey[] | 'ambiguous' | null> {
  try {
    return [await select(kid === undefined ? { alg } : { alg, kid })]
  } catch (error) {
    if (!isMultiple(error)) return null
    return kid === undefined ? 'ambiguous' : firstKeys(error)
  }
}

/** jose's error for several matches is also the list of them. */
const isMultiple = (error: unknown): error is AsyncIterable<CryptoKey> =>
  typeof error === 'object' && error !== null && Symbol.asyncIterator in error

/** Several keys under one `kid`: each costs a signature check, so only so many are tried. */
async function firstKeys(candidates: AsyncIterable<CryptoKey>): Promise<readonly CryptoKey[]> {
  const keys: CryptoKey[] = []
  for await (const key of candidates) {
    keys.push(key)
    if (keys.length === KEY_CANDIDATES) break
  }
  return keys
}

const missOf = ({ keys }: KeyRecord, { kid }: KeyRequest): KeyMiss =>
  kid === undefined || keys.some((key) => own(key, 'kid') === kid) ? 'unusable' : 'unknown'

/**
 * Fit to verify with: public, not for encryption, a curve we know, RSA neither weak nor so large
 * that each check is an attack. Unfit keys stay listed, so that the answer is `key_unusable`.
 */
function isUsable(key: JsonObject): boolean {
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))) return false
  const { kty, crv, use, key_ops: operations } = key
  if (use !== undefined && use !== 'sig') return false
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return false
  }
  if (kty === 'RSA') return isSoundRsa(key)
  return (kty === 'EC' || kty === 'OKP') && typeof crv === 'string' && CURVES.has(crv)
}

function isSoundRsa({ n, e }: JsonObject): boolean {
  const [modulus, exponent] = [integerBytes(n), integerBytes(e)]
  if (modulus === null || exponent === null) return false
  const bits = bitLength(modulus)
  return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX && isSoundExponent(exponent)
}

/** Odd and at least 65537: a smaller one invites known attacks, an even one is no exponent. */
function isSoundExponent(exponent: string): boolean {
  const last = exponent.charCodeAt(exponent.length - 1)
  return last % 2 === 1 && bitLength(exponent) > 16
}

/** The bytes of a base64url integer, leading zeros dropped; null for anything else. */
function integerBytes(value: unknown): string | null {
  if (typeof value !== 'string' || !/^[\w-]+$/.test(value) || value.length % 4 === 1) return null
  return atob(value.replaceAll('-', '+').replaceAll('_', '/')).replace(/^\0+/, '')
}

const bitLength = (bytes: string): number =>
  bytes === '' ? 0 : bytes.length * 8 - Math.clz32(bytes.charCodeAt(0)) + 24
