import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { redirect, type Reply } from '../../support/replies.ts'
import { startScriptedIssuer } from '../../support/scripted-issuer.ts'
import { active, asking, AUDIENCE, callsOf, introspecting, openBench, NOW } from './bench.ts'

const issuer = await startScriptedIssuer({ now: () => NOW })
afterAll(() => issuer.close())
beforeEach(() => issuer.requests.clear())

const calls = () => callsOf(issuer, 'userinfo')
const TOKEN = 'an-opaque-token-that-opens-userinfo'
const ADA = { sub: 'auth0|123', email: 'ada@example.com', org_id: 'org_1', permissions: ['read:a'] }

const routes = {
  'GET /a': { accept: ['jwt', 'userinfo'] },
  'GET /scope': { accept: ['userinfo'], scopes: 'read:a' },
  'GET /permission': { accept: ['userinfo'], permissions: 'read:a' },
  'GET /client': { accept: ['userinfo'], clients: ['client-1'] },
  'GET /org': { accept: ['userinfo'], organizations: ['org_1'] },
  'GET /claim': { accept: ['userinfo'], claims: { email: 'ada@example.com' } },
  'GET /user': { accept: ['userinfo'], principal: 'user' },
  'GET /users/{id}': { accept: ['userinfo'], bind: { id: 'sub' } },
  'GET /bank': { accept: ['userinfo'], maxLifetimeSeconds: 900 },
  'GET /fresh': { accept: ['userinfo'], maxAgeSeconds: 900 },
  'GET /default': {},
  'GET /now': { accept: ['userinfo'], verdictSeconds: 0 },
  'GET /enriched': { userinfo: 'optional' },
  'GET /required': { userinfo: 'required' },
  'GET /required-scope': { userinfo: 'required', scopes: 'write:a' },
} as const

const open = (userinfo: object = {}) => openBench({ issuers: [asking(issuer, userinfo)], routes })
const answer = (reply: Reply) => issuer.answer('userinfo', reply)

describe('/userinfo as a verdict', () => {
  it.each([
    ['/a', 'allow'],
    ['/user', 'allow'],
    ['/users/auth0%7C123', 'allow'],
    ['/users/auth0%7C124', 'resource_owner_mismatch'],
    ['/scope', 'insufficient_scope'],
    ['/permission', 'insufficient_permissions'],
    ['/client', 'client_not_allowed'],
    ['/org', 'org_not_allowed'],
    ['/claim', 'claim_policy_failed'],
    ['/bank', 'token_lifetime_exceeded'],
    ['/fresh', 'token_too_old'],
  ])('on %s: %s', async (path, expected) => {
    answer({ body: ADA })
    expect(await open().ask(TOKEN, path)).toBe(expected)
  })

  it.each<[string, Reply]>([
    ['is gone', { status: 404 }],
    ['answers something else', { body: { message: 'moved' } }],
  ])('is looked for again where the old one %s', async (_, reply) => {
    const bench = open()
    answer({ body: ADA })
    await bench.ask(TOKEN)
    answer(reply)
    const unmove = issuer.answer('/moved', { body: ADA })
    const body = { ...issuer.discovery(), userinfo_endpoint: issuer.url('/moved') }
    const restore = issuer.answer('discovery', { body })
    expect(await bench.ask('another')).toBe('userinfo_unavailable')
    bench.pass(30)
    expect(await bench.ask('another')).toBe('allow')
    unmove()
    restore()
  })

  it('is asked for on no route that does not take it', async () => {
    expect(await open().ask(TOKEN, '/default')).toBe('opaque_token')
    expect(issuer.requests.log).toEqual([])
  })

  it('sends the token as a bearer would, and nowhere else', async () => {
    answer({ body: ADA })
    await open().ask(TOKEN)
    const sent = issuer.requests.log.find(({ path }) => path === '/userinfo')
    expect(sent).toMatchObject({ method: 'GET', body: '' })
    expect(sent?.headers.authorization).toBe(`Bearer ${TOKEN}`)
    expect([...(sent?.query ?? [])]).toEqual([])
  })

  it('is remembered for five minutes, unless told', async () => {
    answer({ body: ADA })
    const bench = open()
    await bench.ask(TOKEN)
    bench.pass(299)
    expect(await bench.ask(TOKEN)).toBe('allow')
    expect(calls()).toBe(1)
    bench.pass(1)
    await bench.ask(TOKEN)
    expect(calls()).toBe(2)
    expect(() => open({ cacheSeconds: 59 })).toThrow('60 to 7200')
    expect(() => open({ cacheSeconds: 7201 })).toThrow('60 to 7200')
  })

  const challenge = { 'www-authenticate': 'Bearer error="insufficient_scope"' }
  it.each<[string, Reply, string]>([
    ['401', { status: 401 }, 'token_inactive'],
    ['403 for its scope', { status: 403, headers: challenge }, 'token_inactive'],
    ['403 of a firewall', { status: 403 }, 'userinfo_unavailable'],
    ['500', { status: 500 }, 'userinfo_unavailable'],
    ['a redirect', redirect('http://127.0.0.1:1/'), 'userinfo_unavailable'],
    ['HTML', { body: '<p>', headers: { 'content-type': 'text/html' } }, 'userinfo_unavailable'],
    [
      'a JWT',
      { body: 'x', headers: { 'content-type': 'application/jwt' } },
      'userinfo_unavailable',
    ],
    ['no sub', { body: { email: 'x' } }, 'userinfo_unavailable'],
    ['an empty sub', { body: { sub: '' } }, 'userinfo_unavailable'],
    ['a number for sub', { body: { sub: 1 } }, 'userinfo_unavailable'],
    ['half a surrogate pair in sub', { body: { sub: 'a\ud800' } }, 'userinfo_unavailable'],
    ['70 KB', { body: { ...ADA, x: 'x'.repeat(70_000) } }, 'userinfo_unavailable'],
    ['a cut connection', { fault: 'reset' }, 'userinfo_unavailable'],
  ])('from %s', async (_, reply, expected) => {
    answer(reply)
    const bench = open()
    expect(await bench.ask(TOKEN)).toBe(expected)
    const isSilent = expected === 'token_inactive'
    expect(bench.events.map(({ outcome }) => outcome)).toEqual(isSilent ? [] : ['failed'])
  })

  it('remembers a refusal for a minute', async () => {
    answer({ status: 401 })
    const bench = open()
    await bench.ask(TOKEN)
    answer({ body: ADA })
    bench.pass(59)
    expect(await bench.ask(TOKEN)).toBe('token_inactive')
    bench.pass(1)
    expect(await bench.ask(TOKEN)).toBe('allow')
  })

  it('keeps to the rate limit of a user, and leaves the others alone', async () => {
    const bench = open()
    answer({ body: ADA })
    await bench.ask('another-token')
    await bench.ask(TOKEN)
    const headers = { 'x-ratelimit-reset': `${bench.now() + 40}`, 'retry-after': '1' }
    answer({ status: 429, headers })
    for (let n = 0; n < 10; n += 1) await bench.ask(`new-${n}`)
    expect(await bench.ask(TOKEN, '/now')).toBe('userinfo_rate_limited')
    expect(await bench.ask(TOKEN)).toBe('allow')
    expect(await bench.ask('another-token')).toBe('allow')
    expect(await bench.decide('new-1')).toMatchObject({
      outcome: 'unavailable',
      code: 'userinfo_rate_limited',
    })
    const before = calls()
    answer({ body: ADA })
    expect(await bench.ask(TOKEN, '/now')).toBe('userinfo_rate_limited')
    bench.pass(39)
    expect(await bench.ask('new-1')).toBe('userinfo_rate_limited')
    expect(calls()).toBe(before)
    bench.pass(1)
    expect(await bench.ask('new-1')).toBe('allow')
  })

  it('is asked once more where another route wants a younger verdict, and then by neither', async () => {
    const bench = open()
    answer({ status: 429, headers: { 'retry-after': '60' } })
    for (let n = 0; n < 10; n += 1) {
      for (const path of ['/a', '/now']) {
        expect(await bench.ask(TOKEN, path)).toBe('userinfo_rate_limited')
      }
    }
    expect(calls()).toBe(2)
  })

  it('takes Retry-After in seconds and as a date', async () => {
    const bench = open()
    answer({ status: 429, headers: { 'retry-after': '17' } })
    expect(await bench.decide('t1')).toMatchObject({ retryAfterSeconds: 17 })
    const date = new Date((bench.now() + 23) * 1000).toUTCString()
    answer({ status: 429, headers: { 'retry-after': date } })
    expect(await bench.decide('t2')).toMatchObject({ retryAfterSeconds: 23 })
    answer({ status: 429, headers: { 'retry-after': '120', 'x-ratelimit-reset': '120' } })
    expect(await bench.decide('t4')).toMatchObject({ retryAfterSeconds: 120 })
    answer({ status: 429, headers: { 'x-ratelimit-reset': `${bench.now() - 1}` } })
    expect(await bench.decide('t5')).toMatchObject({ retryAfterSeconds: 1 })
    answer({ status: 429, headers: { 'retry-after': '99999' } })
    expect(await bench.decide('t3')).toMatchObject({ retryAfterSeconds: 300 })
  })
})

describe('/userinfo beside a JWT', () => {
  const aud = [AUDIENCE, `${issuer.issuer}userinfo`]
  const token = (claims: object = {}) => issuer.sign({ aud, scope: 'openid read:a', ...claims })
  const openPlain = () =>
    openBench({ issuers: [{ issuer: issuer.issuer, audience: AUDIENCE }], routes })

  it('adds what it says, and changes no verified claim', async () => {
    answer({ body: { ...ADA, scope: 'write:a' } })
    const bench = openPlain()
    const decision = await bench.decide(token({ email: 'verified@example.com' }), '/enriched')
    expect(decision).toMatchObject({
      outcome: 'allow',
      identity: {
        tokenKind: 'jwt',
        scopes: ['openid', 'read:a'],
        claims: { email: 'verified@example.com' },
        userinfo: { email: 'ada@example.com' },
      },
    })
  })

  it('is asked once for many requests', async () => {
    answer({ body: ADA, delayMs: 20 })
    const bench = openPlain()
    const jwt = token()
    await Promise.all(Array.from({ length: 100 }, () => bench.ask(jwt, '/required')))
    expect(calls()).toBe(1)
  })

  it('is asked whatever number of invented tokens come as well', async () => {
    answer({ status: 401 })
    const bench = open()
    for (let n = 0; n < 100; n += 1) await bench.ask(`invented-${n}`)
    expect(await bench.ask('invented')).toBe('userinfo_unavailable')
    answer({ body: ADA })
    expect(await bench.ask(token(), '/required')).toBe('allow')
  })

  it('is asked last: a refused request costs nothing', async () => {
    answer({ body: ADA })
    expect(await openPlain().ask(token(), '/required-scope')).toBe('insufficient_scope')
    expect(calls()).toBe(0)
  })

  it.each<[string, Reply, string, string]>([
    [
      'another subject',
      { body: { sub: 'auth0|124' } },
      'userinfo_subject_mismatch',
      'userinfo_subject_mismatch',
    ],
    ['a refusal', { status: 401 }, 'token_inactive', 'token_inactive'],
    ['an outage', { status: 500 }, 'allow', 'userinfo_unavailable'],
    ['a rate limit', { status: 429 }, 'allow', 'userinfo_rate_limited'],
    ['HTML', { body: '<p>' }, 'allow', 'userinfo_unavailable'],
  ])('in %s: %s', async (_, reply, optional, required) => {
    answer(reply)
    expect(await openPlain().ask(token(), '/enriched')).toBe(optional)
    expect(await openPlain().ask(token(), '/required')).toBe(required)
  })

  it.each<[string, object, string]>([
    ['is not for /userinfo', { aud: AUDIENCE }, 'audience_mismatch'],
    [
      'is for the /userinfo of another',
      { aud: [AUDIENCE, 'https://x.example.com/userinfo'] },
      'audience_mismatch',
    ],
    ['lacks openid', { scope: 'read:a' }, 'insufficient_scope'],
  ])('is not asked where the token %s', async (_, claims, required) => {
    answer({ body: ADA })
    const bench = openPlain()
    expect(await bench.ask(token(claims), '/enriched')).toBe('allow')
    expect(await bench.ask(token(claims), '/required')).toBe(required)
    expect(calls()).toBe(0)
  })

  it('is not asked about an introspected token, whatever its audience', async () => {
    answer({ body: ADA })
    const bench = openBench({ issuers: [introspecting(issuer)], routes })
    const body = active(bench.now(), { aud, scope: 'openid read:a' })
    const restore = issuer.answer('introspection', { body })
    expect(await bench.ask('introspected', '/enriched')).toBe('allow')
    expect(await bench.ask('introspected', '/required')).toBe('audience_mismatch')
    expect(calls()).toBe(0)
    restore()
  })
})
