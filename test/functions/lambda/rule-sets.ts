/** Random rule sets, tokens and requests: small alphabets, so that patterns and paths collide often. */
import fc from 'fast-check'
import type { RoutePolicy } from '../../../shared/index.ts'

export const SECRET = 'a secret of at least thirty-two bytes, for tests only'
export const ISSUER = 'https://issuer.example/'
export const AUDIENCE = 'https://api.example.com'

export type RuleSet = Readonly<Record<string, RoutePolicy | 'public' | 'authenticated'>>

/** Literals that need percent-encoding among them. */
const LITERALS = ['a', 'b', 'me', 'x|y', 'é']
const SUBJECTS = ['auth0|1', 'a', 'me', 'x|y', '%61', 'service', 'service@clients']
const SCOPES = ['s1', 's2', 's3']
const NAMES = ['p', 'q', 'r', 't']
const TIER = 'https://example.com/tier'

const literal = fc.constantFrom(...LITERALS)
const scopes = fc.subarray(SCOPES)

const path = fc
  .record({
    parts: fc.array(fc.oneof({ weight: 3, arbitrary: literal }, fc.constant(null)), {
      maxLength: 4,
    }),
    greedy: fc.boolean(),
  })
  .map(({ parts, greedy }) => {
    const segments = parts.map((part, index) => part ?? `{${NAMES[index]}}`)
    return `/${[...segments, ...(greedy ? ['{rest+}'] : [])].join('/')}`
  })

const method = fc.constantFrom('GET', 'GET', 'GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', '*')

type Policy = RuleSet[string]

/** Every member of a policy but `maxAgeSeconds`: what depends on the time of a call is not kept. */
const member: fc.Arbitrary<RoutePolicy> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ scopes: fc.constantFrom('s1', 's2', 's3', 's1 s2') }) },
  fc.record({ scopes: fc.subarray(SCOPES, { minLength: 1 }) }),
  fc.record({ anyScope: fc.subarray(SCOPES, { minLength: 1 }) }),
  fc.record({ permissions: fc.constantFrom<string | string[]>('s1', ['s2'], ['s1', 's3']) }),
  fc.record({ anyPermission: fc.subarray(SCOPES, { minLength: 1 }) }),
  fc.record({
    principal: fc.constantFrom<NonNullable<RoutePolicy['principal']>>('user', 'machine', [
      'agent',
      'machine',
    ]),
  }),
  fc.record({ organizations: fc.constantFrom(['org_1'], ['org_2', 'Acme']) }),
  fc.record({ clients: fc.constantFrom(['app'], ['app', 'service']) }),
  fc.record({
    claims: fc.constantFrom<NonNullable<RoutePolicy['claims']>>(
      { [TIER]: 'gold' },
      { [TIER]: ['silver', 1, true] },
    ),
  }),
  fc.record({
    delegation: fc.constantFrom<NonNullable<RoutePolicy['delegation']>>('allow', 'forbid', {
      actors: ['agt_1'],
    }),
  }),
  fc.record({ maxLifetimeSeconds: fc.constantFrom(900, 7200) }),
  fc.record({ accept: fc.constantFrom(['jwt' as const], ['introspected' as const]) }),
)

const both = ([one, other]: readonly [RoutePolicy, RoutePolicy]): RoutePolicy => ({
  ...one,
  ...other,
})

const policy = (pattern: string): fc.Arbitrary<Policy> => {
  const names = [...pattern.matchAll(/\{(\w+)/g)].map(([, name]) => name ?? '')
  const plain = fc.oneof(
    fc.constant<Policy>('public'),
    fc.constant<Policy>('authenticated'),
    { weight: 6, arbitrary: member },
    fc.tuple(member, member).map(both),
  )
  if (names.length === 0) return plain
  const bound = fc
    .record({
      bind: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...names).map((name) => ({ [name]: 'sub' })) },
        fc.constant(Object.fromEntries(names.map((name) => [name, 'sub']))),
        fc.constant(Object.fromEntries(names.map((name, at) => [name, at ? 'sub' : 'org_id']))),
      ),
      more: fc.option(member),
      bypass: fc.option(fc.constant({ bindBypassScope: 's3', hideExistence: true })),
    })
    .map(({ bind, more, bypass }): RoutePolicy => ({ bind, ...more, ...bypass }))
  return fc.oneof(plain, plain, bound)
}

export const ruleSet: fc.Arbitrary<RuleSet> = fc
  .array(
    fc
      .tuple(method, path)
      .chain(([name, text]) => policy(text).map((rule) => [`${name} ${text}`, rule] as const)),
    { minLength: 1, maxLength: 7 },
  )
  .map((entries) => Object.fromEntries(entries))

export interface Caller {
  readonly sub: string
  readonly scope: string
  readonly permissions: readonly string[]
  readonly lifetime: number
  readonly [claim: string]: unknown
}

export const caller: fc.Arbitrary<Caller> = fc
  .record({
    sub: fc.constantFrom(...SUBJECTS),
    scope: scopes.map((names) => names.join(' ')),
    permissions: scopes,
    lifetime: fc.constantFrom(900, 3600),
    more: fc.record(
      {
        azp: fc.constantFrom('app', 'service'),
        org_id: fc.constantFrom('org_1', 'org_2', 'a'),
        org_name: fc.constantFrom('acme', 'org_1'),
        act: fc.constantFrom({ sub: 'agt_1' }, { sub: 'x', act: { sub: 'agt_1' } }),
        gty: fc.constantFrom('client-credentials', 'password'),
        sub_profile: fc.constantFrom('user', 'ai_agent', 'service'),
        [TIER]: fc.constantFrom('gold', 'silver', 1, true, ['gold']),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ more, ...rest }) => ({ ...rest, ...more }))

export interface Call {
  readonly method: string
  /** As the ARN spells it. */
  readonly path: string
  /** Spelled as an ARN is not known to be: what is kept may refuse it, and must not let it in. */
  readonly isOdd: boolean
}

const VALUES = [...LITERALS, ...SUBJECTS, 'org_1', 'zz', 'a*b', 'a`b', 'A']

type Asked = readonly [method: string, segments: readonly string[]]

const anyMethod = fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE')

const anyCall: fc.Arbitrary<Asked> = fc.tuple(
  anyMethod,
  fc.array(fc.constantFrom(...VALUES), { maxLength: 5 }),
)

/** A request that one of the patterns matches, were it the only one. */
function callOf(routes: RuleSet): fc.Arbitrary<Asked> {
  const value = fc.constantFrom(...VALUES)
  return fc.constantFrom(...Object.keys(routes)).chain((pattern) => {
    const [name = '*', text = '/'] = pattern.split(' ')
    const parts = text
      .split('/')
      .filter(Boolean)
      .map((segment) => {
        if (segment.endsWith('+}')) return fc.array(value, { minLength: 1, maxLength: 3 })
        return segment.startsWith('{') ? value.map((one) => [one]) : fc.constant([segment])
      })
    return fc.tuple(
      name === '*' ? anyMethod : fc.constantFrom(name, name === 'GET' ? 'HEAD' : name),
      fc.tuple(...parts).map((segments) => segments.flat()),
    )
  })
}

export const call = (routes: RuleSet): fc.Arbitrary<Call> =>
  fc
    .record({
      asked: fc.oneof(anyCall, { weight: 4, arbitrary: callOf(routes) }),
      encoded: fc.boolean(),
      slash: fc.boolean(),
      odd: fc.oneof(
        { weight: 5, arbitrary: fc.constant(null) },
        fc.tuple(fc.constantFrom(...ODDITIES), fc.nat()),
      ),
    })
    .map(({ asked: [method, segments], encoded, slash, odd }) => {
      const texts = encoded ? segments.map(encodeURIComponent) : segments
      const path = `/${texts.join('/')}${slash && texts.length > 0 ? '/' : ''}`
      // A decoded `%` is the start of an escape, and so another path.
      const isOdd = odd !== null || (!encoded && path.includes('%'))
      return { method, path: odd ? odd[0](path, odd[1]) : path, isOdd }
    })

/** Other ways to write a path, or one that some server takes for the same. */
const ODDITIES: readonly ((path: string, at: number) => string)[] = [
  (path) => path.replace(/%../g, (escape) => escape.toLowerCase()),
  (path, at) => change(path, at, (one) => `%${one.charCodeAt(0).toString(16)}`),
  (path, at) => change(path, at, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`),
  (path, at) => insert(path, at, '/'),
  (path, at) => insert(path, at, '/.'),
  (path, at) => insert(path, at, '/zz/..'),
  (path, at) => insert(path, at, '/zz/..;x=1'),
  (path, at) => insert(path, at, '/%2e'),
  (path, at) => insert(path, at, '%2F'),
  (path, at) => insert(path, at, '%2f'),
  (path, at) => insert(path, at, '\\'),
  (path, at) => insert(path, at, '%00'),
]

/** One letter or digit, the `at`th. */
function change(path: string, at: number, write: (one: string) => string): string {
  const places = [...path.matchAll(/(?<!%.?)[a-z0-9]/gi)].map(({ index }) => index)
  const place = places[at % Math.max(places.length, 1)]
  if (place === undefined) return path
  return path.slice(0, place) + write(path.slice(place, place + 1)) + path.slice(place + 1)
}

function insert(path: string, at: number, text: string): string {
  const places = [...path.matchAll(/\//g)].map(({ index }) => index)
  const place = (places[at % places.length] ?? 0) + (text.startsWith('/') ? 0 : 1)
  return path.slice(0, place) + text + path.slice(place)
}

/** As people write them: resources, their items, what items have, and an odd literal among the items. */
const ORDINARY = [
  'GET /health',
  'GET /users',
  'POST /users',
  'GET /users/me',
  'GET /users/{p}',
  'PUT /users/{p}',
  'DELETE /users/{p}',
  'GET /users/{p}/orders',
  'GET /users/{p}/orders/{q}',
  'POST /users/{p}/orders',
  'GET /orders',
  'GET /orders/{p}',
  '* /admin/{rest+}',
  'GET /files/{rest+}',
]

export const ordinaryRuleSet: fc.Arbitrary<RuleSet> = fc
  .subarray(ORDINARY, { minLength: 4 })
  .chain((patterns) => fc.tuple(fc.constant(patterns), fc.tuple(...patterns.map(policy))))
  .map(([patterns, policies]) =>
    Object.fromEntries(patterns.map((pattern, index) => [pattern, policies[index] ?? 'public'])),
  )

/** As one would guard them: a scope for each resource, people's own things bound to them. */
const RESOURCES = ['orders', 'invoices', 'notes'] as const

const guarded = (resource: string): fc.Arbitrary<RuleSet> =>
  fc.record({ bound: fc.boolean(), archive: fc.boolean() }).map(({ bound, archive }) => {
    const read = { scopes: `read:${resource}` }
    const own = { ...read, bind: { p: 'sub' }, bindBypassScope: 'support' }
    return {
      [`GET /${resource}`]: read,
      [`POST /${resource}`]: { scopes: `write:${resource}` },
      [`GET /${resource}/{p}`]: read,
      [`DELETE /${resource}/{p}`]: { scopes: `write:${resource}`, principal: 'user' },
      [`GET /${resource}/{p}/lines`]: read,
      [`GET /${resource}/{p}/lines/{q}`]: read,
      ...(archive && { [`GET /${resource}/archive`]: { scopes: 's3' } }),
      ...(bound && { [`GET /users/{p}/${resource}`]: own }),
      ...(bound && { [`PUT /users/{p}/${resource}/{q}`]: own }),
    }
  })

export const guardedRuleSet: fc.Arbitrary<RuleSet> = fc
  .tuple(...RESOURCES.map(guarded))
  .map((sets) =>
    Object.assign({ 'GET /health': 'public', 'GET /me': 'authenticated' } as RuleSet, ...sets),
  )

const GUARDED_SCOPES = [
  ...RESOURCES.flatMap((name) => [`read:${name}`, `write:${name}`]),
  'support',
  's3',
]

export const guardedCaller: fc.Arbitrary<Caller> = fc.record({
  sub: fc.constantFrom(...SUBJECTS),
  scope: fc.subarray(GUARDED_SCOPES).map((names) => names.join(' ')),
  permissions: fc.constant([]),
  lifetime: fc.constant(3600),
})
