import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { Config } from '../../../shared/index.ts'
import type { Reply } from '../../support/replies.ts'
import { startScriptedIssuer } from '../../support/scripted-issuer.ts'
import { asking, AUDIENCE, introspecting, openBench, NOW } from './bench.ts'

/**
 * No provider can run here: their endpoints are scripted from what they document.
 * Facebook: Graph API reference, "/debug_token". Google: "Using OAuth 2.0", tokeninfo, and the
 * TokenInfo resource. GitHub: REST API, "Check a token" (OAuth authorizations).
 */
const provider = await startScriptedIssuer({ now: () => NOW })
afterAll(() => provider.close())
beforeEach(() => provider.requests.clear())

const now = NOW
const url = (path: `/${string}`) => provider.url(path)

const FACEBOOK = 'EAABwzLixnjYBAHZCZCfacebook'
const GOOGLE = 'ya29.a0AfH6SMBgoogle'
const GITHUB = 'gho_16C7e42F292c6912E7710c838347Ae178B4a'
const OTHER = 'a-token-of-some-other-provider'

const SECRET = { env: 'SECRET' }
const PROVIDERS: NonNullable<Config['identityProviders']> = [
  {
    provider: 'facebook',
    appIds: ['app-1'],
    appAccessToken: { env: 'TOKEN' },
    endpoint: url('/debug_token'),
  },
  { provider: 'google', clientIds: ['client-1', 'client-2'], endpoint: url('/tokeninfo') },
  {
    provider: 'github',
    clientId: 'Iv1.app',
    clientSecret: SECRET,
    endpoint: url('/applications/Iv1.app/token'),
  },
  {
    provider: 'acme',
    clientIds: ['client-1'],
    introspect: { endpoint: url('/acme'), clientId: 'api', clientSecret: SECRET },
  },
]

const routes = {
  'GET /a': { accept: ['jwt', 'identity-provider'] },
  'GET /scoped': { accept: ['identity-provider'], scopes: 'read:user' },
  'GET /users/{id}': { accept: ['identity-provider'], bind: { id: 'sub' } },
  'GET /github/{id}': { accept: ['identity-provider'], bind: { id: 'github_user_id' } },
  'GET /org': { accept: ['identity-provider'], organizations: ['org_1'] },
  'GET /default': {},
} as const

const open = (more: Partial<Config> = {}) =>
  openBench({
    issuers: [{ issuer: provider.issuer, audience: AUDIENCE }],
    identityProviders: PROVIDERS,
    routes,
    ...more,
  })

const facebook = (more: object = {}): Reply => ({
  body: {
    data: {
      app_id: 'app-1',
      type: 'USER',
      application: 'Example',
      data_access_expires_at: now + 7_776_000,
      expires_at: now + 5_184_000,
      is_valid: true,
      issued_at: now - 60,
      scopes: ['email', 'public_profile'],
      user_id: '10223',
      ...more,
    },
  },
})

const google = (more: object = {}): Reply => ({
  body: {
    azp: 'client-1',
    aud: 'client-2',
    sub: '110169484474386276334',
    scope: 'openid https://www.googleapis.com/auth/userinfo.email',
    exp: `${now + 3599}`,
    expires_in: '3599',
    email: 'ada@example.com',
    email_verified: 'true',
    access_type: 'online',
    ...more,
  },
})

const github = (more: object = {}): Reply => ({
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: {
    id: 1,
    url: 'https://api.github.com/authorizations/1',
    scopes: ['read:user'],
    token: GITHUB,
    app: { url: 'http://app.example.com', name: 'app', client_id: 'Iv1.app' },
    created_at: new Date((now - 60) * 1000).toISOString(),
    expires_at: null,
    user: { login: 'octocat', id: 583_231 },
    ...more,
  },
})

const acme = (more: object = {}): Reply => ({
  body: {
    active: true,
    sub: 'user-1',
    client_id: 'client-1',
    exp: now + 60,
    org_id: 'org_1',
    ...more,
  },
})

type Row = readonly [title: string, reply: Reply, expected: string]
const UNAVAILABLE = 'introspection_unavailable'
const bad = { error: 'invalid_token', error_description: 'Invalid Value' }

const TABLE: Readonly<
  Record<string, readonly [token: string, path: `/${string}`, rows: readonly Row[]]>
> = {
  facebook: [
    FACEBOOK,
    '/debug_token',
    [
      ['our app', facebook(), 'allow'],
      ['an id that is a number', facebook({ user_id: 10_223 }), 'allow'],
      ['an id that may be of two users', facebook({ user_id: 2 ** 53 }), 'claim_missing'],
      ['no end', facebook({ expires_at: 0, data_access_expires_at: 0 }), 'allow'],
      ['another app', facebook({ app_id: 'app-2' }), 'idp_app_mismatch'],
      ['not valid', facebook({ is_valid: false }), 'token_inactive'],
      [
        'an error beside it',
        facebook({ error: { code: 190, message: 'expired' } }),
        'token_inactive',
      ],
      ['an error alone', { body: { error: { code: 100 } } }, 'token_inactive'],
      ['valid as text', facebook({ is_valid: 'true' }), UNAVAILABLE],
      ['nothing', { body: {} }, UNAVAILABLE],
      ['a page of theirs', facebook({ type: 'PAGE' }), 'wrong_token_type'],
      ['an app of theirs', facebook({ type: 'APP', user_id: undefined }), 'wrong_token_type'],
      ['nobody', facebook({ user_id: undefined }), 'claim_missing'],
      ['over', facebook({ expires_at: now - 10 }), 'token_expired'],
      ['no right to data any more', facebook({ data_access_expires_at: now - 1 }), 'token_expired'],
      ['no end named', facebook({ expires_at: undefined }), 'claim_type_invalid'],
      ['an end in milliseconds', facebook({ expires_at: now * 1000 }), 'claim_type_invalid'],
      ['our token refused', { status: 400, body: { error: { code: 190 } } }, UNAVAILABLE],
    ],
  ],
  google: [
    GOOGLE,
    '/tokeninfo',
    [
      ['our clients', google(), 'allow'],
      ['another audience', google({ aud: 'client-3' }), 'idp_app_mismatch'],
      ['another party', google({ azp: 'client-3' }), 'idp_app_mismatch'],
      ['no party', google({ azp: undefined }), 'idp_app_mismatch'],
      ['no user', google({ sub: undefined }), 'claim_missing'],
      ['half a surrogate pair', google({ sub: 'a\ud800' }), 'claim_missing'],
      ['over', google({ exp: `${now - 10}` }), 'token_expired'],
      ['no end', google({ exp: undefined }), 'claim_type_invalid'],
      ['400', { status: 400, body: bad }, 'token_inactive'],
      ['500', { status: 500 }, UNAVAILABLE],
    ],
  ],
  github: [
    GITHUB,
    '/applications/Iv1.app/token',
    [
      ['our app', github(), 'allow'],
      ['another app', github({ app: { client_id: 'Iv1.other' } }), 'idp_app_mismatch'],
      ['no app', github({ app: undefined }), 'idp_app_mismatch'],
      ['no user', github({ user: null }), 'claim_missing'],
      ['an id that may be of two users', github({ user: { id: 2 ** 53 } }), 'claim_missing'],
      ['over', github({ expires_at: new Date((now - 10) * 1000).toISOString() }), 'token_expired'],
      ['an end that is no date', github({ expires_at: 'soon' }), 'claim_type_invalid'],
      ['404', { status: 404, body: { message: 'Not Found' } }, 'token_inactive'],
      ['422', { status: 422, body: { message: 'Validation Failed' } }, UNAVAILABLE],
      ['401', { status: 401, body: { message: 'Bad credentials' } }, UNAVAILABLE],
    ],
  ],
  acme: [
    OTHER,
    '/acme',
    [
      ['our client', acme(), 'allow'],
      ['another client', acme({ client_id: 'client-2' }), 'idp_app_mismatch'],
      ['no client', acme({ client_id: undefined }), 'idp_app_mismatch'],
      ['azp', acme({ client_id: undefined, azp: 'client-1' }), 'allow'],
      ['not active', acme({ active: false }), 'token_inactive'],
      ['nobody', acme({ sub: undefined }), 'claim_missing'],
      ['half a surrogate pair', acme({ sub: 'a\ud800' }), 'claim_missing'],
      ['over', acme({ exp: now - 10 }), 'token_expired'],
      ['an end as text', acme({ exp: '1' }), 'claim_type_invalid'],
      ['a refresh token', acme({ token_use: 'refresh_token' }), 'wrong_token_type'],
      ['bound to a key', acme({ cnf: { jkt: 'x' } }), 'sender_constraint_unsupported'],
    ],
  ],
}

describe.each(Object.entries(TABLE))('%s', (name, [token, path, rows]) => {
  it.each(rows)('%s', async (_, reply, expected) => {
    provider.answer(path, reply)
    expect(await open().ask(token)).toBe(expected)
  })

  it('names the principal by provider and subject, and grants nothing', async () => {
    provider.answer(path, rows[0]![1])
    const bench = open()
    const decision = await bench.decide(token)
    const identity = decision.outcome === 'allow' ? decision.identity : null
    expect(identity).toMatchObject({
      issuer: name,
      tokenKind: 'identity-provider',
      scopes: [],
      permissions: [],
    })
    const subject = identity?.subject ?? ''
    expect(identity?.claims).toEqual({ [`${name}_user_id`]: subject })
    expect(await bench.ask(token, '/scoped')).toBe('insufficient_scope')
    expect(await bench.ask(token, '/org')).toBe('org_not_allowed')
    expect(await bench.ask(token, `/users/${subject}`)).toBe('resource_owner_mismatch')
    expect(JSON.stringify(identity)).not.toContain(token)
  })

  it('is asked about no token on a route that does not take them', async () => {
    expect(await open().ask(token, '/default')).toMatch(/^(?:idp|opaque)_token$/)
    expect(provider.requests.log).toEqual([])
  })
})

describe('what is sent', () => {
  const sent = async (token: string, path: `/${string}`, reply: Reply) => {
    provider.answer(path, reply)
    await open().ask(token)
    const request = provider.requests.log[0]
    return request!
  }

  it('to Facebook: the token in the query, as it documents, our own in the header', async () => {
    const { method, query, headers } = await sent(FACEBOOK, '/debug_token', facebook())
    expect([method, [...query]]).toEqual(['GET', [['input_token', FACEBOOK]]])
    expect(headers.authorization).toBe('Bearer app-token')
  })

  it('to Google: the token in the form', async () => {
    const { method, query, body } = await sent(GOOGLE, '/tokeninfo', google())
    expect([method, [...query], body]).toEqual(['POST', [], `access_token=${GOOGLE}`])
  })

  it('to GitHub: the token in the body, our credentials in the header', async () => {
    const request = await sent(GITHUB, '/applications/Iv1.app/token', github())
    expect(JSON.parse(request.body)).toEqual({ access_token: GITHUB })
    expect(request.headers.authorization).toBe(`Basic ${btoa('Iv1.app:the secret of the API')}`)
    expect(request.headers['user-agent']).toBe('edge-authorizer')
  })

  it.each(['ghp_', 'ghs_', 'ghr_', 'github_pat_'])('to GitHub: no %s', async (prefix) => {
    const [, , github] = PROVIDERS
    const bench = open({ identityProviders: [github!] })
    expect(await bench.ask(`${prefix}16C7e42F292c6912E7710c838347Ae178B4a`)).toBe('idp_token')
    expect(provider.requests.log).toEqual([])
  })
})

describe('several who might know', () => {
  it('are asked in order, until one does', async () => {
    const issuers = [introspecting(provider)]
    const bench = open({
      issuers,
      routes: { 'GET /a': { accept: ['introspected', 'identity-provider'] } },
    })
    provider.answer('introspection', { body: { active: false } })
    provider.answer('/acme', acme())
    expect(await bench.ask(OTHER)).toBe('allow')
    provider.answer('/acme', acme({ active: false }))
    expect(await bench.ask('another')).toBe('token_inactive')
  })

  it('may all be the one: while one is silent, nobody is refused', async () => {
    const issuers = [introspecting(provider)]
    const bench = open({
      issuers,
      routes: { 'GET /a': { accept: ['introspected', 'identity-provider'] } },
    })
    provider.answer('introspection', { status: 500 })
    provider.answer('/acme', acme({ active: false }))
    expect(await bench.ask(OTHER)).toBe(UNAVAILABLE)
    provider.answer('/acme', acme())
    expect(await bench.ask('another')).toBe('allow')
  })

  it('are asked only about the kinds that the route takes', async () => {
    const bench = open({ issuers: [asking(provider)] })
    provider.answer('/acme', acme())
    expect(await bench.ask(OTHER)).toBe('allow')
    expect(provider.requests.count('userinfo')).toBe(0)
  })
})

describe('/userinfo that names the client', () => {
  it('is as good as introspection', async () => {
    const userinfo = { endpoint: url('/info'), clientClaim: 'app' }
    const bench = open({ identityProviders: [{ provider: 'acme', clientIds: ['c1'], userinfo }] })
    provider.answer('/info', { body: { sub: 'u1', app: 'c1' } })
    expect(await bench.ask('t1')).toBe('allow')
    provider.answer('/info', { body: { sub: 'u1', app: 'c2' } })
    expect(await bench.ask('t2')).toBe('idp_app_mismatch')
    provider.answer('/info', { body: { sub: 'u1' } })
    expect(await bench.ask('t3')).toBe('idp_app_mismatch')
    provider.answer('/info', { status: 401 })
    expect(await bench.ask('t4')).toBe('token_inactive')
  })

  it('shuts nobody out for users of whom it says no name', async () => {
    const userinfo = { endpoint: url('/info'), clientClaim: 'app' }
    const bench = open({ identityProviders: [{ provider: 'acme', clientIds: ['c1'], userinfo }] })
    provider.answer('/info', { body: { app: 'c1' } })
    for (let n = 0; n < 5; n += 1) expect(await bench.ask(`n${n}`)).toBe('userinfo_unavailable')
    provider.answer('/info', { body: { sub: 'u1', app: 'c1' } })
    expect(await bench.ask('t1')).toBe('allow')
  })

  it('keeps to the rate limit of a user, and leaves the others alone', async () => {
    const userinfo = { endpoint: url('/info'), clientClaim: 'app' }
    const bench = open({ identityProviders: [{ provider: 'acme', clientIds: ['c1'], userinfo }] })
    provider.answer('/info', { status: 429, headers: { 'retry-after': '60' } })
    for (let n = 0; n < 3; n += 1) expect(await bench.ask('t1')).toBe('userinfo_rate_limited')
    expect(provider.requests.count('/info')).toBe(1)
    provider.answer('/info', { body: { sub: 'u2', app: 'c1' } })
    expect(await bench.ask('t2')).toBe('allow')
  })
})

describe('the configuration', () => {
  const introspect = { endpoint: 'https://acme.example.com/i', clientId: 'a', clientSecret: SECRET }
  it.each<[string, object]>([
    ['a provider that can prove no app', { provider: 'acme', clientIds: ['a'] }],
    ['a provider without clients', { provider: 'acme', introspect }],
    ['a provider with no client', { provider: 'acme', introspect, clientIds: [] }],
    [
      '/userinfo without a claim',
      { provider: 'acme', clientIds: ['a'], userinfo: { endpoint: introspect.endpoint } },
    ],
    ['Facebook without apps', { provider: 'facebook', appAccessToken: SECRET }],
    ['Google without clients', { provider: 'google' }],
  ])('%s is refused', (_, entry) => {
    expect(() => open({ identityProviders: [entry as never] })).toThrow(
      expect.objectContaining({
        faults: expect.arrayContaining([
          expect.objectContaining({ code: 'config_idp_audience_unverifiable' }),
        ]) as unknown,
      }) as Error,
    )
  })

  it.each<[string, object, string]>([
    [
      'a provider named like an issuer',
      { provider: 'https://t.auth0.com/', introspect, clientIds: ['a'] },
      'provider',
    ],
    [
      'a secret that is not there',
      { provider: 'github', clientId: 'a', clientSecret: { env: 'NO' } },
      'clientSecret',
    ],
    [
      'signed answers of nobody we have keys of',
      { provider: 'acme', introspect: { ...introspect, response: 'jwt' }, clientIds: ['a'] },
      'response',
    ],
  ])('%s is refused', (_, entry, place) => {
    expect(() => open({ identityProviders: [entry as never] })).toThrow(place)
  })

  it('names a provider once', () => {
    expect(() => open({ identityProviders: [PROVIDERS[1]!, PROVIDERS[1]!] })).toThrow(
      'listed twice',
    )
  })
})
