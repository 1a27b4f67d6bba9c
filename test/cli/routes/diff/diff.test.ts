import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffRoutes } from '../../../../cli/routes/diff/diff.ts'
import type { Config, RoutePolicy } from '../../../../shared/config/types.ts'
import { checkRule } from '../../../../shared/policy/check.ts'
import { readPath } from '../../../../shared/policy/path.ts'
import { readParameter } from '../../../../shared/policy/route.ts'
import { createRules } from '../../../../shared/policy/rules.ts'
import type { Identity } from '../../../../shared/types.ts'
import { call, caller, ruleSet } from '../../../functions/lambda/rule-sets.ts'
import type { Call, Caller } from '../../../functions/lambda/rule-sets.ts'

type Policy = RoutePolicy | 'public' | 'authenticated'
type Routes = Readonly<Record<string, Policy>>

const configOf = (routes: Routes, more: object = {}): Config => ({
  issuers: [{ issuer: 'https://issuer.example/', audience: 'https://api.example.com' }],
  routes,
  ...more,
})

/** Each difference in one line. */
const diff = (before: Routes, after: Routes) =>
  diffRoutes(configOf(before), configOf(after)).map(
    ({ route, change, gains, loses }) =>
      `${route} ${change}${gains.map((whom) => ` +${whom}`)}${loses.map((whom) => ` -${whom}`)}`,
  )
const change = (before: Policy, after: Policy) =>
  diff({ 'GET /a/{id}': before }, { 'GET /a/{id}': after }).map((text) =>
    text.replace('GET /a/{id} ', ''),
  )

test('says nothing of configurations that let in the same', () => {
  expect(change('authenticated', {})).toEqual([])
  expect(change({ scopes: 'a b' }, { scopes: ['b', 'a'] })).toEqual([])
  expect(diff({ 'GET /a/{x}': 'public' }, { 'GET /a/{y}/': 'public' })).toEqual([])
  expect(change({ bind: { id: 'sub' } }, { bind: { id: 'sub' }, hideExistence: true })).toEqual([])
  expect(change({ scopes: 'a' }, { anyScope: ['a'] })).toEqual([])
  expect(change({ accept: ['introspected', 'jwt'] }, { userinfo: 'optional' })).toEqual([])
  expect(
    diff(
      { 'GET /{a}/{b}': { bind: { a: 'sub' } }, 'GET /c': 'public' },
      { 'GET /c': 'public', 'GET /{b}/{a}': { bind: { b: 'sub' } } },
    ),
  ).toEqual([])
})

describe('a route', () => {
  test.each<[string, Policy, Policy, string[]]>([
    ['opened to all', { scopes: 'a' }, 'public', ['newly-public +everybody']],
    ['closed', 'public', { scopes: 'a' }, ['no-longer-public -whoever does not satisfy the rule']],
    [
      'with a scope more',
      'authenticated',
      { scopes: 'a' },
      ['changed -tokens without the scope "a"'],
    ],
    [
      'with a scope less',
      { scopes: 'a b' },
      { scopes: 'a' },
      ['changed +tokens without the scope "b"'],
    ],
    [
      'with another scope',
      { scopes: 'a' },
      { scopes: 'b' },
      ['changed +tokens without the scope "a" -tokens without the scope "b"'],
    ],
    [
      'with more to choose from',
      { anyScope: ['a', 'b'] },
      { anyScope: ['a', 'b', 'c'] },
      ['changed +tokens with none of the scopes a, b'],
    ],
    [
      'with a choice where there was none',
      { scopes: 'a' },
      { anyScope: ['a', 'b'] },
      ['changed +tokens without the scope "a"'],
    ],
    [
      'with no choice left',
      { anyPermission: ['a', 'b'] },
      { permissions: 'a' },
      ['changed -tokens without the permission "a"'],
    ],
    [
      'with a permission more',
      {},
      { permissions: 'a' },
      ['changed -tokens without the permission "a"'],
    ],
    [
      'for users alone',
      {},
      { principal: 'user' },
      ['changed -tokens of other principals than user'],
    ],
    [
      'for machines as well',
      { principal: 'user' },
      { principal: ['user', 'machine'] },
      ['changed +tokens of other principals than user'],
    ],
    [
      'for one organization',
      {},
      { organizations: ['o'] },
      ['changed -tokens of other organizations than o'],
    ],
    ['for one client', {}, { clients: ['c'] }, ['changed -tokens of other clients than c']],
    [
      'with a claim',
      {},
      { claims: { plan: ['x', 'y'] } },
      ['changed -tokens whose claim "plan" is none of x, y'],
    ],
    [
      'with a claim of another type',
      { claims: { n: 1 } },
      { claims: { n: '1' } },
      ['changed +tokens whose claim "n" is none of 1 -tokens whose claim "n" is none of 1'],
    ],
    ['that is bound', {}, { bind: { id: 'sub' } }, ['changed -callers whose "sub" is not {id}']],
    [
      'bound by another claim',
      { bind: { id: 'sub' } },
      { bind: { id: 'uid' } },
      ['changed +callers whose "sub" is not {id} -callers whose "uid" is not {id}'],
    ],
    [
      'with a way round its bind',
      { bind: { id: 'sub' } },
      { bind: { id: 'sub' }, bindBypassScope: 's' },
      ['changed +tokens for other objects, by the scope "s"'],
    ],
    [
      'for shorter tokens',
      { maxLifetimeSeconds: 900 },
      { maxLifetimeSeconds: 60 },
      ['changed -tokens that live longer than 60 s'],
    ],
    ['for younger tokens', {}, { maxAgeSeconds: 60 }, ['changed -tokens that are older than 60 s']],
    [
      'that nobody else may use',
      {},
      { delegation: 'forbid' },
      ['changed -tokens used on behalf of somebody'],
    ],
    [
      'that one actor may use',
      { delegation: 'forbid' },
      { delegation: { actors: ['a'] } },
      ['changed +tokens used on behalf of somebody'],
    ],
    [
      'that fewer actors may use',
      { delegation: { actors: ['a', 'b'] } },
      { delegation: { actors: ['a'] } },
      ['changed -tokens used on behalf of somebody, but by a'],
    ],
    [
      'for other kinds of token',
      { accept: ['jwt'] },
      { accept: ['userinfo', 'identity-provider'] },
      [
        'changed +tokens of the kind userinfo, +tokens of the kind identity-provider -tokens of the kind jwt',
      ],
    ],
    [
      'whose user must be known',
      { userinfo: 'optional' },
      { userinfo: 'required' },
      ['changed -tokens for whose user /userinfo gives no answer'],
    ],
    [
      'with younger verdicts',
      {},
      { verdictSeconds: 0 },
      ['changed -tokens whose verdict is older than 0 s'],
    ],
    [
      'with an option that is not known here',
      {},
      { later: 1 } as Policy,
      ['changed -tokens that do not satisfy `later`'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(change(before, after)).toEqual(expected)
  })
})

describe('patterns', () => {
  test('that are new, or gone', () => {
    expect(diff({ 'GET /a': 'authenticated' }, { 'POST /b': 'authenticated' })).toEqual([
      'GET /a no-longer-matched -tokens that satisfy the rule',
      'POST /b newly-reachable +tokens that satisfy the rule',
    ])
  })

  test('that take requests from a broader one', () => {
    const before: Routes = { 'GET /a/{id}': { scopes: 'a' } }
    expect(diff(before, { ...before, 'GET /a/me': 'public' })).toEqual([
      'GET /a/me newly-public +everybody',
    ])
  })

  test('of every method change in one line', () => {
    expect(diff({ '* /a': 'authenticated' }, { '* /a': 'public' })).toEqual([
      '* /a newly-public +everybody',
    ])
  })

  test('whose method is taken out of any', () => {
    const before: Routes = { '* /a': 'authenticated' }
    expect(diff(before, { ...before, 'DELETE /a': { scopes: 'x' } })).toEqual([
      'DELETE /a changed -tokens without the scope "x"',
    ])
  })

  test('that cross', () => {
    const crossed: Routes = { 'GET /{y}/b': { scopes: 'b' } }
    expect(diff({ ...crossed, 'GET /a/{x}': { scopes: 'a' } }, crossed)).toContain(
      'GET /a/b changed +tokens without the scope "a" -tokens without the scope "b"',
    )
  })

  test('whose parameter of one name stands elsewhere, or takes more', () => {
    const bound = { bind: { id: 'sub' } }
    const differs = (before: string, after: string) =>
      diff({ [before]: bound }, { [after]: bound }).filter((text) => text.includes('callers'))
    const both = '+callers whose "sub" is not {id} -callers whose "sub" is not {id}'
    expect(differs('GET /{id}/{b}', 'GET /{a}/{id}')).toEqual([`GET /{id}/{b} changed ${both}`])
    expect(differs('GET /{id}/b', 'GET /a/{id}')).toEqual([`GET /a/b changed ${both}`])
    expect(differs('GET /{id+}', 'GET /{id}/{b}')).toEqual([`GET /{id}/{b} changed ${both}`])
    expect(differs('GET /{id+}', 'GET /{a}/{id}')).toEqual([`GET /{a}/{id} changed ${both}`])
  })

  test('are told of as they are tried, with what answers', () => {
    const secret: Routes = { 'GET /a/{id}': 'authenticated', 'GET /a/x': { scopes: 's' } }
    const [first, ...more] = diffRoutes(
      configOf({ 'GET /b': 'public', ...secret }),
      configOf({ 'GET /a/{id}': 'authenticated' }),
    )
    expect(first).toMatchObject({
      route: 'GET /a/x',
      before: { pattern: 'GET /a/x', asks: 'scope s' },
      after: { pattern: 'GET /a/{id}', asks: 'any trusted token' },
    })
    expect(more.map(({ route, after }) => [route, after])).toEqual([['GET /b', null]])
  })

  test('of handshakes', () => {
    expect(diff({ $connect: { scopes: 'a' } }, { $connect: 'authenticated' })).toEqual([
      '$connect changed +tokens without the scope "a"',
    ])
    expect(diff({ $connect: { scopes: 'a' } }, {})).toEqual([
      '$connect no-longer-matched -tokens that satisfy the rule',
    ])
    const open = { otherwise: 'authenticated' }
    const rest = diffRoutes(configOf({ $connect: { scopes: 'a' } }, open), configOf({}, open))
    expect(rest.map(({ route, change: kind }) => [route, kind])).toEqual([['$connect', 'changed']])
  })
})

test('what no pattern matches may be let in as well', () => {
  const differences = diffRoutes(configOf({}), configOf({}, { otherwise: 'authenticated' }))
  expect(differences).toMatchObject([
    { route: '(anything else)', change: 'newly-reachable', before: null },
  ])
})

const identityOf = ({ sub, scope, permissions }: Caller): Identity => ({
  subject: sub,
  issuer: 'https://issuer.example/',
  audience: [],
  clientId: 'client',
  scopes: scope === '' ? [] : scope.split(' '),
  permissions,
  issuedAt: 0,
  expiresAt: 600,
  tokenKind: 'jwt',
  claims: { sub },
})

/** Is this caller let in, and by which pattern? */
function ask(routes: Routes, { method, path }: Call, given: Caller) {
  const segments = readPath(path)
  const found = segments && createRules(configOf(routes)).table.match(method, segments)
  if (!segments || !found) return { isIn: false, pattern: undefined }
  const { pattern, rule } = found
  const parameter = (name: string) => readParameter(pattern, segments, name)
  const isIn = rule === 'public' || !checkRule(rule, identityOf(given), parameter)
  return { isIn, pattern: pattern.text }
}

test('whoever is let in or shut out is told of, between the two patterns that answered', () => {
  const configurations = fc
    .tuple(ruleSet, ruleSet)
    .chain(([before, after]) =>
      fc.tuple(fc.constant(before), fc.constant(after), call({ ...before, ...after }), caller),
    )
  fc.assert(
    fc.property(configurations, ([before, after, request, given]) => {
      const [old, now] = [ask(before, request, given), ask(after, request, given)]
      if (old.isIn === now.isIn) return
      const told = diffRoutes(configOf(before), configOf(after)).filter(
        (one) => one.before?.pattern === old.pattern && one.after?.pattern === now.pattern,
      )
      const whom = told.flatMap(({ gains, loses }) => (now.isIn ? gains : loses))
      expect(whom).not.toEqual([])
    }),
    { seed: 20261124, numRuns: 3_000 },
  )
})
