import { createHash, createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import {
  compactDecrypt,
  createRemoteJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { logIn } from '../../../dev/issuer/login.ts'
import { startIssuer, type Issuer } from '../../../dev/issuer/start.ts'

const output = ['log', 'info', 'warn', 'error'] as const
const encrypting = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encrypted = 'https://encrypted.example.com/'

let issuer: Issuer
let spies: ReturnType<typeof vi.spyOn>[]

beforeAll(async () => {
  spies = output.map((method) => vi.spyOn(console, method).mockReturnValue())
  issuer = await startIssuer({
    algorithms: ['RS256', 'PS256'],
    accessTokenSeconds: 900,
    claims: ({ subject, scopes }) => ({ permissions: [...scopes], for: subject }),
    apis: [
      { audience: 'https://ps.example.com/', scopes: ['a'], tokens: 'jwt', algorithm: 'PS256' },
      { audience: 'https://es.example.com/', scopes: ['a'], tokens: 'jwt', algorithm: 'ES256' },
      { audience: 'https://ed.example.com/', scopes: ['a'], tokens: 'jwt', algorithm: 'EdDSA' },
      {
        audience: encrypted,
        scopes: ['a'],
        tokens: 'jwt',
        encryption: {
          algorithm: 'RSA-OAEP-256',
          encoding: 'A256GCM',
          publicKey: { ...encrypting.publicKey.export({ format: 'jwk' }), kid: 'enc-1' },
        },
      },
    ],
  })
})
afterAll(() => issuer.close())

async function verify(token: string, audience = issuer.audience) {
  const metadata = await discover()
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri))
  return jwtVerify(token, keys, { issuer: issuer.issuer, audience, typ: 'at+jwt' })
}

async function discover() {
  const response = await fetch(`${issuer.issuer}/.well-known/openid-configuration`)
  return (await response.json()) as Record<'issuer' | 'jwks_uri' | 'userinfo_endpoint', string>
}

describe('the embedded issuer', () => {
  it('names itself alike in discovery, RFC 8414 metadata and tokens', async () => {
    const metadata = await fetch(`${issuer.issuer}/.well-known/oauth-authorization-server`)
    expect(issuer.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await discover()).issuer).toBe(issuer.issuer)
    expect(await metadata.json()).toMatchObject({ issuer: issuer.issuer })
  })

  it.each(['machine', 'machinePost', 'machineKey'] as const)(
    'gives %s a JWT by client credentials',
    async (name) => {
      const client = issuer.clients[name]
      const token = await issuer.mint({ client, scopes: ['read:patients'] })
      const { payload, protectedHeader } = await verify(token)
      const { clientId } = client
      expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: issuer.currentKid() })
      expect(payload).toMatchObject({ sub: clientId, client_id: clientId, scope: 'read:patients' })
      expect(payload).toMatchObject({ jti: expect.any(String), permissions: ['read:patients'] })
      expect(Number(payload.exp) - Number(payload.iat)).toBe(900)
    },
  )

  it('grants all scopes of the API unless told which', async () => {
    const { payload } = await verify(await issuer.mint())
    expect(payload['scope']).toBe('read:patients read:admin')
  })

  it.each([
    ['https://ps.example.com/', 'PS256'],
    ['https://es.example.com/', 'ES256'],
    ['https://ed.example.com/', 'EdDSA'],
  ])('signs for %s with %s', async (resource, alg) => {
    const { protectedHeader } = await verify(await issuer.mint({ resource }), resource)
    expect(protectedHeader.alg).toBe(alg)
  })

  it('encrypts the signed token to the key of an API that asks for it', async () => {
    const token = await issuer.mint({ resource: encrypted })
    const header = { alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'at+jwt', kid: 'enc-1' }
    expect(decodeProtectedHeader(token)).toMatchObject(header)
    const key = createPrivateKey(encrypting.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const { plaintext } = await compactDecrypt(token, key)
    await verify(new TextDecoder().decode(plaintext), encrypted)
  })

  it('gives an opaque token for the opaque API and where no resource is asked for', async () => {
    for (const resource of [issuer.opaqueAudience, null]) {
      expect(await issuer.mint({ resource })).toMatch(/^[\w-]{43}$/)
    }
  })

  it('refuses an audience that it does not know', async () => {
    const request = issuer.mint({ resource: 'https://other.example.com/', scopes: ['a'] })
    await expect(request).rejects.toThrow('invalid_target')
  })

  it('binds a token to the key of a DPoP proof', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwk = await exportJWK(publicKey)
    const proof = await new SignJWT({ htm: 'POST', htu: `${issuer.issuer}/oauth/token` })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setJti(randomUUID())
      .setIssuedAt()
      .sign(privateKey)
    const { payload } = await verify(await issuer.mint({ headers: { DPoP: proof } }))
    const { crv, kty, x, y } = jwk
    const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y }))
    expect(payload['cnf']).toEqual({ jkt: thumbprint.digest('base64url') })
  })

  it('logs a user in for the API: a JWT of that user, and an ID token', async () => {
    const { audience: resource } = issuer
    const scopes = ['openid', 'profile', 'read:patients']
    const tokens = await logIn(issuer, { user: 'auth0|ada', scopes, resource })
    const { payload } = await verify(tokens.accessToken)
    expect(payload).toMatchObject({ sub: 'auth0|ada', client_id: 'app', scope: 'read:patients' })
    const keys = createRemoteJWKSet(new URL((await discover()).jwks_uri))
    const id = await jwtVerify(tokens.idToken ?? '', keys, { audience: 'app' })
    expect(id.payload.sub).toBe('auth0|ada')
  })

  it('logs a user in without a resource: an opaque token that opens /userinfo', async () => {
    const tokens = await logIn(issuer, { user: 'auth0|ada', scopes: ['openid', 'email'] })
    const authorization = `Bearer ${tokens.accessToken}`
    const { userinfo_endpoint } = await discover()
    const response = await fetch(userinfo_endpoint, { headers: { authorization } })
    const claims = { sub: 'auth0|ada', email: 'ada@example.com', email_verified: true }
    expect(await response.json()).toEqual(claims)
    const refused = { authorization: `Bearer ${await issuer.mint()}` }
    expect((await fetch(userinfo_endpoint, { headers: refused })).status).toBe(401)
  })

  it('gives a refresh token for offline_access', async () => {
    const scopes = ['openid', 'offline_access']
    const tokens = await logIn(issuer, { user: 'someone-unlisted', scopes })
    expect(tokens.refreshToken).toMatch(/^[\w-]{43}$/)
  })

  it('writes nothing to the console', () => {
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
})
