import { describe, expect, it } from 'vitest'
import { describeAccess } from '../../cli/routes/describe.ts'
import { compileRule } from '../../shared/policy/rule.ts'
import { useWorkplace } from './command.ts'

const ISSUERS = [{ issuer: 'https://tenant.example.com/', audience: 'https://api.example.com' }]
const place = useWorkplace({
  issuers: ISSUERS,
  routes: {
    'GET /{rest+}': 'authenticated',
    '* /a/{id}': { scopes: 'write:a', bind: { id: 'sub' }, bindBypassScope: 'admin' },
    'GET /a/{id}': { anyScope: ['read:a', 'write:a'] },
    'GET /a/new': 'public',
  },
})

describe('routes', () => {
  it('are listed as they are tried', async () => {
    const { code, stdout } = await place.run(['routes'])
    expect(code).toBe(0)
    expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['GET /a/new', 'public'],
      ['GET /a/{id}', 'scope read:a or write:a'],
      ['* /a/{id}', 'scope write:a; sub equal to {id} of the path, or scope admin'],
      ['GET /{rest+}', 'any trusted token'],
      ['(anything else)', 'refused'],
      [''],
    ])
  })
})

describe('a route', () => {
  it.each([
    [{ accept: ['introspected', 'jwt'] }, 'any trusted token'],
    [{ accept: ['jwt', 'userinfo'] }, 'any trusted token; kind jwt or userinfo'],
    [{ scopes: 'a', userinfo: 'required' }, 'scope a; /userinfo required'],
    [{ verdictSeconds: 0 }, 'any trusted token; age of a verdict at most 0 s'],
    [{ maxAgeSeconds: 9 }, 'any trusted token; age at most 9 s'],
  ] as const)('of %j is told whole', (policy, asks) => {
    expect(describeAccess(compileRule(policy))).toBe(asks)
  })
})

describe('routes diff', () => {
  it('compares files, and exits with 1 where they differ', async () => {
    const old = await place.write('old.json', { issuers: ISSUERS, routes: { 'GET /a': 'public' } })
    const now = await place.write('new.json', { issuers: ISSUERS, routes: {} })
    const same = await place.run(['routes', 'diff', old, old])
    expect([same.code, same.stdout]).toEqual([0, '  ✓ the same access for everybody\n'])
    const differs = await place.run(['routes', 'diff', old, now, '--json'])
    expect(differs.code).toBe(1)
    expect(differs.json()).toEqual([
      {
        route: 'GET /a',
        change: 'no-longer-matched',
        before: { pattern: 'GET /a', asks: 'public' },
        after: null,
        gains: [],
        loses: ['everybody'],
      },
    ])
  })

  it('says to people which rule answers in place of another', async () => {
    const kept = { 'GET /a/{id}': 'authenticated' }
    const routes = { ...kept, 'GET /a/x': { scopes: 'x' }, 'GET /z': 'public' }
    const old = await place.write('old.json', { issuers: ISSUERS, routes })
    const now = await place.write('new.json', { issuers: ISSUERS, routes: kept })
    const { code, stdout } = await place.run(['routes', 'diff', old, now])
    expect(code).toBe(1)
    expect(stdout).toBe(`GET /a/x  changed
  scope x → any trusted token (GET /a/{id})
  + gains: tokens without the scope "x"
GET /z  no longer matched
  public → refused
  − loses: everybody
`)
  })
})

describe('routes import', () => {
  it('prints rules to paste, and what is left to decide', async () => {
    const yaml = `openapi: 3.0.3
paths:
  /b/{b.id}/:
    get: { security: [{ oauth: [read:b] }] }
    post: {}
components: { securitySchemes: { oauth: { type: oauth2, flows: {} } } }
`
    const file = await place.write('api.yaml', yaml)
    const ran = await place.run(['routes', 'import', file, '--prefix', '/v1'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain("  'GET /v1/b/{b_id}': { scopes: 'read:b' },\n")
    expect(ran.stdout).toMatch(/error {2}\S+api\.yaml:5 {2}operation-unprotected\n +"POST \/v1\/b/)
    expect(ran.stdout).toMatch(/operation-unmatched\n +"POST \/v1\/b\/\{b_id\}" is answered by no/)
    expect(ran.stdout).toMatch(/rule-undescribed\n +"GET \/a\/new" is a rule/)
    expect(ran.stdout).not.toMatch(/operation-unmatched\n +"GET/) // `GET /{rest+}` answers it
  })

  it('is told by people and programs alike: JSON has the lines', async () => {
    const description = `openapi: 3.1.0
security: [{ oauth: [read] }]
paths:
  /a/{id}: { get: {} }
  /health: { get: { security: [] } }
components: { securitySchemes: { oauth: { type: oauth2, flows: {} } } }
`
    const file = await place.write('api.yaml', description)
    const { code, json } = await place.run(['routes', 'import', file, '--json'])
    expect(json()).toMatchObject({
      routes: { 'GET /a/{id}': { scopes: 'read' }, 'GET /health': 'public' },
      findings: [
        { rule: 'operation-public', severity: 'warning', file, line: 5, place: `${file}:5` },
        { rule: 'rule-undescribed', message: expect.stringContaining('"* /a/{id}"') },
      ],
    })
    expect(code).toBe(0)
  })

  it('takes a prefix with a slash at its end, and a description by a pipe', async () => {
    const input = 'openapi: 3.1.0\npaths: { /a: { get: { security: [] } }, /b: { get: {} } }\n'
    const ran = await place.run(['routes', 'import', '-', '--prefix', '/v1/', '--json'], { input })
    expect(ran.json().routes).toEqual({ 'GET /v1/a': 'public' })
    expect(ran.json().findings[0].place).toBe('stdin:2')
    const without = await place.run(['routes', 'import', '-', '--prefix', 'v1'], { input })
    expect([without.code, without.stderr]).toEqual([64, expect.stringMatching(/--prefix \/v1\n/)])
  })

  it('prints no rule for an operation that is left out', async () => {
    const input = 'openapi: 3.1.0\npaths: { /a: { post: {} } }\n'
    const { findings } = (await place.run(['routes', 'import', '-', '--json'], { input })).json()
    expect(findings[1]).toMatchObject({
      rule: 'operation-unmatched',
      mend: expect.stringMatching(/by hand/),
    })
  })

  it('refuses scopes that no configuration can have', async () => {
    const file = await place.write(
      'api.yaml',
      'openapi: 3.1.0\npaths: { /a: { get: { security: [{ o: ["a\\nb"] }] } } }\ncomponents: { securitySchemes: { o: { type: oauth2 } } }\n',
    )
    const { code, stderr } = await place.run(['routes', 'import', file])
    expect([code, stderr]).toEqual([64, expect.stringMatching(/Fix: Fix the scopes/)])
  })

  it.each([
    ['swagger: "2.0"', /api\.yaml:1: OpenAPI 3\.0 to 3\.2 is read, not 2\.0\.\n {2}Fix: Give it/],
    ['- 1', /is read, not this/],
    ['a:\n  b: [', /api\.yaml:2: .+\n {2}Fix: Give it an OpenAPI/],
    ['a: &a [*a]\nopenapi: 4', /is read, not 4/],
  ])('refuses %j', async (text, message) => {
    const { code, stderr } = await place.run([
      'routes',
      'import',
      await place.write('api.yaml', text),
    ])
    expect(code).toBe(64)
    expect(stderr).toMatch(message)
  })
})
