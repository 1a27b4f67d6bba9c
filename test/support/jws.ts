import { constants, createHmac, sign, type KeyObject } from 'node:crypto'
import type { TestKey } from './keys.ts'

export interface SignatureOptions {
  /** Default: the first of the signer's keys. */
  readonly key?: TestKey
  /** The key of HS256, HS384 and HS512: text stands for its UTF-8 bytes. */
  readonly secret?: string | Uint8Array
  /** Algorithm to compute with, whatever the header says. One that does not exist gives an empty signature. */
  readonly signWith?: string
  /** Third part as text, instead of a computed one. */
  readonly signature?: string
}

type Signature = (data: Buffer, options: { key: KeyObject; secret: string | Uint8Array }) => Buffer

// node:crypto rather than jose, which rightly refuses the weak and the malformed keys that tests are about.
const SIGNATURES: Readonly<Record<string, Signature>> = {
  RS256: (data, { key }) => sign('sha256', data, key),
  RS384: (data, { key }) => sign('sha384', data, key),
  RS512: (data, { key }) => sign('sha512', data, key),
  PS256: (data, { key }) => sign('sha256', data, pss(key, 32)),
  PS384: (data, { key }) => sign('sha384', data, pss(key, 48)),
  PS512: (data, { key }) => sign('sha512', data, pss(key, 64)),
  ES256: (data, { key }) => sign('sha256', data, fixedLength(key)),
  ES384: (data, { key }) => sign('sha384', data, fixedLength(key)),
  ES512: (data, { key }) => sign('sha512', data, fixedLength(key)),
  ES256K: (data, { key }) => sign('sha256', data, fixedLength(key)),
  EdDSA: (data, { key }) => sign(null, data, key),
  Ed25519: (data, { key }) => sign(null, data, key),
  HS256: (data, { secret }) => createHmac('sha256', secret).update(data).digest(),
  HS384: (data, { secret }) => createHmac('sha384', secret).update(data).digest(),
  HS512: (data, { secret }) => createHmac('sha512', secret).update(data).digest(),
}

/** A compact JWS of two parts that are encoded already, signed as they stand. */
export function signParts(
  header: string,
  payload: string,
  options: SignatureOptions & { readonly key: TestKey },
): string {
  const { key, secret = '', signWith = key.alg } = options
  const input = `${header}.${payload}`
  const compute = options.signature === undefined ? SIGNATURES[signWith] : undefined
  const signature = compute?.(Buffer.from(input), { key: key.privateKey, secret })
  return `${input}.${signature?.toString('base64url') ?? options.signature ?? ''}`
}

/** base64url of text or bytes as they stand: malformed JSON, a BOM, invalid UTF-8. */
export function encodePart(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64url')
}

/** Writes one part of a compact JWS or JWE anew. */
export function changePart(token: string, index: number, write: (part: string) => string): string {
  return token
    .split('.')
    .map((part, at) => (at === index ? write(part) : part))
    .join('.')
}

/** A part whose first byte has a bit flipped. */
export function flipBit(part: string): string {
  const bytes = Buffer.from(part, 'base64url')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return bytes.toString('base64url')
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * A second spelling of the same bytes: the bits that base64url leaves unused in the last character are set, where
 * RFC 4648 §3.5 wants zeros. JSON text whose length leaves no such bits gets a space at its end.
 */
export function encodeLoosely(json: string): string {
  const padded = Buffer.byteLength(json) % 3 === 0 ? `${json} ` : json
  return respell(encodePart(padded))
}

/** The second spelling of a part, for example a signature, that ends in unused bits. */
export function respell(part: string): string {
  if (part.length % 4 === 0) throw new TypeError('this part has no unused bits')
  const last = ALPHABET.charAt(ALPHABET.indexOf(part.slice(-1)) | 1)
  return part.slice(0, -1) + last
}

function pss(key: KeyObject, saltLength: number) {
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
}

function fixedLength(key: KeyObject) {
  return { key, dsaEncoding: 'ieee-p1363' } as const
}
