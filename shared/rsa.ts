/** RSA keys as JWKs: which are fit for use at all (RFC 7518 §6.3). */
import { own } from './json.ts'
import type { JsonObject } from './json.ts'
import { RSA_BITS_MAX, RSA_BITS_MIN } from './limits.ts'

/** What an API's tokens may be encrypted by (§2.2 step 3): never with SHA-1, never PKCS #1 v1.5. */
export const RSA_OAEP: readonly unknown[] = ['RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512']

/** No key that is weak, or an attack by its size. */
export const isSoundRsa = ({ kty, n, e }: JsonObject): boolean =>
  kty === 'RSA' && isSoundModulus(n) && isSoundExponent(e)

/** RFC 7518 §3.3 sets the least size; the most is ours, since a check costs its square. */
function isSoundModulus(value: unknown): boolean {
  const bits = bitLength(integerBytes(value))
  return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX
}

/** Odd, and at least 65537. */
function isSoundExponent(value: unknown): boolean {
  const bytes = integerBytes(value)
  return bitLength(bytes) > 16 && bytes.charCodeAt(bytes.length - 1) % 2 === 1
}

/**
 * All numbers of a private key are there and belong together: a platform that imports less refuses it
 * only when the first token comes. For use at start, on keys whose owner is the caller.
 */
export function isWholeRsa(key: JsonObject): boolean {
  const number = (name: string) => toInteger(integerBytes(own(key, name)))
  const [e, d, p, q] = [number('e'), number('d'), number('p'), number('q')]
  const isHalf = (prime: bigint, exponent: bigint) => {
    const order = prime - 1n
    return order > 1n && d % order === exponent && (e * exponent) % order === 1n
  }
  return (
    p * q === number('n') &&
    isHalf(p, number('dp')) &&
    isHalf(q, number('dq')) &&
    (q * number('qi')) % p === 1n
  )
}

/** The bytes of a base64url integer without leading zeros; none for anything else. */
const integerBytes = (value: unknown): string =>
  typeof value === 'string' && /^(?:[\w-]{4})*(?:[\w-]{2,3})?$/.test(value)
    ? atob(value.replaceAll('-', '+').replaceAll('_', '/')).replace(/^\0+/, '')
    : ''

const bitLength = (bytes: string): number =>
  bytes === '' ? 0 : bytes.length * 8 + 24 - Math.clz32(bytes.charCodeAt(0))

const toInteger = (bytes: string): bigint =>
  BigInt(
    `0x0${Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')}`,
  )
