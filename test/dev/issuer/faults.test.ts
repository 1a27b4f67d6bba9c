import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ENDPOINTS } from '../../../dev/issuer/endpoints.ts'
import { logIn } from '../../../dev/issuer/login.ts'
import { startIssuer, type Issuer } from '../../../dev/issuer/start.ts'

let issuer: Issuer
beforeEach(async () => {
  issuer = await startIssuer({ algorithms: ['ES256'] })
})
afterEach(() => issuer.close())

async function publishedKeys(): Promise<JSONWebKeySet> {
  return (await fetch(issuer.issuer + ENDPOINTS.jwks)).json() as Promise<JSONWebKeySet>
}

async function publishedKids() {
  return (await publishedKeys()).keys.map(({ kid }) => kid)
}

async function verifies(token: string) {
  const keys = createLocalJWKSet(await publishedKeys())
  return jwtVerify(token, keys).then(
    () => true,
    () => false,
  )
}

describe('rotation', () => {
  it('announces the next key before it signs', async () => {
    const first = issuer.currentKid()
    const next = await issuer.announce()
    expect(await publishedKids()).toEqual([first, next])
    expect(issuer.currentKid()).toBe(first)
    expect(await issuer.rotate()).toBe(next)
  })

  it('signs with the new key and keeps the previous one until it is retired', async () => {
    const first = issuer.currentKid()
    const before = await issuer.mint()
    const second = await issuer.rotate()
    const after = await issuer.mint()
    expect(await publishedKids()).toEqual([second, first])
    expect([await verifies(before), await verifies(after)]).toEqual([true, true])
    issuer.retire()
    expect(await publishedKids()).toEqual([second])
    expect([await verifies(before), await verifies(after)]).toEqual([false, true])
  })

  it('withdraws a revoked key at once, also the current one', async () => {
    const first = issuer.currentKid()
    const token = await issuer.mint()
    await issuer.revokeKey(first)
    expect(await publishedKids()).toEqual([issuer.currentKid()])
    expect(issuer.currentKid()).not.toBe(first)
    expect(await verifies(token)).toBe(false)
    expect(await verifies(await issuer.mint())).toBe(true)
  })

  it('publishes no private member', async () => {
    for (const key of (await publishedKeys()).keys) expect(key).not.toHaveProperty('d')
  })

  it('forgets no opaque token', async () => {
    const { accessToken } = await logIn(issuer, { user: 'auth0|ada', scopes: ['openid'] })
    await issuer.rotate()
    const headers = { authorization: `Bearer ${accessToken}` }
    const response = await fetch(issuer.issuer + ENDPOINTS.userinfo, { headers })
    expect(await response.json()).toEqual({ sub: 'auth0|ada' })
  })
})

describe('outage', () => {
  it('refuses connections, then comes back on the same port', async () => {
    await issuer.stop()
    await expect(publishedKeys()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await issuer.resume()
    expect(await publishedKids()).toEqual([issuer.currentKid()])
  })

  it('answers 503, then comes back', async () => {
    await issuer.stop('unavailable')
    expect((await fetch(issuer.issuer + ENDPOINTS.jwks)).status).toBe(503)
    await issuer.resume()
    expect((await fetch(issuer.issuer + ENDPOINTS.jwks)).status).toBe(200)
  })

  it('can be closed twice, and while it is stopped', async () => {
    await issuer.stop()
    await expect(issuer.close()).resolves.toBeUndefined()
    await expect(issuer.close()).resolves.toBeUndefined()
  })
})

describe('requests', () => {
  it('counts what was asked, while it answers 503 too', async () => {
    const { accessToken } = await logIn(issuer, { user: 'auth0|ada', scopes: ['openid'] })
    const headers = { authorization: `Bearer ${accessToken}` }
    await fetch(`${issuer.issuer}/.well-known/openid-configuration`)
    await fetch(`${issuer.issuer}/.well-known/oauth-authorization-server?a=b`)
    await fetch(issuer.issuer + ENDPOINTS.userinfo, { headers })
    await fetch(issuer.issuer + ENDPOINTS.introspection, { method: 'POST' })
    await issuer.mint()
    await issuer.stop('unavailable')
    await fetch(issuer.issuer + ENDPOINTS.jwks)
    const expected = { discovery: 2, jwks: 1, introspection: 1, userinfo: 1, token: 2 }
    expect(issuer.requests).toEqual(expected)
  })
})
