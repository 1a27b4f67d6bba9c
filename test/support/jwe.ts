import {
  constants,
  createCipheriv,
  createHmac,
  publicEncrypt,
  randomBytes,
  type CipherGCMTypes,
  type KeyObject,
} from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { encodePart } from './jws.ts'
import type { TestKey } from './keys.ts'

export interface EncryptOptions {
  /** Public key of the recipient. */
  readonly key: KeyObject
  /** RSA-OAEP-256 */
  readonly alg?: string
  /** A256GCM */
  readonly enc?: Encoding
  /** Members added and replaced; `zip: 'DEF'` does compress (RFC 7516 §4.1.3). */
  readonly header?: Readonly<Record<string, unknown>>
  /** The header's JSON text itself, instead: a member twice. */
  readonly headerText?: string
}

const KEY_BYTES = {
  A128GCM: 16,
  A192GCM: 24,
  A256GCM: 32,
  'A128CBC-HS256': 32,
  'A192CBC-HS384': 48,
  'A256CBC-HS512': 64,
} as const

export type Encoding = keyof typeof KEY_BYTES

const PADDINGS: Readonly<Record<string, object>> = {
  'RSA-OAEP': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  'RSA-OAEP-256': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
  'RSA-OAEP-384': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha384' },
  'RSA-OAEP-512': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha512' },
  RSA1_5: { padding: constants.RSA_PKCS1_PADDING },
}

/** A compact JWE, by hand: jose will not write what tests must show to be refused. */
export function encrypt(plaintext: string | Uint8Array, options: EncryptOptions): string {
  const { key, alg = 'RSA-OAEP-256', enc = 'A256GCM', header = {} } = options
  const padding = PADDINGS[alg]
  if (!padding) throw new TypeError(`no key encryption ${alg}`)
  const contentKey = randomBytes(KEY_BYTES[enc])
  return assemble({
    header: options.headerText ?? JSON.stringify({ alg, enc, ...header }),
    contentKey,
    seal: enc.includes('CBC') ? sealWithCbc : sealWithGcm,
    encryptedKey: publicEncrypt({ key, ...padding }, contentKey).toString('base64url'),
    plaintext: header['zip'] === 'DEF' ? deflateRawSync(plaintext) : Buffer.from(plaintext),
  })
}

/** What Auth0 hands out when no audience is asked for: five parts, the second empty, readable by Auth0 alone. */
export function createAuth0OpaqueToken(issuer: string): string {
  return assemble({
    header: JSON.stringify({ alg: 'dir', enc: 'A256GCM', iss: issuer }),
    contentKey: randomBytes(32),
    seal: sealWithGcm,
    encryptedKey: '',
    plaintext: randomBytes(48),
  })
}

interface Sealing {
  readonly header: string
  readonly contentKey: Buffer
  readonly seal: Seal
  readonly encryptedKey: string
  readonly plaintext: Buffer
}

/** Initialization vector, ciphertext, tag. */
type Seal = (plaintext: Buffer, key: Buffer, aad: Buffer) => readonly Buffer[]

function assemble({ header, contentKey, encryptedKey, plaintext, seal }: Sealing): string {
  const protectedPart = encodePart(header)
  const parts = seal(plaintext, contentKey, Buffer.from(protectedPart)).map(encodePart)
  return [protectedPart, encryptedKey, ...parts].join('.')
}

const gcmOf = ({ length }: Buffer) => `aes-${length * 8}-gcm` as CipherGCMTypes

function sealWithGcm(plaintext: Buffer, key: Buffer, aad: Buffer): readonly Buffer[] {
  const iv = randomBytes(12)
  const cipher = createCipheriv(gcmOf(key), key, iv)
  cipher.setAAD(aad)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [iv, ciphertext, cipher.getAuthTag()]
}

/** RFC 7518 §5.2.2.1: half of the key authenticates, the other half encrypts. */
function sealWithCbc(plaintext: Buffer, key: Buffer, aad: Buffer): readonly Buffer[] {
  const half = key.length / 2
  const iv = randomBytes(16)
  const cipher = createCipheriv(`aes-${half * 8}-cbc`, key.subarray(half), iv)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const aadBits = Buffer.alloc(8)
  aadBits.writeBigUInt64BE(BigInt(aad.length * 8))
  const mac = createHmac(`sha${half * 16}`, key.subarray(0, half))
  for (const data of [aad, iv, ciphertext, aadBits]) mac.update(data)
  return [iv, ciphertext, mac.digest().subarray(0, half)]
}

/** A private key as a JWK, with these members beside the numbers; `undefined` leaves one out. */
export const privateJwk = (
  { privateKey }: TestKey,
  members: object = {},
): Readonly<Record<string, unknown>> => ({
  ...privateKey.export({ format: 'jwk' }),
  ...members,
})

/** What a secret holds: the text of a JWK Set. */
export const writeKeySet = (...keys: readonly object[]): string => JSON.stringify({ keys })
