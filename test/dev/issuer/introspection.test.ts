import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authenticate } from '../../../dev/issuer/authenticate.ts'
import type { Client } from '../../../dev/issuer/client.ts'
import { ENDPOINTS } from '../../../dev/issuer/endpoints.ts'
import { startIssuer, type Issuer } from '../../../dev/issuer/start.ts'

const JWT = 'application/token-introspection+jwt'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer({ claims: () => ({ org_id: 'org_1' }) })
})
afterAll(() => issuer.close())

async function post(path: string, token: string, client: Client, accept = 'application/json') {
  const { headers, form } = await authenticate(client, issuer.issuer)
  return fetch(issuer.issuer + path, {
    method: 'POST',
    headers: { ...headers, accept },
    body: new URLSearchParams({ ...form, token, token_type_hint: 'access_token' }),
  })
}

describe('introspection at the embedded issuer', () => {
  it.each(['api', 'apiPost', 'apiKey'] as const)('tells %s about an opaque token', async (name) => {
    const token = await issuer.mint({ resource: issuer.opaqueAudience })
    const response = await post(ENDPOINTS.introspection, token, issuer.clients[name])
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      active: true,
      iss: issuer.issuer,
      aud: issuer.opaqueAudience,
      client_id: 'machine',
      scope: 'read:patients read:admin',
      token_type: 'Bearer',
      org_id: 'org_1',
      iat: expect.any(Number),
      exp: expect.any(Number),
    })
  })

  it('answers as a JWT when asked to (RFC 9701)', async () => {
    const token = await issuer.mint({ resource: issuer.opaqueAudience })
    const response = await post(ENDPOINTS.introspection, token, issuer.clients.api, JWT)
    expect(response.headers.get('content-type')).toContain(JWT)
    const jwt = await response.text()
    expect(decodeProtectedHeader(jwt).typ).toBe('token-introspection+jwt')
    const keys = createRemoteJWKSet(new URL(issuer.issuer + ENDPOINTS.jwks))
    // RFC 9701 §5: `aud` is the resource server that asked, the token's own claims are one level down.
    const { payload } = await jwtVerify(jwt, keys, { issuer: issuer.issuer, audience: 'api' })
    expect(Object.keys(payload).sort()).toEqual(['aud', 'iat', 'iss', 'token_introspection'])
    expect(payload['token_introspection']).toMatchObject({
      active: true,
      aud: issuer.opaqueAudience,
    })
  })

  it('answers active: false and no more for an unknown or revoked token', async () => {
    const token = await issuer.mint({ resource: null })
    const revoked = await post(ENDPOINTS.revocation, token, issuer.clients.machine)
    expect(revoked.status).toBe(200)
    for (const dead of [token, 'never-issued']) {
      const response = await post(ENDPOINTS.introspection, dead, issuer.clients.api)
      expect(await response.json()).toEqual({ active: false })
    }
  })

  it('tells a client that is no resource server about its own tokens only', async () => {
    const token = await issuer.mint({ resource: issuer.opaqueAudience })
    const { machine, machinePost } = issuer.clients
    const own = await post(ENDPOINTS.introspection, token, machine)
    const foreign = await post(ENDPOINTS.introspection, token, machinePost)
    expect(await own.json()).toMatchObject({ active: true })
    expect(await foreign.json()).toEqual({ active: false })
  })

  it('refuses wrong credentials with 401', async () => {
    const wrong = { ...issuer.clients.api, secret: 'wrong' }
    expect((await post(ENDPOINTS.introspection, 'x', wrong)).status).toBe(401)
  })

  it('refuses a Basic header whose secret is not form-encoded (RFC 6749 §2.3.1)', async () => {
    const { clientId, secret } = issuer.clients.api
    const authorization = `Basic ${btoa(`${clientId}:${secret}`)}`
    const response = await fetch(issuer.issuer + ENDPOINTS.introspection, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ token: 'x' }),
    })
    expect(response.status).toBe(400)
  })
})
