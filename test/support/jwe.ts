import { constants, createCipheriv, publicEncrypt, randomBytes, type KeyObject } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { encodePart } from './jws.ts'

export interface EncryptOptions {
  /** Public key of the recipient. */
  readonly key: KeyObject
  /** RSA-OAEP-256 */
  readonly alg?: string
  /** A256GCM */
  readonly enc?: 'A128GCM' | 'A256GCM'
  /** Further members; `zip: 'DEF'` does compress (RFC 7516 §4.1.3). */
  readonly header?: Readonly<Record<string, unknown>>
}

const PADDINGS: Readonly<Record<string, object>> = {
  'RSA-OAEP': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  'RSA-OAEP-256': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
  'RSA-OAEP-384': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha384' },
  'RSA-OAEP-512': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha512' },
  RSA1_5: { padding: constants.RSA_PKCS1_PADDING },
}

/** A compact JWE, by hand: jose will not write what tests must show to be refused. */
export function encrypt(plaintext: string, options: EncryptOptions): string {
  const { key, alg = 'RSA-OAEP-256', enc = 'A256GCM', header = {} } = options
  const padding = PADDINGS[alg]
  if (!padding) throw new TypeError(`no key encryption ${alg}`)
  const contentKey = randomBytes(enc === 'A128GCM' ? 16 : 32)
  return seal({
    header: { alg, enc, ...header },
    contentKey,
    encryptedKey: publicEncrypt({ key, ...padding }, contentKey).toString('base64url'),
    plaintext: header['zip'] === 'DEF' ? deflateRawSync(plaintext) : Buffer.from(plaintext),
  })
}

/** What Auth0 hands out when no audience is asked for: five parts, the second empty, readable by Auth0 alone. */
export function createAuth0OpaqueToken(issuer: string): string {
  return seal({
    header: { alg: 'dir', enc: 'A256GCM', iss: issuer },
    contentKey: randomBytes(32),
    encryptedKey: '',
    plaintext: randomBytes(48),
  })
}

interface Sealing {
  readonly header: object
  readonly contentKey: Buffer
  readonly encryptedKey: string
  readonly plaintext: Buffer
}

function seal({ header, contentKey, encryptedKey, plaintext }: Sealing): string {
  const protectedPart = encodePart(JSON.stringify(header))
  const iv = randomBytes(12)
  const cipher = createCipheriv(
    contentKey.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm',
    contentKey,
    iv,
  )
  cipher.setAAD(Buffer.from(protectedPart))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const parts = [iv, ciphertext, cipher.getAuthTag()].map(encodePart)
  return [protectedPart, encryptedKey, ...parts].join('.')
}
