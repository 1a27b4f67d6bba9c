import { describe, expect, it } from 'vitest'
import { diffRules } from '../../cli/routes/diff.ts'
import { importRoutes } from '../../cli/routes/openapi.ts'
import type { Config } from '../../shared/index.ts'
import { createRules } from '../../shared/policy/rules.ts'
import { useWorkplace } from './command.ts'

type Routes = NonNullable<Config['routes']>

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

describe('routes diff', () => {
  const rulesFor = (routes: Routes, otherwise?: 'authenticated') =>
    createRules({ issuers: ISSUERS, routes, ...(otherwise && { otherwise }) })
  const diff = (before: Routes, after: Routes) =>
    diffRules(rulesFor(before), rulesFor(after)).map(({ route, change, gains, loses }) => [
      route,
      change,
      gains,
      loses,
    ])
  const one = (before: Routes[string], after: Routes[string]) =>
    diff({ 'GET /a': before }, { 'GET /a': after })

  it.each<readonly [string, Routes[string], Routes[string], string | null, string | null]>([
    [
      'a further scope',
      { scopes: 'a' },
      { scopes: ['b', 'a'] },
      null,
      'tokens with scope a, without scope b',
    ],
    [
      'a further alternative',
      { anyScope: ['a'] },
      { anyScope: ['a', 'b'] },
      'tokens with scope a or b, without scope a',
      null,
    ],
    [
      'another scope',
      { scopes: 'a' },
      { scopes: 'b' },
      'tokens with scope b, without scope a',
      'tokens with scope a, without scope b',
    ],
    ['a route that opens', 'authenticated', 'public', 'anybody without a trusted token', null],
    [
      'a shorter lifetime',
      { maxLifetimeSeconds: 900 },
      { maxLifetimeSeconds: 60 },
      null,
      'tokens with lifetime of at most 900 s, without lifetime of at most 60 s',
    ],
  ])('tells of %s', (...[, before, after, gains, loses]) => {
    expect(one(before, after)).toEqual([['GET /a', 'changed', gains, loses]])
  })

  it('is silent where nothing changes but the spelling', () => {
    expect(one({ scopes: 'a b' }, { scopes: ['b', 'a'] })).toEqual([])
    expect(
      diff(
        { 'GET /a/{id}': { bind: { id: 'sub' } }, 'GET /b': 'public' },
        { 'GET /b': 'public', 'GET /a/{name}': { bind: { name: 'sub' } } },
      ),
    ).toEqual([])
  })

  it('sees what another pattern, or nothing, answers in place of a removed one', () => {
    expect(
      diff(
        {
          'GET /a/secret': { scopes: 'secret' },
          'GET /a/{id}': 'authenticated',
          'GET /z': 'public',
        },
        { 'GET /a/{id}': 'authenticated' },
      ),
    ).toEqual([
      ['GET /a/secret', 'changed', 'every trusted token, without scope secret', null],
      ['GET /z', 'removed', null, 'everybody'],
    ])
  })

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
        change: 'removed',
        before: 'public',
        after: 'refused',
        gains: null,
        loses: 'everybody',
      },
    ])
  })
})

describe('routes import', () => {
  const SCHEMES = {
    oauth: { type: 'oauth2', flows: {} },
    oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://x' },
    bearer: { type: 'http', scheme: 'Bearer' },
    key: { type: 'apiKey', in: 'header', name: 'k' },
  }
  const read = (security: unknown, path = '/a', more: object = {}) => {
    const found = importRoutes(
      {
        openapi: '3.1.0',
        ...more,
        paths: { [path]: { get: { security } } },
        components: { securitySchemes: SCHEMES },
      },
      '',
    )
    if (typeof found === 'string') throw new TypeError(found)
    return [Object.values(found.routes)[0] ?? null, found.notes[0]?.kind ?? null]
  }

  it.each<readonly [string, unknown, unknown, string | null]>([
    ['scopes of one entry: all', [{ oauth: ['a', 'b'] }], { scopes: ['a', 'b'] }, null],
    ['entries: any', [{ oauth: ['a'] }, { oidc: ['b'] }], { anyScope: ['a', 'b'] }, null],
    [
      'what all entries share',
      [{ oauth: ['a', 'b'] }, { oauth: ['c', 'a'] }],
      { scopes: 'a', anyScope: ['b', 'c'] },
      null,
    ],
    ['an entry that asks less', [{ oauth: ['a', 'b'] }, { oauth: ['a'] }], { scopes: 'a' }, null],
    ['two schemes in one entry', [{ oauth: ['a'], oidc: ['b'] }], { scopes: ['a', 'b'] }, null],
    ['a token without scopes', [{ bearer: [] }, { oauth: ['a'] }], 'authenticated', null],
    ['nothing asked', [], 'public', 'public'],
    ['a token that is optional', [{ oauth: ['a'] }, {}], 'public', 'public'],
    ['no security at all', undefined, null, 'unprotected'],
    ['a choice between sets', [{ oauth: ['a', 'b'] }, { oauth: ['c'] }], null, 'not expressible'],
    ['another kind of credential', [{ key: [] }], null, 'not expressible'],
    ['a scheme that is not described', [{ ghost: [] }], null, 'not expressible'],
  ])('%s', (_, security, policy, kind) => {
    expect(read(security)).toEqual([policy, kind])
  })

  it('takes the security of the whole where an operation names none', () => {
    expect(read(undefined, '/a', { security: [{ oauth: ['a'] }] })).toEqual([{ scopes: 'a' }, null])
  })

  it('does not guess at a path that no rule can name', () => {
    expect(read([{ oauth: ['a'] }], '/a/{id}.json')).toEqual([null, 'not expressible'])
  })

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
    expect(ran.stdout).toMatch(/unprotected +POST \/v1\/b\/\{b_id\} +no security is named/)
    expect(ran.stdout).toMatch(/unmatched +GET \/a\/new +a rule of the configuration that no/)
    expect(ran.stdout).not.toMatch(/unmatched +GET \/v1/) // `GET /{rest+}` answers it
  })

  it.each([
    ['swagger: "2.0"', /OpenAPI 3\.x is read, not 2\.0/],
    ['- 1', /no description of an API/],
    ['a: [', /api\.yaml: .+\n {2}Mend: Mend the YAML/],
    ['a: &a [*a]\nopenapi: 4', /OpenAPI 3\.x is read/],
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
