import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { encodeLoosely, encodePart, respell } from './jws.ts'
import { createKey } from './keys.ts'
import { createSigner } from './signer.ts'

const now = 1_800_000_000
const issuer = 'https://t.auth0.com/'
const signer = createSigner({ issuer, now: () => now })

describe('a signed token', () => {
  it('looks like an access token of Auth0', () => {
    const token = signer.sign()
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'rs256-0' })
    expect(decodeJwt(token)).toEqual({
      iss: issuer,
      sub: 'auth0|123',
      aud: 'https://api.example.com',
      azp: 'client-1',
      iat: now,
      exp: now + 86_400,
      scope: 'read:a',
    })
  })

  it('looks like RFC 9068 when asked to', () => {
    const token = signer.signRfc9068({ sub: 'client-1' })
    expect(decodeProtectedHeader(token).typ).toBe('at+jwt')
    const claims = { sub: 'client-1', client_id: 'client-1', jti: expect.any(String) }
    expect(decodeJwt(token)).toMatchObject(claims)
    expect(decodeJwt(token)).not.toHaveProperty('azp')
  })

  it('takes other members, and leaves out what is undefined', () => {
    const token = signer.sign(
      { iat: 1, scope: undefined, org_id: 'o' },
      { kid: undefined, crit: [] },
    )
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', crit: [] })
    expect(decodeJwt(token)).toMatchObject({ iat: 1, exp: 86_401, org_id: 'o' })
    expect(decodeJwt(token)).not.toHaveProperty('scope')
  })

  it.each([
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ])('verifies with the published key of %s', async (alg) => {
    const key = createKey(alg)
    const token = signer.sign({}, {}, { key })
    const { protectedHeader } = await jwtVerify(token, await importJWK(key.publicJwk as JWK), {
      algorithms: [alg],
      currentDate: new Date(now * 1000),
    })
    expect(protectedHeader).toEqual({ alg, typ: 'JWT', kid: key.kid })
  })

  it.each(['HS256', 'HS384', 'HS512'])('verifies with the bytes given for %s', async (alg) => {
    const secret = new Uint8Array(64).fill(7)
    const options = { algorithms: [alg], currentDate: new Date(now * 1000) }
    await expect(
      jwtVerify(signer.sign({}, { alg }, { secret }), secret, options),
    ).resolves.toBeDefined()
  })

  it.each(['none', 'None', 'nOnE', ''])('has an empty signature for alg %j', (alg) => {
    expect(signer.sign({}, { alg })).toMatch(/^[\w-]+\.[\w-]+\.$/)
  })

  it('is signed by one algorithm under the name of another where asked', async () => {
    const token = signer.sign({}, { alg: 'ES256' }, { signWith: 'RS256' })
    expect(decodeProtectedHeader(token).alg).toBe('ES256')
    expect(token.split('.')[2]).toHaveLength(342)
  })

  it('carries a signature given as text', () => {
    expect(signer.sign({}, {}, { signature: 'AAAA' })).toMatch(/\.AAAA$/)
  })

  it('can be written twice over from its header and claims as text', () => {
    const payload = JSON.stringify(signer.claims()).replace('{', '{"iss":"evil",')
    const token = signer.signRaw(JSON.stringify(signer.header()), payload)
    const valid = signer.signRaw(
      JSON.stringify(signer.header()),
      JSON.stringify(signer.claims({ sub: 's' })),
    )
    expect(decode(token.split('.')[1] ?? '').toString()).toBe(payload)
    expect(valid).toBe(signer.sign({ sub: 's' }))
  })

  it('consists of the very text or bytes given', () => {
    const header = '\uFEFF{"alg":"RS256","alg":"none"}'
    const payload = new Uint8Array([0x7b, 0xff, 0x7d])
    const [head, body] = signer.signRaw(header, payload).split('.').map(decode)
    expect(head).toEqual(Buffer.from(header))
    expect(body).toEqual(Buffer.from(payload))
  })
})

describe('a second spelling', () => {
  it.each(['{}', '{"a":1}', '{"a":12}', '{"a":123}'])('of %s decodes to the same JSON', (json) => {
    const part = encodeLoosely(json)
    expect(part).not.toBe(encodePart(json))
    expect(JSON.parse(decode(part).toString())).toEqual(JSON.parse(json))
    expect(encodePart(decode(part))).not.toBe(part)
  })

  it('of a signature leaves its bytes alone', () => {
    const [, , signature = ''] = signer.sign().split('.')
    expect(respell(signature)).not.toBe(signature)
    expect(decode(respell(signature))).toEqual(decode(signature))
  })

  it('does not exist for a part without unused bits', () => {
    expect(() => respell('AAAA')).toThrow(TypeError)
  })
})

describe('keys', () => {
  it('are the same for the same number, and differ otherwise', () => {
    const [first, again, other] = [0, 0, 1].map((nth) => createKey('RS256', { nth }).publicJwk['n'])
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  it('may be weak, large, odd or of an unknown curve', () => {
    for (const bits of [1024, 4096]) {
      const { publicKey } = createKey('RS256', { bits })
      expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(bits)
    }
    expect(createKey('RS256', { exponent: 3 }).publicJwk['e']).toBe('Aw')
    expect(createKey('ES256K').publicJwk['crv']).toBe('secp256k1')
  })

  it('publish what the test says', () => {
    const key = createKey('RS256', { kid: 'k', jwk: { use: 'enc', alg: undefined } })
    const published = JSON.parse(JSON.stringify(key.publicJwk))
    expect(published).toMatchObject({ kid: 'k', use: 'enc', kty: 'RSA' })
    expect(published).not.toHaveProperty('alg')
  })
})

function decode(part: string): Buffer {
  return Buffer.from(part, 'base64url')
}
