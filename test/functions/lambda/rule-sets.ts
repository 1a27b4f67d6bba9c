/** Random rule sets, tokens and requests: small alphabets, so that patterns and paths collide often. */
import fc from 'fast-check'
import type { RoutePolicy } from '../../../shared/index.ts'

export const SECRET = 'a secret of at least thirty-two bytes, for tests only'
export const ISSUER = 'https://issuer.example/'
export const AUDIENCE = 'https://api.example.com'

export type RuleSet = Readonly<Record<string, RoutePolicy | 'public' | 'authenticated'>>

/** Literals that need percent-encoding among them. */
const LITERALS = ['a', 'b', 'me', 'x|y', 'é']
const SUBJECTS = ['auth0|1', 'a', 'me', 'x|y', 'service@clients']
const SCOPES = ['s1', 's2', 's3']
const NAMES = ['p', 'q', 'r', 't']

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

const method = fc.constantFrom('GET', 'GET', 'GET', 'POST', 'HEAD', 'OPTIONS', '*')

const policy = (pattern: string): fc.Arbitrary<RuleSet[string]> => {
  const names = [...pattern.matchAll(/\{(\w+)/g)].map(([, name]) => name ?? '')
  const bound = fc.record({
    bind: fc.constant(Object.fromEntries(names.slice(0, 1).map((name) => [name, 'sub']))),
    scopes: fc.constantFrom('s1', 's2'),
  })
  const bypassable = bound.map((rule) => ({ ...rule, bindBypassScope: 's3', hideExistence: true }))
  const plain = fc.oneof(
    fc.constant<RuleSet[string]>('public'),
    fc.constant<RuleSet[string]>('authenticated'),
    fc.record({ scopes: fc.constantFrom('s1', 's2', 's3') }),
    fc.record({ anyScope: fc.constant(['s1', 's2']) }),
    fc.record({ principal: fc.constantFrom('user' as const, 'machine' as const) }),
    fc.record({ permissions: fc.constantFrom('s1', 's2') }),
    fc.record({ maxLifetimeSeconds: fc.constantFrom(60, 7200) }),
    fc.record({ accept: fc.constantFrom(['jwt' as const], ['introspected' as const]) }),
  )
  return names.length === 0 ? plain : fc.oneof(plain, plain, bound, bypassable)
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
}

export const caller: fc.Arbitrary<Caller> = fc.record({
  sub: fc.constantFrom(...SUBJECTS),
  scope: scopes.map((names) => names.join(' ')),
  permissions: scopes,
})

export interface Call {
  readonly method: string
  /** As the ARN spells it. */
  readonly path: string
}

const VALUES = [...LITERALS, ...SUBJECTS, 'zz', 'a*b']

type Asked = readonly [method: string, segments: readonly string[]]

const anyMethod = fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE')

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
    })
    .map(({ asked: [name, segments], encoded, slash }) => {
      const texts = encoded ? segments.map(encodeURIComponent) : segments
      return { method: name, path: `/${texts.join('/')}${slash && texts.length > 0 ? '/' : ''}` }
    })

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
