import { generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A key pair with the JWK that an issuer publishes for it. */
export interface TestKey {
  readonly kid: string
  /** What it signs with unless told otherwise. */
  readonly alg: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly publicPem: string
  /** Published as it stands: a test may write any nonsense into it. */
  readonly publicJwk: Readonly<Record<string, unknown>>
}

export interface KeyOptions {
  readonly kid?: string
  /** Keys of one algorithm and number are one key in a process. 0 */
  readonly nth?: number
  /** RSA modulus: 1024 is too weak, 8193 and more too dear. 2048 */
  readonly bits?: number
  /** RSA public exponent. 65537 */
  readonly exponent?: number
  /** Members to replace in the JWK; `undefined` leaves one out. */
  readonly jwk?: Readonly<Record<string, unknown>>
}

interface Pair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const CURVES: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  ES256K: 'secp256k1',
}

// RSA generation takes up to seconds, so that a pair is made once in a process.
const pairs = new Map<string, Pair>()

export function createKey(alg = 'RS256', options: KeyOptions = {}): TestKey {
  const { nth = 0, kid = `${alg.toLowerCase()}-${nth}` } = options
  const { privateKey, publicKey } = findPair(alg, options)
  return {
    kid,
    alg,
    privateKey,
    publicKey,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig', ...options.jwk },
  }
}

function findPair(alg: string, { nth = 0, bits = 2048, exponent = 65537 }: KeyOptions): Pair {
  const curve = CURVES[alg]
  if (curve) return remember(`${curve} ${nth}`, () => generateCurve(curve))
  if (alg === 'EdDSA' || alg === 'Ed25519') {
    return remember(`Ed25519 ${nth}`, () => generateKeyPairSync('ed25519'))
  }
  const options = { modulusLength: bits, publicExponent: exponent }
  return remember(`RSA ${bits} ${exponent} ${nth}`, () => generateKeyPairSync('rsa', options))
}

function generateCurve(namedCurve: string): Pair {
  return generateKeyPairSync('ec', { namedCurve })
}

function remember(name: string, generate: () => Pair): Pair {
  const pair = pairs.get(name) ?? generate()
  pairs.set(name, pair)
  return pair
}
