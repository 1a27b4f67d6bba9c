/** Editors judge by the published JSON Schema: what the schema of the engine takes, it takes too. */
import { Ajv } from 'ajv'
import type { AnySchema } from 'ajv'
import { describe, expect, test } from 'vitest'
import { convertConfig } from '../../dev/schema.ts'
import { ConfigError } from '../../shared/config/fault.ts'
import { readConfig } from '../../shared/config/read.ts'

const validate = new Ajv({ strict: false }).compile(convertConfig() as AnySchema)

const ISSUER = { issuer: 'https://issuer.example/', audience: 'https://api.example.com' }
const SECRET = { env: 'SECRET' }
const ENVIRONMENT = { SECRET: 'a secret of thirty-two bytes, or more of them' }
const INTROSPECT = { clientId: 'api', clientSecret: SECRET }

const withIssuer = (members: object) => ({ issuers: [{ ...ISSUER, ...members }] })
const withMembers = (members: object) => ({ issuers: [ISSUER], ...members })
const withRoute = (policy: unknown) => withMembers({ routes: { 'GET /a/{id}': policy } })

const RIGHT: readonly (readonly [what: string, config: unknown])[] = [
  ['one issuer', withIssuer({})],
  ['the address of the schema', withMembers({ $schema: './config.schema.json' })],
  [
    'every member of an issuer',
    withIssuer({
      audience: ['one', 'two'],
      profile: 'auth0',
      algorithms: ['RS256', 'ES256'],
      jwksUri: 'https://issuer.example/keys',
      maxLifetimeSeconds: 60,
      strictAudience: true,
      opaque: 'reject',
      claims: { scope: 'scp', permissions: 'rights' },
    }),
  ],
  ['a secret', withIssuer({ algorithms: ['HS256'], secret: SECRET })],
  ['opaque tokens by /userinfo', withIssuer({ opaque: { userinfo: { cacheSeconds: 60 } } })],
  [
    'opaque tokens by introspection',
    withIssuer({
      opaque: {
        introspect: { ...INTROSPECT, endpoint: 'https://issuer.example/i', cacheSeconds: 5 },
      },
    }),
  ],
  [
    'words for routes',
    withMembers({ routes: { 'GET /a': 'public', $connect: 'authenticated' }, otherwise: 'deny' }),
  ],
  [
    'every rule of a route',
    withRoute({
      scopes: ['a', 'b'],
      anyScope: ['c'],
      permissions: ['p'],
      anyPermission: ['q'],
      principal: ['user', 'agent'],
      organizations: ['org_1'],
      clients: ['client'],
      claims: { tier: 'gold', level: [1, true, 'x'] },
      bind: { id: 'sub' },
      bindBypassScope: 'all',
      hideExistence: true,
      maxLifetimeSeconds: 60,
      maxAgeSeconds: 60,
      accept: ['jwt', 'userinfo'],
      userinfo: 'optional',
      verdictSeconds: 0,
      delegation: { actors: ['actor'] },
    }),
  ],
  [
    'one text for a rule',
    withRoute({ scopes: 'a b', permissions: 'p', principal: 'user', delegation: 'forbid' }),
  ],
  [
    'every provider',
    withMembers({
      identityProviders: [
        { provider: 'facebook', appIds: ['1'], appAccessToken: SECRET },
        { provider: 'google', clientIds: ['c'], endpoint: 'https://g.example/t' },
        { provider: 'github', clientId: 'c', clientSecret: SECRET, callsPerSecond: 5 },
        {
          provider: 'acme',
          introspect: { ...INTROSPECT, endpoint: 'https://acme.example/i' },
          clientIds: ['c'],
        },
        {
          provider: 'other',
          userinfo: { endpoint: 'https://other.example/u', clientClaim: 'azp' },
          clientIds: ['c'],
        },
      ],
    }),
  ],
  [
    'every other member',
    withMembers({
      clockToleranceSeconds: 0,
      maxTokenBytes: 1000,
      realm: 'the api',
      hints: 'full',
      log: 'none',
      forwardToken: true,
      keys: { freshSeconds: 300, staleSeconds: 0, cooldownSeconds: 1, storeSecret: SECRET },
      cookie: 'token',
      webSocket: { query: 'token', subprotocol: 'bearer' },
      verdictSecret: SECRET,
      dpop: { mode: 'off' },
      mtls: { mode: 'off' },
      apiGateway: {
        httpApiResponse: 'iam',
        policy: 'request',
        expiryCondition: true,
        usageIdentifierClaim: 'key',
      },
    }),
  ],
]

describe.each(RIGHT)('%s', (_, config) => {
  test('is right for the engine', () => {
    expect(() => readConfig(config, ENVIRONMENT)).not.toThrow()
  })
  test('is right for the schema', () => {
    validate(config)
    expect(validate.errors).toBeNull()
  })
})

test.each([
  ['no issuer', { issuers: [] }],
  ['an unknown member', withMembers({ typo: 1 })],
  ['an unknown rule', withRoute({ scope: 'a' })],
  ['another word for open', withRoute('open')],
  ['a rule of another type', withRoute({ bind: { id: 7 } })],
  ['a secret as text', withIssuer({ algorithms: ['HS256'], secret: 'text' })],
  ['a tolerance out of bounds', withMembers({ clockToleranceSeconds: 301 })],
  ['a proof of later', withMembers({ dpop: { mode: 'required' } })],
  ['half a provider', withMembers({ identityProviders: [{ provider: 'google' }] })],
  ['half an introspection', withIssuer({ opaque: { introspect: {} } })],
])('%s is wrong for both', (_, config) => {
  expect(() => readConfig(config, ENVIRONMENT)).toThrow(ConfigError)
  expect(validate(config)).toBe(false)
})

test('says of each option what the documentation says', () => {
  const { properties = {} } = convertConfig()
  const silent = Object.entries(properties)
    .filter(([, option]) => !Object(option).description)
    .map(([name]) => name)
  // Options to come, which a configuration may only turn off.
  expect(silent).toEqual(['dpop', 'mtls'])
  expect(JSON.stringify(properties)).toContain('A failed `bind` answers 404 instead of 403.')
})
