import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createExplainer } from '../../cli/explain/explain.ts'
import type { Explanation } from '../../cli/explain/explanation.ts'
import { redactToken, withoutToken } from '../../cli/explain/redact.ts'
import { STEPS, STEP_OF } from '../../cli/explain/step.ts'
import { writeDuration, writeRelative } from '../../cli/explain/time.ts'
import { renderDoors } from '../../cli/render/doors.ts'
import { renderToken } from '../../cli/render/token.ts'
import { createTerminal, widthOf } from '../../cli/terminal.ts'
import type { Config } from '../../shared/index.ts'
import type { Http } from '../../shared/ports.ts'
import { CASES } from '../doors/cases.ts'
import { privateJwk, writeKeySet } from '../support/jwe.ts'
import { createKey } from '../support/keys.ts'
import { createSigner } from '../support/signer.ts'

const ISSUER = 'https://tenant.example.com/'
const NOW = 1_800_000_000

const signer = createSigner({ issuer: ISSUER, now: () => NOW })
const published: Http = async ({ url }) => ({
  status: 200,
  header: () => null,
  text: JSON.stringify(
    url.endsWith('openid-configuration')
      ? { issuer: ISSUER, jwks_uri: `${ISSUER}keys` }
      : { keys: signer.keys.map(({ publicJwk }) => publicJwk) },
  ),
})
const config: Config = {
  issuers: [{ issuer: ISSUER, audience: signer.audience }],
  routes: { 'GET /a': { scopes: 'read:a' }, 'GET /health': 'public' },
}
const explain = createExplainer(config, { http: published })

const ask = (path: string, token: string | null): Promise<Explanation> =>
  explain({ request: { method: 'GET', path, headers: {} }, token, now: NOW })

const failedStep = async (token: string): Promise<string | undefined> =>
  (await ask('/a', token)).steps.find(({ verdict }) => verdict === 'fail')?.name

describe('the steps', () => {
  const order = STEPS.map(({ name }) => name)
  const before = CASES.flatMap(({ title }) => {
    const [, first, second] = /^(\w+) before (\w+)/.exec(title) ?? []
    return first && second ? [[first, second] as const] : []
  })

  it('stand in the order in which the checks run', () => {
    expect(before.length).toBeGreaterThan(30)
    // These two are said at two steps; the row is of the earlier one.
    const twice = ['kid_invalid', 'claim_invalid']
    const wrong = before.filter(
      ([first, second]) =>
        !twice.includes(second) &&
        order.indexOf(STEP_OF[first as keyof typeof STEP_OF]) >
          order.indexOf(STEP_OF[second as keyof typeof STEP_OF]),
    )
    expect(wrong).toEqual([])
  })

  it.each([
    ['undefined', 'extract'],
    ['!', 'extract'],
    ['opaque-opaque-opaque', 'classify'],
    ['e30.e30.', 'decode'],
    [signer.sign({}, { nonce: 'x' }), 'header'],
    [signer.sign({}, { typ: 'logout+jwt' }), 'header'],
    [signer.sign({}, { kid: 7 }), 'header'],
    [signer.sign({}, { kid: 'k'.repeat(300) }), 'key'],
    [signer.sign({ events: {} }), 'kind'],
    [signer.sign({ azp: 'a', client_id: 'b' }), 'claims'],
    ['gho_0123456789', 'classify'],
    [signer.sign({ iss: 'https://other.example.com/' }), 'issuer'],
    [signer.sign({}, { kid: 'gone' }), 'key'],
    [signer.sign({}, {}, { signature: 'AAAA' }), 'signature'],
    [signer.sign({ sub: undefined }), 'claims'],
    [signer.sign({ nonce: 'n' }), 'kind'],
    [signer.sign({ aud: `${ISSUER}api/v2/` }), 'kind'],
    [signer.sign({ aud: 'x' }), 'audience'],
    [signer.sign({ iat: NOW - 90, exp: NOW - 60 }), 'time'],
    [signer.sign({ nbf: NOW + 60 }), 'time'],
    [signer.sign({ exp: NOW + 1e8 }), 'lifetime'],
    [signer.sign({ iat: NOW, exp: NOW }), 'time'],
    [signer.sign({ cnf: {} }), 'constraint'],
    [signer.sign({ scope: 'b' }), 'authorization'],
  ])('%s fails at %s', async (token, step) => {
    expect(await failedStep(token)).toBe(step)
  })

  it('are skipped on a public route', async () => {
    const { steps, doors, cache } = await ask('/health', null)
    expect(steps.map(({ verdict }) => verdict)).toEqual(['pass', ...Array(18).fill('skipped')])
    expect(doors.slice(1, 3).map(({ status }) => status)).toEqual([200, 200])
    expect(cache).toMatchObject({ isKept: false, rows: [] })
  })
})

describe('API Gateway asks the function', () => {
  const token = signer.sign({ scope: 'read:a' })
  const asked = async (more: Partial<Config>, request: object) => {
    const explainer = createExplainer({ ...config, ...more }, { http: published })
    const handed = { method: 'GET', path: '/a', headers: {}, ...request }
    const { doors } = await explainer({ request: handed, token: null, now: NOW })
    return doors.filter((door) => 'isAsked' in door && door.isAsked).map(({ door }) => door)
  }

  it('about a token in a cookie, where that is configured', async () => {
    const headers = { cookie: `token=${token}`, 'sec-fetch-site': 'same-origin' }
    expect(await asked({}, { headers })).toEqual([])
    expect(await asked({ cookie: 'token' }, { headers })).toEqual([
      'rest-request',
      'http-1.0',
      'http-2.0-simple',
      'http-2.0-iam',
      'websocket',
    ])
  })

  it.each([
    [{ query: 'access_token' }, { query: `access_token=${token}` }],
    [{ subprotocol: 'bearer' }, { headers: { 'sec-websocket-protocol': `bearer, ${token}` } }],
  ])('about a handshake with its token elsewhere: %j', async (webSocket, request) => {
    expect(await asked({}, request)).toEqual([])
    expect(await asked({ webSocket }, request)).toEqual(['websocket'])
  })
})

describe('a token that is only read', () => {
  it('has every problem at once, not only the first', async () => {
    const claims = { aud: 'x', exp: NOW - 60, iat: '7', sub: undefined, nbf: NOW + 60 }
    const { token } = await ask('/a', signer.sign(claims))
    const problems = token?.claims?.flatMap(({ name, problem }) => (problem ? [name] : []))
    expect(problems?.sort()).toEqual(['aud', 'exp', 'iat', 'nbf', 'sub'])
  })

  it('has members called like those of every object', async () => {
    const body = `{"iss":"${ISSUER}","__proto__":{"sub":"root"},"constructor":1,"toString":null}`
    const { token } = await ask('/a', signer.signRaw('{"alg":"RS256","typ":"JWT"}', body))
    const claims = token?.claims ?? []
    const found = claims.filter(({ type }) => type !== 'missing').map(({ name }) => name)
    expect(found).toEqual(['iss', '__proto__', 'constructor', 'toString'])
    expect(claims.find(({ name }) => name === 'constructor')?.meaning).toBeNull()
  })

  it('may be larger than any token, and is not read then', async () => {
    const { token, verdict } = await ask('/a', 'x'.repeat(1_000_000))
    expect(verdict.code).toBe('token_too_large')
    expect(token).toMatchObject({ bytes: 1_000_000, header: null, claims: null })
  })
})

describe('the mend, where an issuer writes tokens another way,', () => {
  const scopeless = { scope: undefined, permissions: undefined }
  const list = ['read:a']
  it.each([
    { what: 'no `typ`', header: { typ: undefined }, mend: '`JWT` or `at+jwt`' },
    { what: 'a `typ` of its own', header: { typ: 'x+jwt' }, mend: 'JSON Web Token Profile' },
    {
      what: 'a list of scopes',
      claims: { scope: list },
      mend: '`claims.permissions`, another claim in',
    },
    { what: 'an empty list', claims: { scope: [] }, mend: 'Claim `scope` has the wrong' },
    { what: 'more that is wrong', claims: { aud: 7, scope: list }, mend: 'Claim `aud` has' },
    { what: '`nonce` beside scopes', claims: { nonce: 'n' }, mend: 'If it is an access token' },
    {
      what: '`nonce` beside `scp`',
      claims: { ...scopeless, nonce: 'n', scp: list },
      mend: 'If it is an access token',
    },
    { what: '`nonce` alone', claims: { ...scopeless, nonce: 'n' }, mend: 'This is an ID token' },
    { what: '`scp`', claims: { ...scopeless, scp: 'read:a' }, mend: '`scp`: name it in `claims.s' },
    {
      what: '`scp`, a list',
      claims: { ...scopeless, scp: list },
      mend: '`scp` in `claims.permissions` and let',
    },
    { what: '`scope` and `scp`', claims: { scope: 'b', scp: 'read:a' }, mend: 'Request scope' },
    { what: 'no scope at all', claims: scopeless, mend: 'Request scope' },
  ])('knows $what', async ({ claims = {}, header = {}, mend }) => {
    expect((await ask('/a', signer.sign(claims, header))).mend).toContain(mend)
  })

  it.each([
    { what: '`roles`', claims: { roles: list }, mend: '`roles`: name it in `claims.permissions`' },
    { what: '`scp`, a list', claims: { scp: list }, mend: '`scp`: name it in `claims.permiss' },
    { what: 'objects', claims: { roles: [{ name: 'read:a' }] }, mend: 'give the user read:a' },
    { what: 'others', claims: { permissions: ['x'], roles: list }, mend: 'give the user read:a' },
  ])('knows $what, where permissions are asked for', async ({ claims, mend }) => {
    const routes = { 'GET /a': { permissions: 'read:a' } }
    const ask = createExplainer({ ...config, routes }, { http: published })
    const request = { method: 'GET', path: '/a', headers: {} }
    const token = signer.sign({ ...scopeless, ...claims })
    expect((await ask({ request, token, now: NOW })).mend).toContain(mend)
  })

  it('goes by the names of the configuration', async () => {
    const claims = { scope: 'scopes', permissions: 'scope' }
    const issuers = [{ issuer: ISSUER, audience: signer.audience, claims }]
    const routes = { 'GET /a': { permissions: 'read:a' }, 'GET /b': { permissions: 'read:b' } }
    const ask = createExplainer({ issuers, routes }, { http: published })
    const answer = async (path: string) => {
      const token = signer.sign({ scope: list })
      return ask({ request: { method: 'GET', path, headers: {} }, token, now: NOW })
    }
    expect((await answer('/a')).verdict.outcome).toBe('allow')
    expect((await answer('/b')).mend).toBe('A new token will not help: give the user read:b.')
  })
})

it.each(['query', 'subprotocol'])('a token in the %s of a handshake is read', async (place) => {
  const ask = createExplainer({ ...config, webSocket: { [place]: 'bearer' } }, { http: published })
  const token = signer.sign({ scope: 'read:a' })
  const headers = {
    upgrade: 'websocket',
    ...(place === 'subprotocol' && { 'sec-websocket-protocol': `bearer, ${token}` }),
  }
  const query = place === 'query' ? `bearer=${token}` : ''
  const request = { method: 'GET', path: '/a', query, headers }
  const explanation = await ask({ request, now: NOW })
  expect(explanation).toMatchObject({ verdict: { outcome: 'allow' }, token: { kind: 'jws' } })
})

it('a token in the clear, where encryption is required, is told so and how to mend it', async () => {
  const encrypting = { encryption: 'required', decryptionKeys: { env: 'KEYS' } } as const
  const issuers = [{ issuer: ISSUER, audience: signer.audience, ...encrypting }]
  const environment = { KEYS: writeKeySet(privateJwk(createKey())) }
  const strict = createExplainer({ ...config, issuers }, { http: published, environment })
  const request = { method: 'GET', path: '/a', headers: {} }
  const { steps, mend } = await strict({ request, token: signer.sign(), now: NOW })
  const failed = steps.find(({ verdict }) => verdict === 'fail')
  expect(failed).toMatchObject({
    code: 'encryption_required',
    title: 'It is encrypted as configured',
  })
  expect(mend).toMatch(/Turn on token encryption .* or remove `encryption`/)
})

describe('redaction', () => {
  const token = signer.sign()

  it('leaves enough to recognise a token by, and too little to use it', () => {
    const [header = '', payload = '', signature = ''] = token.split('.')
    const redacted = redactToken(token)
    expect(redacted).toContain(header.slice(0, 10))
    for (const part of [header, payload, signature]) expect(redacted).not.toContain(part)
    expect(redactToken('secret')).toBe('… (6 characters)')
    expect(redactToken('a-long-opaque-token-of-somebody')).toBe('a-lo… (31 characters)')
  })

  it('is done wherever the token went', () => {
    const signature = token.split('.')[2] ?? ''
    const value = { [token]: [`Bearer ${token}`, { deep: signature }], kept: 1 }
    const text = JSON.stringify(withoutToken(value, token))
    expect(text).not.toContain(signature)
    expect(text).toContain('"kept":1')
  })

  it('covers a token that stands in the path', async () => {
    const explanation = await ask(`/a/${token}`, token)
    expect(JSON.stringify(explanation)).not.toContain(token.split('.')[2])
  })

  it('covers a token that the configuration forwards', async () => {
    const forwarding = createExplainer({ ...config, forwardToken: true }, { http: published })
    const request = { method: 'GET', path: '/a', headers: {} }
    const explanation = await forwarding({ request, token, now: NOW })
    expect(explanation.verdict.outcome).toBe('allow')
    expect(JSON.stringify(explanation)).not.toContain(token.split('.')[2])
  })
})

describe('times in words', () => {
  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [3_600, '1 hour'],
    [5_400, '1 hour 30 minutes'],
    [86_401, '1 day'],
    [-90, '1 minute 30 seconds'],
  ])('%i s', (seconds, words) => expect(writeDuration(seconds)).toBe(words))

  it('before, now and after', () => {
    expect([9, 10, 11].map((seconds) => writeRelative(seconds, 10))).toEqual([
      '1 second ago',
      'now',
      'in 1 second',
    ])
  })
})

it.each([72, 80, 100])('the doors can be read on %i columns', async (columns) => {
  const { doors } = await ask('/a', signer.sign({ cnf: { jkt: 'x' } }))
  const lines = renderDoors(doors, { ...createTerminal(process), columns }, { isVerbose: false })
  expect(lines.filter((line) => line.length > columns)).toEqual([])
  expect(lines.filter((line) => line.trim().length < 8)).toEqual([])
  expect(lines.join(' ')).toContain('sender_constraint_unsupported')
})

it.each([40, 60, 72])('a problem of the token can be read on %i columns', async (columns) => {
  const { token } = await ask('/a', signer.sign({ aud: 'https://another-api.example.com/of/long' }))
  const [, ...lines] = renderToken(token, { ...createTerminal(process), columns })
  expect(lines.filter((line) => widthOf(line) > columns)).toEqual([])
  const words = lines.map((line) => stripVTControlCharacters(line).trim()).join(' ')
  expect(words).toContain('✗ not one of: https://api.example.com azp ')
})
