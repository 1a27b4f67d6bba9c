/** Each fault in a `serverless.yml` of its own: the line, and that the mend silences it. */
import { expect, test, describe } from 'vitest'
import { GATEWAY_RULES, lintDeployment } from '../../../cli/lint/lint.ts'
import type { DeploymentFile } from '../../../cli/lint/lint.ts'
import type { Config } from '../../../shared/config/types.ts'
import { serverlessFixtures } from './fixture.ts'

const ISSUERS = [{ issuer: 'https://issuer.example/', audience: 'https://api.example.com' }]
const configOf = (more: object): Config => ({ issuers: ISSUERS, ...more }) as Config

const USERS = { routes: { 'GET /users': { scopes: 'read:users' } } }
const OWN = { routes: { 'GET /users/{id}': { bind: { id: 'sub' } } } }
const IAM = { apiGateway: { httpApiResponse: 'iam' } }
const CONNECT = { routes: { $connect: 'authenticated' } }

/** What the configuration says; elsewhere it is `USERS`. */
const CONFIGS: Readonly<Record<string, object>> = {
  'simple-kept-too-wide': OWN,
  'simple-kept-too-wide.any': {
    routes: { 'GET /users': { scopes: 'read' }, 'POST /users': { scopes: 'write' } },
  },
  'ttl-time-rules': { routes: { 'GET /users': { maxAgeSeconds: 300 } }, ...IAM },
  'ttl-request-policy': { ...USERS, apiGateway: { httpApiResponse: 'iam', policy: 'request' } },
  'ttl-outlives-token': { ...USERS, ...IAM },
  'identity-source-cookie': { ...USERS, cookie: 'token' },
  'identity-source-cookie.rest': { ...USERS, cookie: 'token' },
  'identity-source-websocket': { ...CONNECT, webSocket: { query: 'access_token' } },
  'identity-source-websocket.both': { ...CONNECT, webSocket: { query: 'access_token' } },
  'identity-source-websocket.unread': CONNECT,
  'websocket-header-default': CONNECT,
  'connect-open': CONNECT,
  'route-open': {
    routes: { ...USERS.routes, 'GET /health': 'public', 'POST /users': 'authenticated' },
  },
  'public-guarded': { routes: { ...USERS.routes, 'GET /health': 'public' } },
  'preflight-swallowed': { routes: { '* /users': 'authenticated' } },
  'pattern-unserved': { routes: { ...USERS.routes, 'GET /orders': 'authenticated' } },
  'greedy-below-parameter': {
    routes: { 'GET /users/{id}': 'authenticated', 'GET /users/{id}/orders': 'authenticated' },
    ...IAM,
  },
  'default-endpoint-open': { ...USERS, mtls: { mode: 'required' } },
  'token-authorizer-proof': { ...USERS, dpop: { mode: 'required' } },
  'token-authorizer-repeats': OWN,
  'authorizers-collapse': { routes: { '* /users': 'authenticated' } },
  'api-key-source': { ...USERS, apiGateway: { usageIdentifierClaim: 'client' } },
}
const configFor = (name: string): Config => configOf(CONFIGS[name] ?? USERS)

/** What a REST API without gateway responses lacks is told of each; one fixture is about that. */
const isBeside = (rule: string, about: string) =>
  rule === 'gateway-response-missing' && about !== rule

const lint = (config: Config, file: DeploymentFile, about: string) =>
  lintDeployment({ config, files: [file] })
    .filter(({ rule }) => !isBeside(rule, about))
    .map(({ rule, line }) => ({ rule, line }))

const fixtures = serverlessFixtures.filter(({ name }) => name !== 'variables')

describe.each(fixtures)('$name', ({ name, rule, faulty, mended, lines }) => {
  test('is found on its line, and nothing else is', () => {
    expect(lines.length).toBeGreaterThan(0)
    expect(lint(configFor(name), faulty, rule)).toEqual(lines.map((line) => ({ rule, line })))
  })

  test('is silent once mended', () => {
    expect(mended.text).not.toBe(faulty.text)
    expect(lint(configFor(name), mended, rule)).toEqual([])
  })

  test('tells the mend in a sentence', () => {
    const findings = lintDeployment({ config: configFor(name), files: [faulty] })
    for (const { message, mend } of findings.filter((one) => one.rule === rule)) {
      expect(message).toMatch(/^[`A-Z"\\[].*[^.]$/s)
      expect(mend).toMatch(/^[A-Z].*\.$/s)
    }
  })
})

test('every rule that can speak of serverless.yml has a fixture', () => {
  const covered = new Set(fixtures.map(({ rule }) => rule))
  const uncovered = GATEWAY_RULES.map(({ name }) => name).filter((name) => !covered.has(name))
  // osls writes the payload version itself, and keeps nothing without an identity source.
  expect(uncovered).toEqual(['ttl-without-source', 'payload-version-missing'])
})
