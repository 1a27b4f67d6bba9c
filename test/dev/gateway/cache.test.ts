import { describe, expect, it } from 'vitest'
import { cacheKey, createCache } from '../../../dev/gateway/cache.ts'
import type { GatewayOptions } from '../../../dev/gateway/server.ts'
import { allow, arnOf, bearer, deny, echo, send, spy, useGateways } from './client.ts'

const start = useGateways()

const ROUTES = ['GET /patients/{id}', 'POST /patients', 'GET /public']

const rest = {
  kind: 'rest-request',
  routes: ROUTES,
  authorizer: { identitySources: ['method.request.header.Authorization'] },
  integration: echo,
} as const

const http = {
  kind: 'http-2.0',
  routes: ROUTES,
  authorizer: { identitySources: ['$request.header.Authorization'], resultTtlSeconds: 300 },
  integration: echo,
} as const

const anywhere = () => allow('*')

const ofTenant = (tenant: string) => ({
  headers: [...(bearer('a').headers ?? []), ['X-Tenant', tenant] as const],
})

describe('the result cache', () => {
  it('denies another route when the cached policy names only the first (complaint one)', async () => {
    const { handler, events } = spy((event) => allow(arnOf(event)))
    const { url } = await start({ ...rest, handler })
    expect((await send(url, '/patients/7', bearer('a'))).status).toBe(200)
    expect((await send(url, '/patients/8', bearer('a'))).status).toBe(403)
    expect((await send(url, '/patients', { method: 'POST', ...bearer('a') })).status).toBe(403)
    expect((await send(url, '/patients/7', bearer('a'))).status).toBe(200)
    expect(events).toHaveLength(1)
  })

  it('lets a wide cached policy into a route it was never asked about (complaint two)', async () => {
    const reader = spy((event) => (arnOf(event).includes('/GET/') ? allow('*') : deny('*')))
    const { url } = await start({ ...rest, handler: reader.handler })
    expect((await send(url, '/patients', { method: 'POST', ...bearer('b') })).status).toBe(403)
    expect((await send(url, '/patients/7', bearer('a'))).status).toBe(200)
    expect((await send(url, '/patients', { method: 'POST', ...bearer('a') })).status).toBe(200)
    expect(reader.events).toHaveLength(2)
  })

  it('keeps one entry per token', async () => {
    const { handler, events } = spy(anywhere)
    const { url } = await start({ ...rest, handler })
    for (const token of ['a', 'b', 'a', 'b']) await send(url, '/public', bearer(token))
    expect(events).toHaveLength(2)
  })

  it.each([
    ['REST by default', rest, 300],
    [
      'REST as configured',
      { ...rest, authorizer: { ...rest.authorizer, resultTtlSeconds: 60 } },
      60,
    ],
    [
      'REST TOKEN',
      {
        ...rest,
        kind: 'rest-token',
        authorizer: { ...rest.authorizer, resultTtlSeconds: 3600 },
      } as const,
      3600,
    ],
    ['HTTP', http, 300],
  ])('lasts for its TTL and not a millisecond longer: %s', async (_case, api, ttlSeconds) => {
    let nowMs = 1_000_000
    const { handler, events } = spy(anywhere)
    const { url } = await start({ ...api, handler, now: () => nowMs })
    await send(url, '/public', bearer('a'))
    nowMs += ttlSeconds * 1000 - 1
    await send(url, '/public', bearer('a'))
    expect(events).toHaveLength(1)
    nowMs += 1
    await send(url, '/public', bearer('a'))
    expect(events).toHaveLength(2)
  })

  it('outlives the token, unless the policy itself has a date', async () => {
    let nowMs = Date.parse('2026-11-24T12:00:00Z')
    const expiring = {
      principalId: 'auth0|1',
      policyDocument: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'execute-api:Invoke',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:CurrentTime': '2026-11-24T12:01:00Z' } },
        },
      },
    }
    const { handler, events } = spy(() => expiring)
    const { url, calls } = await start({ ...rest, handler, now: () => nowMs })
    expect((await send(url, '/public', bearer('a'))).status).toBe(200)
    nowMs += 60_000
    expect((await send(url, '/public', bearer('a'))).status).toBe(403)
    expect(events).toHaveLength(1)
    expect(calls.at(-1)).toMatchObject({ authorizer: 'cached', refusal: 'ACCESS_DENIED' })
  })

  it.each([
    ['REST', { ...rest, authorizer: { ...rest.authorizer, resultTtlSeconds: 0 } }],
    ['HTTP', { ...http, authorizer: { ...http.authorizer, resultTtlSeconds: 0 } }],
    [
      'HTTP with no TTL given',
      { ...http, authorizer: { identitySources: ['$request.header.Authorization'] } },
    ],
  ])('is off at TTL 0: %s', async (_case, api) => {
    const { handler, events } = spy(anywhere)
    const { url } = await start({ ...api, handler })
    await send(url, '/public', bearer('a'))
    await send(url, '/public', bearer('a'))
    expect(events).toHaveLength(2)
  })

  it('stores a Deny as it stores an Allow, its context included', async () => {
    const { handler, events } = spy(() => deny('*', { code: 'insufficient_scope' }))
    const gatewayResponses = {
      ACCESS_DENIED: { responseTemplates: { 'application/json': '$context.authorizer.code' } },
    }
    const { url } = await start({ ...rest, gatewayResponses, handler })
    await send(url, '/public', bearer('a'))
    const second = await send(url, '/public', bearer('a'))
    expect([second.status, second.body]).toEqual([403, 'insufficient_scope'])
    expect(events).toHaveLength(1)
  })

  it.each([
    ['Unauthorized', 401],
    ['the issuer is down', 500],
  ])('does not store a thrown error: %s', async (message, status) => {
    const { handler, events } = spy(() => {
      throw new Error(message)
    })
    const { url } = await start({ ...rest, handler })
    expect((await send(url, '/public', bearer('a'))).status).toBe(status)
    expect((await send(url, '/public', bearer('a'))).status).toBe(status)
    expect(events).toHaveLength(2)
  })

  it('takes every identity source into the key', async () => {
    const { handler, events } = spy(anywhere)
    const { url } = await start({
      ...rest,
      authorizer: {
        identitySources: [
          'method.request.header.Authorization',
          'method.request.querystring.tenant',
          'context.httpMethod',
        ],
      },
      handler,
    })
    await send(url, '/public?tenant=1', bearer('a'))
    await send(url, '/public?tenant=1&page=2', bearer('a'))
    expect(events).toHaveLength(1)
    await send(url, '/public?tenant=2', bearer('a'))
    expect(events).toHaveLength(2)
    await send(url, '/patients?tenant=2', { method: 'POST', ...bearer('a') })
    expect(events).toHaveLength(3)
  })

  it('lets a header outside the key change nothing while an answer is cached', async () => {
    const { handler } = spy((event) =>
      (event['headers'] as Record<string, string>)['X-Tenant'] === 'mine' ? allow('*') : deny('*'),
    )
    const { url } = await start({ ...rest, handler })
    expect((await send(url, '/public', ofTenant('mine'))).status).toBe(200)
    expect((await send(url, '/public', ofTenant('other'))).status).toBe(200)
  })

  it('applies a simple yes to every route of the same key', async () => {
    const simple = { ...http.authorizer, simpleResponses: true }
    const { handler, events } = spy((event) => ({
      isAuthorized: event['routeKey'] === 'GET /public',
    }))
    const { url } = await start({ ...http, authorizer: simple, handler })
    expect((await send(url, '/public', bearer('a'))).status).toBe(200)
    expect((await send(url, '/patients/7', bearer('a'))).status).toBe(200)
    expect(events).toHaveLength(1)
  })

  it('asks once per route when $context.routeKey is an identity source', async () => {
    const identitySources = ['$request.header.Authorization', '$context.routeKey']
    const { handler, events } = spy((event) => ({
      isAuthorized: event['routeKey'] === 'GET /public',
    }))
    const { url } = await start({
      ...http,
      authorizer: { identitySources, resultTtlSeconds: 60, simpleResponses: true },
      handler,
    })
    expect((await send(url, '/public', bearer('a'))).status).toBe(200)
    expect((await send(url, '/patients/7', bearer('a'))).status).toBe(403)
    expect((await send(url, '/patients/8', bearer('a'))).status).toBe(403)
    expect(events).toHaveLength(2)
  })

  it('is not shared between gateways', async () => {
    const options: GatewayOptions = { ...rest, handler: anywhere }
    const first = spy(anywhere)
    const second = spy(anywhere)
    const one = await start({ ...options, handler: first.handler })
    const two = await start({ ...options, handler: second.handler })
    await send(one.url, '/public', bearer('a'))
    await send(two.url, '/public', bearer('a'))
    expect([first.events.length, second.events.length]).toEqual([1, 1])
  })

  it('says in the record whether it answered', async () => {
    const { url, calls } = await start({ ...rest, handler: anywhere })
    await send(url, '/public', bearer('a'))
    await send(url, '/public', bearer('a'))
    expect(calls.map((call) => call.authorizer)).toEqual(['invoked', 'cached'])
  })
})

describe('createCache', () => {
  const simple = { form: 'simple', isAuthorized: true, context: {} } as const

  it('forgets the oldest entry beyond its bound', () => {
    const cache = createCache(60, () => 0, 2)
    for (const key of ['a', 'b', 'c']) cache.put(key, simple)
    expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([false, true, true])
  })

  it('has keys that tell lists apart and do not show the token', () => {
    expect(cacheKey(['a', 'b'])).not.toBe(cacheKey(['a,b']))
    expect(cacheKey(['secret'])).not.toContain('secret')
  })
})
