import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nearestOption } from '../../cli/check/names.ts'
import { forecastPolicies } from '../../cli/check/policy.ts'
import type { Config } from '../../shared/index.ts'
import { createRules } from '../../shared/policy/rules.ts'
import { createKey } from '../support/keys.ts'
import { startScriptedIssuer, type ScriptedIssuerOptions } from '../support/scripted-issuer.ts'
import { useWorkplace, type Json } from './command.ts'

const place = useWorkplace()

async function check(config: object, words: readonly string[] = ['--json']) {
  const file = await place.write('authorizer.config.json', config)
  return place.run(['check', '-c', file, ...words])
}

const configFor = (issuer: string, more: object = {}): Config => ({
  issuers: [{ issuer, audience: 'https://api.example.com', ...more }],
  routes: { 'GET /a': { scopes: 'read:a' } },
})

async function checkAgainst(
  {
    prepare = () => undefined,
    ...options
  }: ScriptedIssuerOptions & {
    prepare?: (issuer: Awaited<ReturnType<typeof startScriptedIssuer>>) => void
  },
  more: object = {},
) {
  const issuer = await startScriptedIssuer(options)
  prepare(issuer)
  const ran = await check(configFor(issuer.issuer, more))
  await issuer.close()
  return { ...ran, report: ran.json(), endedAt: Date.now() }
}

const rulesOf = ({ findings }: { findings: readonly { rule: string; severity: string }[] }) =>
  findings.map(({ rule, severity }) => `${severity} ${rule}`)

/** A date is cut to the second, and read at some time between the answer and the end of the run. */
function expectDifference(seconds: number, expected: number, elapsedMs: number) {
  expect(seconds).toBeLessThanOrEqual(expected)
  expect(seconds).toBeGreaterThanOrEqual(expected - 1 - Math.ceil(elapsedMs / 1000))
}

describe('an issuer that answers', () => {
  it('is told with its keys and its clock', async () => {
    let answeredAt = 0
    const { code, report, endedAt } = await checkAgainst({
      prepare: (issuer) =>
        issuer.answer('jwks', () => {
          answeredAt = Date.now()
          return { body: issuer.jwks() }
        }),
    })
    expect([code, report.findings]).toEqual([0, []])
    expect(report.issuers[0]).toMatchObject({
      state: 'reached',
      configured: ['RS256'],
      keys: [{ kid: 'rs256-0', alg: 'RS256', isUsable: true }],
    })
    expectDifference(report.issuers[0].clockDifferenceSeconds, 0, endedAt - answeredAt)
  })

  it('has to publish keys for what is configured', async () => {
    const { code, report } = await checkAgainst({}, { algorithms: ['ES256'] })
    expect([code, rulesOf(report)]).toEqual([1, ['error issuer-algorithms']])
    expect(report.findings[0]).toMatchObject({
      place: 'issuers[0].algorithms',
      message: 'no published key verifies ES256',
      mend: 'The keys are for RS256.',
    })
  })

  it('may have keys that verify nothing', async () => {
    const keys = [createKey(), createKey('RS256', { nth: 1, jwk: { use: 'enc' } })]
    const { code, report } = await checkAgainst({ keys })
    expect([code, rulesOf(report)]).toEqual([0, ['warning issuer-keys']])
  })

  it('has to name itself to the letter', async () => {
    const { code, report } = await checkAgainst({
      prepare: (issuer) =>
        issuer.answer('discovery', {
          body: { ...issuer.discovery(), issuer: `${issuer.issuer}\u001b[2Jx` },
        }),
    })
    expect([code, rulesOf(report)]).toEqual([1, ['error issuer-keys']])
    expect(report.findings[0].message).toMatch(/another issuer \(it names http:.*\)/)
  })

  it('that answers for all tenants at once is asked for as one of them', async () => {
    const { report } = await checkAgainst({
      prepare: (issuer) =>
        issuer.answer('discovery', {
          body: { ...issuer.discovery(), issuer: 'https://login.example.com/{tenantid}/v2.0' },
        }),
    })
    expect(report.findings[0]).toMatchObject({
      message: 'discovery: another issuer (it names https://login.example.com/{tenantid}/v2.0)',
      mend: "Write your tenant's own issuer: this document is for all tenants.",
    })
  })

  it('with its keys on another host is told where they are, for `jwksUri`', async () => {
    const keys = 'https://keys.example.net/v3/certs'
    const { code, report } = await checkAgainst({
      prepare: (issuer) =>
        issuer.answer('discovery', { body: { ...issuer.discovery(), jwks_uri: keys } }),
    })
    expect([code, rulesOf(report)]).toEqual([1, ['error issuer-keys']])
    expect(report.findings[0]).toMatchObject({
      message: `discovery: jwks_uri not on the host of the issuer (it names ${keys})`,
      mend: expect.stringContaining('`jwksUri`'),
    })
  })

  it('may have another clock', async () => {
    let answeredAt = 0
    const { code, report, endedAt } = await checkAgainst({
      prepare: (issuer) =>
        issuer.answer('jwks', () => {
          answeredAt = Date.now()
          const date = new Date(answeredAt + 90_000).toUTCString()
          return { body: issuer.jwks(), headers: { date } }
        }),
    })
    expect([code, rulesOf(report)]).toEqual([0, ['warning issuer-clock']])
    const [, seconds] = /^its clock is (\d+) s ahead/.exec(report.findings[0].message) ?? []
    expectDifference(Number(seconds), 90, endedAt - answeredAt)
  })
})

describe('an issuer that does not answer', () => {
  it('is an outage, not a fault: exit code 2', async () => {
    const { code, report } = await checkAgainst({
      prepare: (issuer) => issuer.answer('discovery', { status: 503 }),
    })
    expect([code, rulesOf(report)]).toEqual([2, ['unreachable issuer-keys']])
    expect(report.findings[0].message).toMatch(/status 503 \(http.*\/\.well-known\/.*\)$/)
  })

  it('is not asked with --offline', async () => {
    const ran = await check(configFor('http://127.0.0.1:9/'), ['--offline', '--json'])
    expect([ran.code, ran.json().issuers[0].state]).toEqual([0, 'not asked'])
  })
})

describe('the configuration', () => {
  it('that misspells an option is told which one is like it', async () => {
    const ran = await check({
      issuers: [{ issuer: 'https://x.example.com', audiance: 'a', xyzzy: 1 }],
      routes: { 'GET /a': { scope: 'read:a' } },
    })
    const mends = ran.json().findings.map(({ place, mend }: Json) => `${place} ${mend}`)
    expect(mends.join('\n')).toMatch(/audiance Write `audience`/)
    expect(mends.join('\n')).toMatch(/scope Write `scopes`/)
    expect(mends.join('\n')).toMatch(/xyzzy Write the name that was meant/)
  })

  it.each([
    ['issuers[0].scopes', null],
    ['issuers[0].claims.scopes', 'scope'],
    ['issuers[0].opaque.introspect.clientID', 'clientId'],
    ['issuers[0].opaque.userinfo.cacheSecond', 'cacheSeconds'],
    ['identityProviders[1].appId', 'appIds'],
    ['identityProviders[1].appIds', null],
    ['routes["GET /a[0].b"].scope', 'scopes'],
    ['scopes', null],
    ['route', 'routes'],
    ['["web-socket"]', 'webSocket'],
    ['nowhere.scope', null],
  ])('may have at %s what it has there: %s', (path, option) => {
    expect(nearestOption(path)).toBe(option)
  })

  it('that is no JSON is told with the line', async () => {
    const file = await place.write('odd.json', '{\n  "issuers": []\n  "routes": {}\n}')
    const { code, stderr } = await place.run(['check', '-c', file])
    expect([code, stderr]).toEqual([64, expect.stringMatching(/odd\.json:3: not JSON/)])
  })

  it('is reported with every fault', async () => {
    const ran = await check({
      issuers: [{ issuer: 'http://x.example.com', audience: '' }],
      routes: { 'GET a': 'public', 'GET /b/{id}': { bind: { uid: 'sub' } } },
      'ev\u001bil': 1,
    })
    expect(ran.code).toBe(1)
    const places = ran.json().findings.map(({ place: where }: { place: string }) => where)
    expect(places).toEqual([
      'issuers[0].issuer',
      'issuers[0].audience',
      '["ev\\u001bil"]',
      'routes["GET a"]',
      'routes["GET /b/{id}"].bind.uid',
    ])
    expect(ran.stdout.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
    expect(ran.json().findings[2].message).toBe('is not supported yet, or misspelt')
    const mends = ran.json().findings.map(({ mend }: { mend: string }) => mend)
    expect(mends).toEqual([
      'Write it so; docs/configuration.md has every option.',
      'Write it so; docs/configuration.md has every option.',
      'Write the name that was meant, or remove it; docs/configuration.md has all.',
      'Write it so; docs/configuration.md has every option.',
      'Write it so; docs/configuration.md has every option.',
    ])
  })

  it('is read by people', async () => {
    const config = configFor('https://tenant.example.com/')
    const ran = await check({ ...config, hints: 'full' }, ['--offline'])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/Routes, the most specific first\n {2}GET \/a +scope read:a\n/)
    expect(ran.stdout).toMatch(/the largest has \d+ of 8192 bytes/)
    expect(ran.stdout).toMatch(/▲ warning {2}hints {2}hints-full\n {4}callers see/)
  })

  it('warns of what no answer that is kept can say', async () => {
    const config = configFor('https://tenant.example.com/')
    const routes = { 'GET /a': { maxAgeSeconds: 60 } }
    const ran = await check({ ...config, routes, cookie: 'session' }, ['--offline', '--json'])
    expect(ran.code).toBe(0)
    expect(ran.json().findings).toMatchObject([
      { rule: 'cookie-and-cache', severity: 'warning', place: 'cookie' },
      { rule: 'age-and-cache', severity: 'warning', place: 'routes["GET /a"].maxAgeSeconds' },
    ])
    const apiGateway = { policy: 'request' }
    const asked = await check({ ...config, apiGateway, cookie: 'session' }, ['--offline', '--json'])
    expect(asked.json().findings).toEqual([])
  })

  it('warns of a parameter that is none', async () => {
    const config = configFor('https://tenant.example.com/')
    const routes = {
      'GET /a/:id/b': 'authenticated',
      'GET /c/{id}': 'public',
      'GET /d:e': 'public',
    }
    const ran = await check({ ...config, routes }, ['--offline', '--json'])
    expect([ran.code, ran.json().findings]).toMatchObject([
      0,
      [{ rule: 'pattern-parameter', place: 'routes["GET /a/:id/b"]', mend: 'Write {id}.' }],
    ])
  })

  it('tells of what the environment replaces', async () => {
    const file = await place.write('replaced.json', configFor('https://tenant.example.com/'))
    const env = { ISSUER: 'https://another.example.com/' }
    const ran = await place.run(['check', '--offline', '--json', '-c', file], { env })
    expect(ran.json().replacedBy).toEqual(['ISSUER'])
    expect(ran.json().issuers[0].issuer).toBe('https://another.example.com/')
  })
})

describe('the forecast of policies', () => {
  const forecast = (routes: NonNullable<Config['routes']>) =>
    forecastPolicies(createRules({ issuers: [], routes }))

  it('finds the rule set that one policy cannot express', () => {
    const { notExpressible } = forecast({
      'GET /{a}': { scopes: 'outer' },
      'GET /{a}/{b}': { scopes: 'middle' },
      'GET /{a}/{b}/{c}': { scopes: 'outer' },
    })
    expect(notExpressible).toEqual(['satisfies only GET /{a} (and 1 like it)'])
  })

  it('finds the policy that is too large', () => {
    const routes = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [`GET /resource-number-${index}`, 'authenticated']),
    )
    const { largestBytes, limitBytes, notExpressible } = forecast(routes as never)
    expect(largestBytes).toBeGreaterThan(limitBytes)
    expect(notExpressible).toContain('satisfies every rule')
  })

  it('has nothing to say of an ordinary one', () => {
    const { notExpressible, largestBytes } = forecast({
      'GET /a': { scopes: 'a' },
      'GET /b/{id}': { bind: { id: 'sub' } },
    })
    expect(notExpressible).toEqual([])
    expect(largestBytes).toBeGreaterThan(500)
  })
})

describe('the lint of deployments', () => {
  const SERVICE = `service: patients
provider: { name: aws, runtime: nodejs24.x }
functions:
  authorizer: { handler: dist/index.handler, timeout: 5 }
  backend:
    handler: backend.handler
    events:
      - http:
          method: GET
          path: a
          authorizer: { name: authorizer, type: request, resultTtlInSeconds: 7200 }
`
  const config = configFor('https://tenant.example.com/')

  it('tells of a fault with its file, line and mend, and ends with 1', async () => {
    await place.write('serverless.yml', SERVICE)
    const ran = await check(config, ['--offline', '--json'])
    const { deployment, findings } = ran.json()
    expect([ran.code, deployment]).toEqual([1, ['serverless.yml']])
    expect(findings).toContainEqual({
      rule: 'ttl-over-limit',
      severity: 'error',
      place: 'serverless.yml:11',
      file: 'serverless.yml',
      line: 11,
      message: expect.stringContaining('7200'),
      mend: expect.stringContaining('60'),
    })
    const told = await check(config, ['--offline'])
    expect(told.code).toBe(1)
    // The worst first, though the warning stands on an earlier line.
    expect(told.stdout).toMatch(
      /\n {2}✗ error {2}serverless\.yml:11 {2}ttl-over-limit\n[^]+▲ warning {2}serverless\.yml:8 /,
    )
    expect(told.stdout).toMatch(
      /\n {4}→ Set `resultTtlInSeconds` to 60[^]+\n {2}1 error, \d warnings\n/,
    )
  })

  it('reads what --deployment names in place of what is there', async () => {
    await place.write('serverless.yml', SERVICE)
    await place.write('sound/serverless.yml', SERVICE.replace('7200', '60'))
    const words = ['--offline', '--json', '--deployment', 'sound/serverless.yml']
    const ran = await check(config, words)
    expect([ran.code, ran.json().deployment]).toEqual([0, ['sound/serverless.yml']])
  })

  it('reads the one file of the Worker that wrangler would take', async () => {
    await place.write('wrangler.toml', 'main = "a.js"\n[cache]\nenabled = true\n')
    await place.write('wrangler.jsonc', '{\n  // The Worker\n  "workers_dev": true,\n}')
    const { deployment, findings } = (await check(config, ['--offline', '--json'])).json()
    expect(deployment).toContain('wrangler.jsonc')
    expect(deployment).not.toContain('wrangler.toml')
    expect(findings).toContainEqual(
      expect.objectContaining({ place: 'wrangler.jsonc:3', rule: 'worker-second-address' }),
    )
  })

  it('reads the one file that osls would take', async () => {
    const file = await place.write('program/authorizer.config.json', config)
    const read = async () => {
      const ran = await place.run(['check', '-c', file, '--offline', '--json'])
      return [ran.code, ran.json().deployment]
    }
    await place.write('program/serverless.ts', 'export default {}')
    expect(await read()).toEqual([0, ['serverless.ts']])
    await place.write('program/serverless.yml', SERVICE)
    expect(await read()).toEqual([1, ['serverless.yml']])
  })

  it('has nothing against this project', async () => {
    const words = ['check', '--offline', '--json', '-c', resolve('authorizer.config.ts')]
    const ran = await place.run(words)
    const { deployment, findings } = ran.json()
    expect(deployment).toEqual(['wrangler.toml', 'serverless.yml'])
    expect([ran.code, findings]).toEqual([0, []])
  })
})
