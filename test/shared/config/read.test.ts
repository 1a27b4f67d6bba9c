/** A configuration is right, or every fault of it is reported, with its place and the mend. */
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../../shared/config/read.ts'
import { ConfigError } from '../../../shared/index.ts'
import type { Environment } from '../../../shared/ports.ts'
import { claimShapes } from '../../../shared/token/claims.ts'

const ISSUER = { issuer: 'https://issuer.example/', audience: 'https://api.example.com' }
const SOUND = { issuers: [ISSUER], routes: { 'GET /a/{id}': 'authenticated' } }
const GOOGLE = { provider: 'google', clientIds: ['client-1'] }
const STRONG = 'a secret of thirty-two bytes, or more of them'

function faultsOf(config: unknown, environment: Environment = {}): Record<string, string> {
  try {
    readConfig(config, environment)
    return {}
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return Object.fromEntries(error.faults.map(({ path, message }) => [path, message]))
  }
}

const codesOf = (config: unknown, environment: Environment = {}): string[] => {
  try {
    readConfig(config, environment)
    return []
  } catch (error) {
    return error instanceof ConfigError ? error.faults.map(({ code }) => code) : ['thrown']
  }
}

const withIssuer = (members: object) => ({ ...SOUND, issuers: [{ ...ISSUER, ...members }] })
const withRoute = (policy: unknown, pattern = 'GET /a/{id}') => ({
  ...SOUND,
  routes: { [pattern]: policy },
})

test('takes a sound one as it is', () => {
  expect(readConfig(SOUND, {})).toEqual(SOUND)
})

test('reports all faults of all parts at once, each with its path', () => {
  const faults = faultsOf({
    issuers: [{ issuer: 'http://issuer.example/' }, { ...ISSUER, typo: 1 }, ISSUER],
    routes: { 'GET a': 'public', 'GET /b': { scopes: 7, bind: { id: 'sub' } }, 'GET /c': 'open' },
    clockToleranceSeconds: 301,
    realm: 'a "quote"',
    unheardOf: true,
  })
  expect(Object.keys(faults).sort()).toEqual([
    'clockToleranceSeconds',
    'issuers[0].audience',
    'issuers[0].issuer',
    'issuers[1].typo',
    'issuers[2].issuer',
    'realm',
    'routes["GET /b"].bind.id',
    'routes["GET /b"].scopes',
    'routes["GET /c"]',
    'routes["GET a"]',
    'unheardOf',
  ])
})

test('takes what an editor is told', () => {
  const config = { $schema: './node_modules/edge-authorizer/dist/lib/config.schema.json', ...SOUND }
  expect(readConfig(config, {})).toEqual(config)
  expect(faultsOf({ ...SOUND, $schema: 7 })).toEqual({ '["$schema"]': 'must be text' })
})

test('takes the mode that asks for nothing', () => {
  const config = { ...SOUND, dpop: { mode: 'off' }, mtls: { mode: 'off' } }
  expect(readConfig(config, {})).toEqual(config)
})

test.each([
  { clockToleranceSeconds: 0, maxTokenBytes: 256 },
  { clockToleranceSeconds: 300, maxTokenBytes: 65_536 },
])('takes a bound itself: %j', (members) => {
  expect(faultsOf({ ...SOUND, ...members })).toEqual({})
})

describe.each([
  ['nothing', undefined],
  ['null', null],
  ['text', 'no configuration'],
  ['a list', []],
  ['an empty object', {}],
  ['no issuers', { issuers: [] }],
  ['issuers of another type', { issuers: [1, null, 'x'] }],
])('%s', (_, config) => {
  test('is refused', () => expect(Object.keys(faultsOf(config))).not.toHaveLength(0))
})

/** One fault each: what was written, where it is reported, and words of the mend. */
const FAULTS: readonly (readonly [what: string, config: unknown, path: string, words: string])[] = [
  ['no audience', { issuers: [{ issuer: ISSUER.issuer }] }, 'issuers[0].audience', 'missing'],
  ['an empty audience', withIssuer({ audience: '' }), 'issuers[0].audience', 'API identifier'],
  ['no audiences', withIssuer({ audience: [] }), 'issuers[0].audience', 'empty'],
  [
    'an issuer over http',
    withIssuer({ issuer: 'http://a.example/' }),
    'issuers[0].issuer',
    'https',
  ],
  ['an issuer with a query', withIssuer({ issuer: 'https://a/?b' }), 'issuers[0].issuer', 'https'],
  [
    'a blank behind the issuer',
    withIssuer({ issuer: 'https://a/ ' }),
    'issuers[0].issuer',
    'https',
  ],
  ['a line behind it', withIssuer({ issuer: 'https://a/\n' }), 'issuers[0].issuer', 'https'],
  ['a bare question mark', withIssuer({ issuer: 'https://a/?' }), 'issuers[0].issuer', 'https'],
  ['no slashes in it', withIssuer({ issuer: 'https:a.example' }), 'issuers[0].issuer', 'https'],
  ['a user in the issuer', withIssuer({ issuer: 'https://u@a/' }), 'issuers[0].issuer', 'https'],
  [
    'an unknown algorithm',
    withIssuer({ algorithms: ['none'] }),
    'issuers[0].algorithms[0]',
    'RS256',
  ],
  ['no algorithm', withIssuer({ algorithms: [] }), 'issuers[0].algorithms', 'empty'],
  ['keys inside', withIssuer({ jwksUri: 'https://10.0.0.1/k' }), 'issuers[0].jwksUri', 'public'],
  [
    'a secret as text',
    withIssuer({ algorithms: ['HS256'], secret: STRONG }),
    'issuers[0].secret',
    "{ env: 'NAME' }",
  ],
  [
    'a lifetime of 0',
    withIssuer({ maxLifetimeSeconds: 0 }),
    'issuers[0].maxLifetimeSeconds',
    '1 to',
  ],
  [
    'a lifetime as text',
    withIssuer({ maxLifetimeSeconds: '60' }),
    'issuers[0].maxLifetimeSeconds',
    '1 to',
  ],
  [
    'a claim without a name',
    withIssuer({ claims: { scope: '' } }),
    'issuers[0].claims.scope',
    'text',
  ],
  ['a claim of no name', withIssuer({ claims: { scope: 7 } }), 'issuers[0].claims.scope', 'text'],
  [
    'a provider by name alone',
    { ...SOUND, identityProviders: ['google'] },
    'identityProviders[0]',
    'must be',
  ],
  [
    'a provider twice',
    { ...SOUND, identityProviders: [GOOGLE, GOOGLE] },
    'identityProviders[1].provider',
    'twice',
  ],
  [
    'a secret of the shared tier that is not there',
    { ...SOUND, keys: { storeSecret: { env: 'S' } } },
    'keys.storeSecret.env',
    'S is not set',
  ],
  ['another word for open', withRoute('open'), 'routes["GET /a/{id}"]', 'public'],
  [
    'an unknown rule',
    withRoute({ scope: 'a' }),
    'routes["GET /a/{id}"].scope',
    'not supported yet',
  ],
  [
    'a rule of later',
    withRoute({ stepUp: {} }),
    'routes["GET /a/{id}"].stepUp',
    'not supported yet',
  ],
  ['no scope at all', withRoute({ scopes: [] }), 'routes["GET /a/{id}"].scopes', 'empty'],
  ['a quote in a scope', withRoute({ scopes: ['a"'] }), 'routes["GET /a/{id}"].scopes[0]', 'scope'],
  [
    'a claim of an object',
    withRoute({ claims: { a: {} } }),
    'routes["GET /a/{id}"].claims.a',
    'text',
  ],
  [
    'bind to nothing',
    withRoute({ bind: { no: 'sub' } }),
    'routes["GET /a/{id}"].bind.no',
    'parameter',
  ],
  [
    'bypass of nothing',
    withRoute({ bindBypassScope: 'a' }),
    'routes["GET /a/{id}"].bindBypassScope',
    'bind',
  ],
  [
    'hiding nothing',
    withRoute({ hideExistence: true }),
    'routes["GET /a/{id}"].hideExistence',
    'bind',
  ],
  ['no method', withRoute('public', '/a'), 'routes["/a"]', 'METHOD /path'],
  ['a greedy middle', withRoute('public', 'GET /{a+}/b'), 'routes["GET /{a+}/b"]', 'last'],
  ['one name twice', withRoute('public', 'GET /{a}/{a}'), 'routes["GET /{a}/{a}"]', 'alike'],
  ['a wildcard', withRoute('public', 'GET /a*'), 'routes["GET /a*"]', 'segment'],
  ['an encoded segment', withRoute('public', 'GET /a%20b'), 'routes["GET /a%20b"]', 'decoded'],
  ['dpop, of later', { ...SOUND, dpop: { mode: 'required' } }, 'dpop', 'not supported yet'],
  ['mtls, of later', { ...SOUND, mtls: { mode: 'allowed' } }, 'mtls', 'not supported yet'],
  [
    'a nonce, of later',
    { ...SOUND, dpop: { mode: 'off', nonce: 'off' } },
    'dpop.nonce',
    'not supported yet',
  ],
  ['dpop of no mode', { ...SOUND, dpop: {} }, 'dpop', 'not supported yet'],
  [
    'one name for two claims',
    withIssuer({ claims: { scope: 'p', permissions: 'p' } }),
    'issuers[0].claims',
    'two different claims',
  ],
  [
    'the name of the other claim',
    withIssuer({ claims: { scope: 'permissions' } }),
    'issuers[0].claims',
    'two different claims',
  ],
  ['a list of routes', { ...SOUND, routes: [] }, 'routes', 'must not be a list'],
  ['routes as a list', { ...SOUND, routes: ['public'] }, 'routes', 'must not be a list'],
  [
    'a list of paces',
    withIssuer({ opaque: { userinfo: [] } }),
    'issuers[0].opaque.userinfo',
    'must not be a list',
  ],
  ['a list of keys', { ...SOUND, keys: [] }, 'keys', 'must not be a list'],
  [
    'a list for a route',
    { ...SOUND, routes: { 'GET /a': [] } },
    'routes["GET /a"]',
    'must not be a list',
  ],
  [
    'claims as a list',
    withRoute({ claims: ['admin'] }),
    'routes["GET /a/{id}"].claims',
    'must not be a list',
  ],
  [
    'a method that none is',
    { ...SOUND, routes: { 'ANY /a': 'public' } },
    'routes["ANY /a"]',
    '`*`',
  ],
  ['true for a route', withRoute(true), 'routes["GET /a/{id}"]', "'authenticated' or a rule"],
  ['text for a list', withRoute({ clients: 'a' }), 'routes["GET /a/{id}"].clients', 'be a list'],
  ['text for an object', { ...SOUND, keys: 'a' }, 'keys', 'be an object'],
  ['a number', 5, 'the configuration', 'must be an object'],
  ['a token size', { ...SOUND, maxTokenBytes: 10 }, 'maxTokenBytes', '256 to 65536'],
  ['keys for ever', { ...SOUND, keys: { staleSeconds: 1e9 } }, 'keys.staleSeconds', '0 to 86400'],
]

test.each(FAULTS)('%s is the one fault', (_, config, path, words) => {
  const faults = faultsOf(config)
  expect(Object.keys(faults)).toEqual([path])
  expect(faults[path]).toContain(words)
})

describe.each(['constructor', 'prototype', '__proto__'])('a member called %s', (name) => {
  const at = name === '__proto__' ? '["__proto__"]' : `.${name}`
  const named = (value: unknown): object => JSON.parse(JSON.stringify({ [name]: value }))

  test.each([
    ['the configuration', named(1), ''],
    ['an issuer', { issuers: [{ ...ISSUER, ...named({}) }] }, 'issuers[0]'],
    ['the claims of an issuer', withIssuer({ claims: named('x') }), 'issuers[0].claims'],
    ['the keys', { keys: named(1) }, 'keys'],
    ['a route', withRoute(named('x')), 'routes["GET /a/{id}"]'],
    ['a form', withIssuer({ opaque: { userinfo: named(1) } }), 'issuers[0].opaque.userinfo'],
  ])('of %s is unknown', (_, members, path) => {
    const faults = faultsOf({ ...SOUND, ...members })
    expect(Object.keys(faults)).toEqual([`${path}${at}`.replace(/^\./, '')])
    expect(Object.values(faults)[0]).toContain('misspelt')
  })
  test('is no pattern', () => {
    expect(Object.keys(faultsOf({ ...SOUND, routes: named('public') }))).toHaveLength(1)
  })
})

test('where names are free, all but `__proto__` are taken', () => {
  const policy = (name: string) => ({
    claims: JSON.parse(`{"${name}":"x"}`) as object,
    bind: JSON.parse(`{"${name}":"sub"}`) as object,
  })
  for (const name of ['constructor', 'prototype']) {
    const config = withRoute(policy(name), `GET /a/{${name}}`)
    expect(readConfig(config, {})).toEqual(config)
  }
  expect(Object.keys(faultsOf(withRoute(policy('__proto__'), 'GET /a/{__proto__}')))).toEqual([
    'routes["GET /a/{__proto__}"].claims["__proto__"]',
    'routes["GET /a/{__proto__}"].bind["__proto__"]',
  ])
})

describe('undefined', () => {
  const MEND = 'is undefined; give it a value, or leave it out'
  test.each([
    ['a member', { ...SOUND, realm: undefined }, 'realm'],
    ['a member that must be there', withIssuer({ audience: undefined }), 'issuers[0].audience'],
    ['a rule', withRoute({ scopes: undefined }), 'routes["GET /a/{id}"].scopes'],
    ['a route', withRoute(undefined), 'routes["GET /a/{id}"]'],
    ['a claim', withRoute({ claims: { a: undefined } }), 'routes["GET /a/{id}"].claims.a'],
  ])('leaves out no %s', (_, config, path) => {
    expect(faultsOf(config)).toEqual({ [path]: MEND })
  })
})

test('two patterns that match the same requests conflict, whatever their parameters are called', () => {
  const routes = { 'GET /a/{id}': 'public', 'GET /a/{other}/': 'authenticated' }
  expect(faultsOf({ ...SOUND, routes })).toEqual({
    'routes["GET /a/{other}/"]': 'matches the same as "GET /a/{id}"; keep one',
  })
})

describe('a code of its own', () => {
  test.each([
    ['config_audience_reserved', withIssuer({ audience: 'https://t.auth0.com/api/v2/' })],
    ['config_audience_reserved', withIssuer({ audience: 'https://t.auth0.com/userinfo' })],
    ['config_audience_reserved', withIssuer({ audience: ['api', 'https://t.eu.auth0.com/mfa'] })],
    ['config_audience_reserved', withIssuer({ audience: 'https://issuer.example/me/' })],
    ['config_audience_reserved', withIssuer({ audience: 'https://Issuer.example/api/v2' })],
    ['config_invalid', { issuers: [{ issuer: ISSUER.issuer }] }],
    ['config_invalid', { ...SOUND, issuer: ISSUER.issuer }],
    ['config_invalid', { ...SOUND, audience: ISSUER.audience }],
    ['config_invalid', withIssuer({ audience: [] })],
    ['config_issuer_not_https', withIssuer({ issuer: 'ftp://a/' })],
    ['config_tolerance', { ...SOUND, clockToleranceSeconds: -1 }],
    ['config_alg_mix', withIssuer({ algorithms: ['HS256'] })],
    ['config_alg_mix', withIssuer({ algorithms: ['HS256', 'RS256'] })],
  ])('%s', (code, config) => expect(codesOf(config)).toEqual([code]))
})

test('an audience of the issuer of another entry is reserved too, with its place', () => {
  const other = { issuer: 'https://other.example/', audience: ['api', `${ISSUER.issuer}userinfo`] }
  expect(Object.keys(faultsOf({ issuers: [ISSUER, other] }))).toEqual(['issuers[1].audience[1]'])
})

test.each(['https://api.example.com/api/v2/', 'https://api.example.com/me', 'urn:me', '/userinfo'])(
  'an API may be called %s',
  (audience) => expect(faultsOf(withIssuer({ audience }))).toEqual({}),
)

describe('a secret', () => {
  const config = withIssuer({ algorithms: ['HS256'], secret: { env: 'S' } })

  test('is read by its name', () => expect(codesOf(config, { S: STRONG })).toEqual([]))
  test.each([
    ['not set', {}],
    ['short', { S: 'x'.repeat(31) }],
    ['PEM', { S: `-----BEGIN PUBLIC KEY-----${STRONG}` }],
  ])('that is %s is weak, and not quoted', (_, environment) => {
    const faults = faultsOf(config, environment)
    expect(Object.keys(faults)).toEqual(['issuers[0].secret.env'])
    expect(JSON.stringify(faults)).not.toContain(STRONG)
    expect(codesOf(config, environment)).toEqual(['config_secret_weak'])
  })
  test.each([
    ['of an issuer', config],
    ['of the shared tier', { ...SOUND, verdictSecret: { env: 'S' } }],
    ['that decrypts', withIssuer({ decryptionKeys: { env: 'S' } })],
    [
      'of a client',
      withIssuer({ opaque: { introspect: { clientId: 'c', clientSecret: { env: 'S' } } } }),
    ],
    [
      'that signs',
      withIssuer({ opaque: { introspect: { clientId: 'c', privateKey: { env: 'S' } } } }),
    ],
  ])('%s is named where it is not set', (_, missing) => {
    expect(Object.values(faultsOf(missing))).toEqual(['S is not set'])
  })
  test('stands beside no algorithm with public keys', () => {
    const mixed = withIssuer({ algorithms: ['HS256', 'RS256'], secret: { env: 'S' } })
    expect(codesOf(mixed, { S: STRONG })).toEqual(['config_alg_mix'])
  })
  test('stands beside no key set', () => {
    const mixed = withIssuer({
      algorithms: ['HS256'],
      secret: { env: 'S' },
      jwksUri: 'https://a/k',
    })
    expect(codesOf(mixed, { S: STRONG })).toEqual(['config_alg_mix'])
  })
})

test('a claim that means something else is neither scope nor permissions', () => {
  const shapes = [...claimShapes('scope', 'permissions').keys()]
  const others = shapes.filter((name) => name !== 'scope' && name !== 'permissions')
  expect(others.length).toBeGreaterThan(10)
  for (const name of ['iss', ...others]) {
    for (const member of ['scope', 'permissions']) {
      const faults = faultsOf(withIssuer({ claims: { [member]: name } }))
      expect(Object.keys(faults)).toEqual([`issuers[0].claims.${member}`])
    }
  }
})

describe('the environment', () => {
  const OTHER = { issuers: [{ issuer: 'https://other.example/', audience: 'other' }] }

  test('as text names no member twice', () => {
    const text = JSON.stringify({ ...OTHER, routes: { 'GET /a': { scopes: 'admin' } } })
    expect(faultsOf(SOUND, { AUTHORIZER_CONFIG: text })).toEqual({})
    const twice = text.replace('"routes":{', '"routes":{"GET /a":"public",')
    expect(faultsOf(SOUND, { AUTHORIZER_CONFIG: twice })).toEqual({
      AUTHORIZER_CONFIG: 'must be an object, or its JSON with no member twice',
    })
  })

  test('replaces the whole, as text or as a value', () => {
    expect(readConfig(SOUND, { AUTHORIZER_CONFIG: JSON.stringify(OTHER) })).toEqual(OTHER)
    expect(readConfig(SOUND, { AUTHORIZER_CONFIG: OTHER })).toEqual(OTHER)
    expect(readConfig(undefined, { AUTHORIZER_CONFIG: OTHER })).toEqual(OTHER)
  })
  test('that is no JSON is a fault of its own, and falls back to nothing', () => {
    expect(faultsOf(SOUND, { AUTHORIZER_CONFIG: '{' })).toEqual({
      AUTHORIZER_CONFIG: 'must be an object, or its JSON with no member twice',
    })
  })
  test('replaces issuer and audience of the first issuer', () => {
    const two = { ...SOUND, issuers: [ISSUER, OTHER.issuers[0]] }
    const read = readConfig(two, { ISSUER: 'https://new.example/', AUDIENCE: 'one, two,,' })
    expect(read.issuers).toEqual([
      { issuer: 'https://new.example/', audience: ['one', 'two'] },
      OTHER.issuers[0],
    ])
  })
  test('is checked like the file', () => {
    expect(codesOf(SOUND, { ISSUER: 'http://new.example/' })).toEqual(['config_issuer_not_https'])
  })
  test.each([
    ['text', ['https://a.example/'], 'issuers[0]'],
    ['nothing', [null], 'issuers[0]'],
  ])('does not make an issuer of %s', (_, issuers, path) => {
    for (const environment of [{}, { ISSUER: ISSUER.issuer, AUDIENCE: 'one' }]) {
      expect(Object.keys(faultsOf({ issuers }, environment))).toEqual([path])
    }
  })
  test('makes the first issuer where none is listed', () => {
    const environment = { ISSUER: ISSUER.issuer, AUDIENCE: 'one' }
    const made = [{ issuer: ISSUER.issuer, audience: ['one'] }]
    expect(readConfig({ issuers: [] }, environment).issuers).toEqual(made)
    expect(Object.keys(faultsOf({ issuers: [] }))).toEqual(['issuers'])
  })
  test.each([null, false, 0, 'null', '[]', []])('that is %j is no configuration', (value) => {
    expect(Object.keys(faultsOf(SOUND, { AUTHORIZER_CONFIG: value }))).toEqual([
      'AUTHORIZER_CONFIG',
    ])
  })
  test('that is empty replaces nothing', () => {
    const empty = { AUTHORIZER_CONFIG: '', ISSUER: '', AUDIENCE: '' }
    expect(readConfig(SOUND, empty)).toEqual(SOUND)
  })
})

test('an issuer on a loopback host may be http, and is the only one that may', () => {
  const issuerOf = (issuer: string) => codesOf(withIssuer({ issuer }))
  expect(
    ['http://localhost:3000/', 'http://127.0.0.1/', 'http://[::1]:1/'].flatMap(issuerOf),
  ).toEqual([])
  expect(issuerOf('http://localhost.example/')).toEqual(['config_issuer_not_https'])
})

test('the message is the report: one line for each fault', () => {
  const message = (() => {
    try {
      return readConfig({ issuers: [{ ...ISSUER, a: 1, b: 2 }] }, {})
    } catch (error) {
      return String(error)
    }
  })()
  expect(message).toContain('(2)')
  expect(message).toMatch(/\n {2}issuers\[0\]\.a: .+\n {2}issuers\[0\]\.b: /)
})
