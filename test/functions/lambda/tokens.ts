/** Tokens of an issuer that signs with a secret: made at once, so that thousands cost little. */
import { createHmac } from 'node:crypto'
import { vi } from 'vitest'
import type { Config } from '../../../shared/index.ts'
import { AUDIENCE, ISSUER, SECRET } from './rule-sets.ts'
import type { Caller } from './rule-sets.ts'

export const trustSecret: Config['issuers'] = [
  { issuer: ISSUER, audience: AUDIENCE, algorithms: ['HS256'], secret: { env: 'S' } },
]

export const environment = { S: SECRET }

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const HEADER = encode({ alg: 'HS256', typ: 'JWT' })
const issuedAt = Math.floor(Date.now() / 1000)

export function mint({ lifetime, ...claims }: Caller): string {
  const times = { iat: issuedAt, exp: issuedAt + lifetime }
  const text = `${HEADER}.${encode({ azp: 'service', ...claims, iss: ISSUER, aud: AUDIENCE, ...times })}`
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`
}

/**
 * WebCrypto hands each signature to another thread and back, which is most of what a verdict costs.
 * Here they are checked at once, by the same algorithm.
 */
export function verifyAtOnce(): void {
  const { subtle } = crypto
  const imported = subtle.importKey('raw', Buffer.from(SECRET), HMAC, false, ['verify'])
  vi.spyOn(subtle, 'importKey').mockImplementation(() => imported)
  vi.spyOn(subtle, 'verify').mockImplementation(async (_algorithm, _key, signature, data) => {
    const made = createHmac('sha256', SECRET).update(toBytes(data)).digest()
    return made.equals(toBytes(signature))
  })
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

const toBytes = (source: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)
