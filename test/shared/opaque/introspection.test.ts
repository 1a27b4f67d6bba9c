import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { startTimer } from '../../../shared/deadline.ts'
import type { Timer } from '../../../shared/ports.ts'
import { pad, redirect, type Reply } from '../../support/replies.ts'
import { startScriptedIssuer } from '../../support/scripted-issuer.ts'
import { createKey } from '../../support/keys.ts'
import { createSigner } from '../../support/signer.ts'
import { active, AUDIENCE, callsOf, ENVIRONMENT, introspecting, openBench, NOW } from './bench.ts'

const issuer = await startScriptedIssuer({ now: () => NOW })
afterAll(() => issuer.close())

const routes = {
  'GET /a': { scopes: 'read:a' },
  'GET /bank': { maxLifetimeSeconds: 900 },
  'GET /fresh': { maxAgeSeconds: 900 },
  'GET /always': { verdictSeconds: 0 },
  'GET /jwt': { accept: ['jwt'] },
  'GET /opaque': { accept: ['introspected'] },
} as const

const open = (options: object = {}, more: object = {}) =>
  openBench({ issuers: [introspecting(issuer, options, more)], routes })

const answer = (body: unknown, reply: Reply = {}) =>
  issuer.answer('introspection', { body, ...reply })

let count = 0
const newToken = () => `opaque-token-number-${(count += 1)}-of-the-test`

beforeEach(() => {
  issuer.requests.clear()
})

describe('what an answer says of a token', () => {
  const now = NOW
  it.each<[string, object, string]>([
    ['all is well', {}, 'allow'],
    ['our issuer is named', { iss: issuer.issuer }, 'allow'],
    ['no issuer is named, as null', { iss: null }, 'issuer_mismatch'],
    ['another issuer is named', { iss: 'https://other.example.com/' }, 'issuer_mismatch'],
    ['one audience of several is ours', { aud: ['x', AUDIENCE] }, 'allow'],
    ['another audience', { aud: 'https://other.example.com' }, 'audience_mismatch'],
    ['no audience', { aud: undefined }, 'audience_mismatch'],
    ['an empty list of audiences', { aud: [] }, 'claim_type_invalid'],
    ['a Management API token', { aud: `${issuer.issuer}api/v2/` }, 'management_api_token'],
    ['both', { aud: [AUDIENCE, `${issuer.issuer}api/v2/`] }, 'management_api_token'],
    ['an ID token', { nonce: 'n' }, 'id_token_used'],
    ['no subject: the client calls', { sub: undefined }, 'allow'],
    ['neither subject nor client', { sub: undefined, client_id: undefined }, 'claim_missing'],
    ['an empty subject', { sub: '' }, 'claim_type_invalid'],
    ['exp is text', { exp: '1999999999' }, 'claim_type_invalid'],
    ['exp is milliseconds', { exp: 1_999_999_999_999 }, 'claim_type_invalid'],
    ['nbf is text', { nbf: '1' }, 'claim_type_invalid'],
    ['scope is a list', { scope: ['read:a'] }, 'claim_type_invalid'],
    ['another scope', { scope: 'read:ab' }, 'insufficient_scope'],
    ['it is over', { iat: now - 9000, exp: now - 10 }, 'token_expired'],
    ['it is not yet good', { nbf: now + 60 }, 'token_not_yet_valid'],
    ['it is from the future', { iat: now + 60 }, 'token_issued_in_future'],
    ['it lives forty years', { exp: now + 1_262_304_000 }, 'token_lifetime_exceeded'],
    ['it has no end', { exp: undefined }, 'allow'],
    ['it has no dates', { exp: undefined, iat: undefined }, 'allow'],
    ['it is bound to a key', { cnf: { jkt: 'x' } }, 'sender_constraint_unsupported'],
    ['its type is Bearer', { token_type: 'bearer' }, 'allow'],
    ['its type is DPoP', { token_type: 'DPoP' }, 'sender_constraint_unsupported'],
    ['its type is N_A', { token_type: 'N_A' }, 'wrong_token_type'],
    ['it is a refresh token', { token_use: 'refresh_token' }, 'wrong_token_type'],
    ['it is a refresh token, elsewhere', { typ: 'Refresh' }, 'wrong_token_type'],
    ['azp and client_id differ', { azp: 'other' }, 'claim_invalid'],
  ])('%s', async (_, claims, expected) => {
    answer(active(now, claims))
    expect(await open().ask(newToken())).toBe(expected)
  })

  it('is not active, whatever else it says', async () => {
    answer(active(now, { active: false }))
    expect(await open().ask(newToken())).toBe('token_inactive')
  })

  it('passes no limit of age that somebody set, if it has no dates', async () => {
    answer(active(now, { exp: undefined, iat: undefined }))
    const bench = open()
    expect(await bench.ask(newToken(), '/bank')).toBe('token_lifetime_exceeded')
    expect(await bench.ask(newToken(), '/fresh')).toBe('token_too_old')
    const strict = open({}, { maxLifetimeSeconds: 86_400 })
    expect(await strict.ask(newToken())).toBe('token_lifetime_exceeded')
  })

  it('lets a limit of the route run on every hit', async () => {
    const bench = open()
    answer(active(bench.now(), { exp: bench.now() + 86_400 }))
    const token = newToken()
    expect(await bench.ask(token)).toBe('allow')
    expect(await bench.ask(token, '/bank')).toBe('token_lifetime_exceeded')
    expect(await bench.ask(token)).toBe('allow')
    expect(callsOf(issuer)).toBe(1)
  })
})

describe('an answer that says nothing', () => {
  const huge = JSON.stringify(pad(active(0), 10_000_000))
  it.each<[string, Reply]>([
    ['active is text', { body: active(0, { active: 'true' }) }],
    ['active is missing', { body: active(0, { active: undefined }) }],
    ['HTML', { body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['HTML that claims to be JSON', { body: '<html>' }],
    ['JSON that claims to be text', { body: active(0), headers: { 'content-type': 'text/plain' } }],
    ['a list', { body: [] }],
    ['a member twice', { body: '{"active":true,"active":false}' }],
    ['10 MB', { body: huge }],
    ['a redirect', redirect('http://127.0.0.1:1/')],
    ['a redirect that keeps the method', redirect('http://127.0.0.1:1/', 307)],
    ['status 500', { status: 500 }],
    ['status 201', { status: 201, body: active(0) }],
    ['status 400', { status: 400, body: { error: 'invalid_request' } }],
    ['a cut connection', { fault: 'reset' }],
  ])('%s', async (_, reply) => {
    issuer.answer('introspection', reply)
    const bench = open()
    expect(await bench.ask(newToken())).toBe('introspection_unavailable')
    const outcomes = () => bench.events.map(({ outcome }) => outcome)
    await expect.poll(outcomes).toEqual(['failed'])
  })

  it.each([401, 403])('status %i is an alarm: our own credentials', async (status) => {
    issuer.answer('introspection', { status, body: { error: 'invalid_client' } })
    const bench = open()
    expect(await bench.ask(newToken())).toBe('introspection_unavailable')
    expect(bench.events.map(({ outcome }) => outcome)).toEqual(['credentials_refused'])
  })

  it('is waited for three seconds and no longer', async () => {
    issuer.answer('introspection', { fault: 'hang' })
    const waits: number[] = []
    const timer: Timer = (ring, milliseconds) => {
      waits.push(milliseconds)
      return startTimer(ring, milliseconds / 100)
    }
    const bench = openBench({ issuers: [introspecting(issuer)], routes }, { timer })
    expect(await bench.ask(newToken())).toBe('introspection_unavailable')
    expect(waits).toEqual([3000])
  })

  it('is never remembered', async () => {
    const token = newToken()
    const bench = open()
    issuer.answer('introspection', { status: 503 })
    expect(await bench.ask(token)).toBe('introspection_unavailable')
    answer(active(bench.now()))
    expect(await bench.ask(token)).toBe('allow')
  })

  it('leaves the issuer alone for as long as it says', async () => {
    const bench = open()
    issuer.answer('introspection', { status: 429, headers: { 'retry-after': '7' } })
    const decision = await bench.decide(newToken())
    expect(decision).toMatchObject({ outcome: 'unavailable', retryAfterSeconds: 7 })
    answer(active(bench.now()))
    bench.pass(6)
    expect(await bench.decide(newToken())).toMatchObject({ retryAfterSeconds: 1 })
    bench.pass(1)
    expect(await bench.ask(newToken())).toBe('allow')
    expect(callsOf(issuer)).toBe(2)
  })
})

describe('the API proves who it is (RFC 6749 §2.3.1)', () => {
  const id = 'an id: with % and +'
  const sent = async (authentication?: string) => {
    answer(active(NOW))
    const options = { clientId: id, ...(authentication && { authentication }) }
    expect(await open(options).ask(newToken())).toBe('allow')
    const { headers, body } = issuer.requests.log.find(({ path }) => path.endsWith('/introspect'))!
    return { basic: headers.authorization, form: Object.fromEntries(new URLSearchParams(body)) }
  }

  it.each([undefined, 'client_secret_basic'])('in the header: %s', async (authentication) => {
    const { basic, form } = await sent(authentication)
    const [, credentials = ''] = /^Basic (.*)$/.exec(basic ?? '') ?? []
    const [user, password] = atob(credentials).split(':')
    expect(user).toBe('an+id%3A+with+%25+and+%2B')
    expect(password).toBe(ENVIRONMENT.SECRET.replaceAll(' ', '+'))
    expect(form).not.toHaveProperty('client_secret')
  })

  it('in the body: client_secret_post', async () => {
    const { basic, form } = await sent('client_secret_post')
    expect(basic).toBeUndefined()
    expect(form).toMatchObject({ client_id: id, client_secret: ENVIRONMENT.SECRET })
  })
})

it('needs an audience, also where the API is called as its issuer is', async () => {
  answer(active(NOW, { aud: undefined }))
  expect(await open({}, { audience: issuer.issuer }).ask(newToken())).toBe('audience_mismatch')
})

it.each<[string, object, string]>([
  ['names no audience', { aud: undefined }, 'allow'],
  ['lists none', { aud: [] }, 'allow'],
  ['says that there is none', { aud: null }, 'allow'],
  ['is of another client', { aud: [], client_id: 'other' }, 'claim_type_invalid'],
  ['does not say what was asked about', { aud: [], token_type: undefined }, 'claim_type_invalid'],
  ['names an empty audience', { aud: '' }, 'audience_mismatch'],
  ['names another audience', { aud: ['urn:else'] }, 'audience_mismatch'],
])('where a client needs no audience, an answer that %s', async (_, claims, expected) => {
  answer(active(NOW, { client_id: 'app', token_type: 'Bearer', ...claims }))
  const bench = open({ audienceOptional: true, clientIds: ['app'] })
  expect(await bench.ask(newToken())).toBe(expected)
})

describe('a signed answer (RFC 9701)', () => {
  const type = 'application/token-introspection+jwt'
  const now = NOW
  const foreign = createSigner({
    issuer: issuer.issuer,
    now: () => NOW,
    keys: [createKey('RS256', { nth: 7, kid: 'rs256-0' })],
  })
  const jwt = (claims: object = {}, header: object = {}, signer: typeof foreign = issuer) => ({
    body: signer.sign(
      { aud: 'api', exp: undefined, token_introspection: active(now), ...claims },
      { typ: 'token-introspection+jwt', ...header },
    ),
    headers: { 'content-type': type },
  })
  it.each<[string, Reply, string]>([
    ['all is well', jwt(), 'allow'],
    ['not active', jwt({ token_introspection: { active: false } }), 'token_inactive'],
    ['for others too', jwt({ aud: ['other', 'api'] }), 'allow'],
    ['plain JSON', { body: active(now) }, 'introspection_unavailable'],
    ['signed by another', jwt({}, {}, foreign), 'introspection_unavailable'],
    ['by an unknown key', jwt({}, { kid: 'unknown' }), 'introspection_unavailable'],
    ['over', jwt({ exp: now - 60 }), 'introspection_unavailable'],
    ['made long ago', jwt({ iat: now - 600 }), 'introspection_unavailable'],
    ['for the API, not for its client', jwt({ aud: AUDIENCE }), 'introspection_unavailable'],
    ['of another issuer', jwt({ iss: 'https://x.example.com/' }), 'introspection_unavailable'],
    ['an access token', jwt({}, { typ: 'at+jwt' }), 'introspection_unavailable'],
    ['by another algorithm', jwt({}, { alg: 'RS512' }), 'introspection_unavailable'],
    ['with crit', jwt({}, { crit: ['exp'] }), 'introspection_unavailable'],
    [
      'with its claims at the top',
      jwt({ ...active(now), aud: 'api', token_introspection: undefined }),
      'introspection_unavailable',
    ],
  ])('%s', async (_, reply, expected) => {
    issuer.answer('introspection', reply)
    expect(await open({ response: 'jwt' }).ask(newToken())).toBe(expected)
  })

  it('is no access token', async () => {
    const { body } = jwt()
    expect(await open().ask(body)).toBe('wrong_token_type')
  })
})

describe('which tokens are asked about', () => {
  it('are those of routes that take them', async () => {
    answer(active(NOW))
    const bench = open()
    expect(await bench.ask(newToken(), '/jwt')).toBe('opaque_token')
    expect(await bench.ask('gho_16C7e42F292c6912E7710c838347Ae178B4a', '/jwt')).toBe('idp_token')
    expect(callsOf(issuer)).toBe(0)
    expect(await bench.ask('gho_16C7e42F292c6912E7710c838347Ae178B4a')).toBe('allow')
  })

  it('are no JWTs, which have their own check', async () => {
    const bench = open()
    expect(await bench.ask(issuer.sign())).toBe('allow')
    expect(await bench.ask(issuer.sign(), '/opaque')).toBe('wrong_token_type')
    expect(callsOf(issuer)).toBe(0)
  })

  it('travel in the form, and nowhere else', async () => {
    answer(active(NOW))
    const token = newToken()
    await open().ask(token)
    const sent = issuer.requests.log.find(({ method }) => method === 'POST')
    const form = new URLSearchParams(sent?.body)
    expect(Object.fromEntries(form)).toEqual({ token, token_type_hint: 'access_token' })
    expect(sent?.headers.accept).toBe('application/json')
    expect(JSON.stringify([sent?.path, [...(sent?.query ?? [])], sent?.headers])).not.toContain(
      token,
    )
  })
})
