import { compactDecrypt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuth0OpaqueToken, encrypt } from './jwe.ts'
import { createKey } from './keys.ts'
import { createSigner } from './signer.ts'

const { publicKey: key, privateKey } = createKey('RSA-OAEP-256')
const ENCODINGS = [
  'A128GCM',
  'A192GCM',
  'A256GCM',
  'A128CBC-HS256',
  'A192CBC-HS384',
  'A256CBC-HS512',
] as const
const token = createSigner({ issuer: 'https://t.auth0.com/' }).sign()

describe('an encrypted token', () => {
  it.each(['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'])(
    'opens with the private key by %s',
    async (alg) => {
      for (const enc of ENCODINGS) {
        const { plaintext, protectedHeader } = await compactDecrypt(
          encrypt(token, { key, alg, enc, header: { cty: 'JWT' } }),
          privateKey,
        )
        expect(new TextDecoder().decode(plaintext)).toBe(token)
        expect(protectedHeader).toEqual({ alg, enc, cty: 'JWT' })
      }
    },
  )

  it('is truly compressed where it says so', async () => {
    const text = 'x'.repeat(100_000)
    const small = encrypt(text, { key, header: { zip: 'DEF' } })
    expect(small.length).toBeLessThan(2000)
    const { plaintext } = await compactDecrypt(small, privateKey)
    expect(new TextDecoder().decode(plaintext)).toBe(text)
  })

  it('may use what nobody should', () => {
    expect(decodeProtectedHeader(encrypt(token, { key, alg: 'RSA1_5' }))['alg']).toBe('RSA1_5')
    expect(() => encrypt(token, { key, alg: 'A128KW' })).toThrow(TypeError)
  })
})

describe("Auth0's opaque token", () => {
  it('is a JWE with direct encryption whose second part is empty', () => {
    const opaque = createAuth0OpaqueToken('https://t.auth0.com/')
    const parts = opaque.split('.')
    expect(parts).toHaveLength(5)
    expect(parts[1]).toBe('')
    expect(JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString())).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      iss: 'https://t.auth0.com/',
    })
  })
})
