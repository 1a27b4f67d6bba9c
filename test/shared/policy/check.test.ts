/** Each member of a policy, at each edge: what it lets in, and the code of what it does not. */
import { describe, expect, it } from 'vitest'
import type { Identity, RoutePolicy } from '../../../shared/index.ts'
import { checkRule, principalKind } from '../../../shared/policy/check.ts'
import { grantOf } from '../../../shared/policy/grant.ts'
import { compileRule } from '../../../shared/policy/rule.ts'

const identity = (more: Partial<Identity> = {}): Identity => ({
  subject: 'auth0|1',
  issuer: 'https://issuer.example/',
  audience: ['https://api.example.com'],
  clientId: 'client-1',
  scopes: [],
  permissions: [],
  issuedAt: 0,
  expiresAt: 600,
  tokenKind: 'jwt',
  claims: { sub: more.subject ?? 'auth0|1' },
  ...more,
})

const claims = (members: Readonly<Record<string, unknown>>) =>
  identity({ claims: { sub: 'auth0|1', ...members } })

const inheriting = (members: Readonly<Record<string, unknown>>) =>
  identity({ claims: Object.create(members) })

const check = (
  policy: RoutePolicy,
  caller: Identity,
  parameters: Readonly<Record<string, string>> = {},
) => checkRule(compileRule(policy), caller, (name) => parameters[name] ?? null)?.code ?? 'allow'

const scoped = (...scopes: string[]) => identity({ scopes })
const permitted = (...permissions: string[]) => identity({ permissions })

/** What sets the caller apart. */
const describeCaller = ({ scopes, permissions, claims: members }: Identity): string =>
  JSON.stringify({
    ...(scopes.length > 0 && { scopes }),
    ...(permissions.length > 0 && { permissions }),
    ...members,
  })

type Row = readonly [policy: RoutePolicy, caller: Identity, verdict: string]

const TIER = 'https://example.com/tier'

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'no rule': [[{}, identity(), 'allow']],
  scopes: [
    [{ scopes: 'a' }, scoped('a'), 'allow'],
    [{ scopes: 'a' }, scoped('b', 'a'), 'allow'],
    [{ scopes: 'a' }, scoped(), 'insufficient_scope'],
    [{ scopes: 'a' }, scoped('A'), 'insufficient_scope'],
    [{ scopes: 'a' }, scoped('ab'), 'insufficient_scope'],
    [{ scopes: 'ab' }, scoped('a'), 'insufficient_scope'],
    [{ scopes: 'read:*' }, scoped('read:a'), 'insufficient_scope'],
    [{ scopes: 'read:a' }, scoped('read:*'), 'insufficient_scope'],
    [{ scopes: 'a' }, permitted('a'), 'insufficient_scope'],
    [{ scopes: ['a', 'b'] }, scoped('b', 'a'), 'allow'],
    [{ scopes: ['a', 'b'] }, scoped('a'), 'insufficient_scope'],
    [{ scopes: 'a b' }, scoped('a', 'b'), 'allow'],
    [{ scopes: 'a b' }, scoped('b'), 'insufficient_scope'],
    [{ scopes: 'a b' }, scoped('a b'), 'insufficient_scope'],
  ],
  anyScope: [
    [{ anyScope: ['a', 'b'] }, scoped('b'), 'allow'],
    [{ anyScope: ['a', 'b'] }, scoped('c'), 'insufficient_scope'],
    [{ anyScope: ['a', 'b'] }, scoped(), 'insufficient_scope'],
    [{ scopes: 'c', anyScope: ['a', 'b'] }, scoped('a'), 'insufficient_scope'],
    [{ scopes: 'c', anyScope: ['a', 'b'] }, scoped('c'), 'insufficient_scope'],
    [{ scopes: 'c', anyScope: ['a', 'b'] }, scoped('c', 'b'), 'allow'],
  ],
  permissions: [
    [{ permissions: 'a' }, permitted('a'), 'allow'],
    [{ permissions: 'a' }, permitted('ab'), 'insufficient_permissions'],
    [{ permissions: 'a' }, scoped('a'), 'insufficient_permissions'],
    [{ permissions: ['a', 'b'] }, permitted('b', 'a'), 'allow'],
    [{ permissions: ['a', 'b'] }, permitted('a'), 'insufficient_permissions'],
    // Unlike scopes, a permission may hold a space.
    [{ permissions: 'a b' }, permitted('a b'), 'allow'],
    [{ permissions: 'a b' }, permitted('a', 'b'), 'insufficient_permissions'],
  ],
  anyPermission: [
    [{ anyPermission: ['a', 'b'] }, permitted('b'), 'allow'],
    [{ anyPermission: ['a', 'b'] }, permitted('c'), 'insufficient_permissions'],
    [{ permissions: 'c', anyPermission: ['a'] }, permitted('c'), 'insufficient_permissions'],
    [{ permissions: 'c', anyPermission: ['a'] }, permitted('a'), 'insufficient_permissions'],
    [{ permissions: 'c', anyPermission: ['a'] }, permitted('a', 'c'), 'allow'],
  ],
  'scopes and permissions': [
    [{ scopes: 'a', permissions: 'a' }, scoped('a'), 'insufficient_permissions'],
    [{ scopes: 'a', permissions: 'a' }, permitted('a'), 'insufficient_scope'],
    [{ scopes: 'a', permissions: 'a' }, identity(), 'insufficient_scope'],
    [{ scopes: 'a', permissions: 'a' }, identity({ scopes: ['a'], permissions: ['a'] }), 'allow'],
  ],
  principal: [
    [{ principal: 'user' }, identity(), 'allow'],
    [{ principal: 'machine' }, identity(), 'principal_not_allowed'],
    [{ principal: 'user' }, claims({ gty: 'client-credentials' }), 'principal_not_allowed'],
    [{ principal: ['user', 'agent'] }, claims({ sub_profile: 'ai_agent' }), 'allow'],
    [
      { principal: ['user', 'machine'] },
      claims({ sub_profile: 'ai_agent' }),
      'principal_not_allowed',
    ],
  ],
  organizations: [
    [{ organizations: ['org_1'] }, claims({ org_id: 'org_1' }), 'allow'],
    [{ organizations: ['org_1'] }, claims({ org_id: 'org_2' }), 'org_not_allowed'],
    [{ organizations: ['org_1'] }, claims({ org_id: 'ORG_1' }), 'org_not_allowed'],
    [{ organizations: ['org_1'] }, identity(), 'org_not_allowed'],
    [{ organizations: ['org_1'] }, claims({ org_id: ['org_1'] }), 'org_not_allowed'],
    [{ organizations: ['Acme'] }, claims({ org_id: 'org_1', org_name: 'acme' }), 'allow'],
    [
      { organizations: ['Acme'] },
      claims({ org_id: 'org_1', org_name: 'umbrella' }),
      'org_not_allowed',
    ],
    [{ organizations: ['Acme'] }, claims({ org_name: 'acme' }), 'org_not_allowed'],
    [{ organizations: ['Acme'] }, claims({ org_id: 'acme' }), 'org_not_allowed'],
    [{ organizations: ['Acme'] }, claims({ org_id: '7', org_name: 'acme' }), 'org_not_allowed'],
    [
      { organizations: ['org_1'] },
      claims({ org_id: 'org_2', org_name: 'org_1' }),
      'org_not_allowed',
    ],
  ],
  clients: [
    [{ clients: ['client-1'] }, identity(), 'allow'],
    [{ clients: ['client-2'] }, identity(), 'client_not_allowed'],
    [{ clients: ['client-1'] }, identity({ clientId: null }), 'client_not_allowed'],
    [{ clients: ['Client-1'] }, identity(), 'client_not_allowed'],
  ],
  claims: [
    [{ claims: { [TIER]: 'gold' } }, claims({ [TIER]: 'gold' }), 'allow'],
    [{ claims: { [TIER]: 'gold' } }, claims({ [TIER]: 'Gold' }), 'claim_policy_failed'],
    [{ claims: { [TIER]: 'gold' } }, identity(), 'claim_policy_failed'],
    [{ claims: { [TIER]: 'gold' } }, claims({ [TIER]: ['gold'] }), 'claim_policy_failed'],
    [{ claims: { [TIER]: ['gold', 'silver'] } }, claims({ [TIER]: 'silver' }), 'allow'],
    [{ claims: { level: 1 } }, claims({ level: 1 }), 'allow'],
    [{ claims: { level: 1 } }, claims({ level: '1' }), 'claim_policy_failed'],
    [{ claims: { level: 1 } }, claims({ level: true }), 'claim_policy_failed'],
    [{ claims: { level: 0 } }, claims({ level: false }), 'claim_policy_failed'],
    [{ claims: { level: 0 } }, claims({ level: null }), 'claim_policy_failed'],
    [{ claims: { beta: true } }, claims({ beta: true }), 'allow'],
    [{ claims: { beta: true } }, claims({ beta: 'true' }), 'claim_policy_failed'],
    [{ claims: { a: 1, b: 2 } }, claims({ a: 1 }), 'claim_policy_failed'],
    [{ claims: { a: 1, b: 2 } }, claims({ a: 1, b: 2 }), 'allow'],
    // What an object inherits is no claim.
    [{ claims: { [TIER]: 'gold' } }, inheriting({ [TIER]: 'gold' }), 'claim_policy_failed'],
  ],
  delegation: [
    [{}, claims({ act: { sub: 'agt_1' } }), 'allow'],
    [{ delegation: 'allow' }, claims({ act: { sub: 'agt_1' } }), 'allow'],
    [{ delegation: 'forbid' }, claims({ act: { sub: 'agt_1' } }), 'actor_not_allowed'],
    [{ delegation: 'forbid' }, identity(), 'allow'],
    [{ delegation: 'forbid' }, claims({ act: null }), 'actor_not_allowed'],
    [{ delegation: { actors: ['agt_1'] } }, identity(), 'allow'],
    [{ delegation: { actors: ['agt_1'] } }, claims({ act: { sub: 'agt_1' } }), 'allow'],
    [{ delegation: { actors: ['agt_1'] } }, claims({ act: { sub: 'agt_2' } }), 'actor_not_allowed'],
    [{ delegation: { actors: ['agt_1'] } }, claims({ act: 'agt_1' }), 'actor_not_allowed'],
    [
      { delegation: { actors: ['agt_1'] } },
      claims({ act: { sub: 'agt_2', act: { sub: 'agt_1' } } }),
      'actor_not_allowed',
    ],
  ],
}

describe.each(Object.entries(ROWS))('%s', (_, rows) => {
  const titled = rows.map(([policy, caller, verdict]) => {
    return [policy, describeCaller(caller), verdict, caller] as const
  })
  it.each(titled)('%j for %s: %s', (policy, _title, verdict, caller) => {
    expect(check(policy, caller)).toBe(verdict)
    // What may be kept for the token says the same.
    expect(grantOf(compileRule(policy), caller)).toBe(verdict === 'allow' ? 'all' : 'none')
  })
})

describe('the kind of principal', () => {
  it.each([
    ['user', identity()],
    ['user', claims({ sub_profile: 'user' })],
    ['user', claims({ gty: 'password' })],
    ['user', identity({ subject: 'other@clients' })],
    ['user', identity({ subject: 'null@clients', clientId: 'x' })],
    ['user', identity({ subject: 'ad|jo@clients', clientId: null })],
    ['machine', identity({ subject: 'other@clients', clientId: null })],
    ['machine', identity({ subject: 'client-1' })],
    ['machine', identity({ subject: 'client-1@clients' })],
    ['machine', claims({ gty: 'client-credentials' })],
    ['machine', claims({ gty: ['x', 'client-credentials'] })],
    ['machine', claims({ sub_profile: 'service' })],
    ['machine', identity({ subject: 'client-1', claims: { sub_profile: 'ai_agent' } })],
    ['agent', claims({ sub_profile: 'ai_agent' })],
  ])('is %s for %j', (kind, caller) => {
    expect(principalKind(caller)).toBe(kind)
  })
})

describe('a binding', () => {
  const own = { bind: { id: 'sub' } }
  const at = (id: string) => ({ id })

  it.each([
    ["the token's own object", own, identity(), at('auth0|1'), 'allow'],
    ["somebody else's", own, identity(), at('auth0|2'), 'resource_owner_mismatch'],
    ['another case', own, identity(), at('AUTH0|1'), 'resource_owner_mismatch'],
    ['a longer name', own, identity(), at('auth0|1x'), 'resource_owner_mismatch'],
    [
      'another composition of the same letters',
      own,
      identity({ claims: { sub: 'j\u00f6' } }),
      at('jo\u0308'),
      'resource_owner_mismatch',
    ],
    [
      'a claim that is no text',
      { bind: { id: 'n' } },
      claims({ n: 7 }),
      at('7'),
      'resource_owner_mismatch',
    ],
    [
      'a claim that is missing',
      { bind: { id: 'n' } },
      identity(),
      at('undefined'),
      'resource_owner_mismatch',
    ],
    [
      'what the claims inherit',
      { bind: { id: 'n' } },
      inheriting({ n: 'x' }),
      at('x'),
      'resource_owner_mismatch',
    ],
    [
      'the object of a machine',
      own,
      claims({ gty: 'client-credentials' }),
      at('auth0|1'),
      'resource_owner_mismatch',
    ],
    [
      'one of two bindings',
      { bind: { id: 'sub', org: 'org_id' } },
      claims({ org_id: 'o' }),
      { id: 'auth0|1', org: 'p' },
      'resource_owner_mismatch',
    ],
    [
      'both of two bindings',
      { bind: { id: 'sub', org: 'org_id' } },
      claims({ org_id: 'o' }),
      { id: 'auth0|1', org: 'o' },
      'allow',
    ],
    [
      'the scope that goes round it',
      { ...own, bindBypassScope: 'support' },
      scoped('support'),
      at('x'),
      'allow',
    ],
    [
      'a scope like it',
      { ...own, bindBypassScope: 'support' },
      scoped('support2'),
      at('x'),
      'resource_owner_mismatch',
    ],
    [
      'the scope, where there is no way round',
      own,
      scoped('support'),
      at('x'),
      'resource_owner_mismatch',
    ],
    [
      'a machine with the scope',
      { ...own, bindBypassScope: 'support' },
      identity({ subject: 'client-1', scopes: ['support'] }),
      at('x'),
      'allow',
    ],
    [
      'another rule that fails',
      { ...own, scopes: 'a' },
      identity(),
      at('auth0|1'),
      'insufficient_scope',
    ],
  ] as const)('to %s', (...row) => {
    const [, policy, caller, parameters, verdict] = row
    expect(check(policy, caller, parameters)).toBe(verdict)
  })

  it.each([
    '',
    '.',
    '..',
    '*',
    'a*',
    '?',
    'a?b',
    'a/b',
    'a\\b',
    'a\0b',
    '${x}',
    'a${',
    '..;x',
    ';',
    '\ud800',
  ])('holds for nobody whose claim is %j', (value) => {
    const caller = claims({ n: value })
    const policy = { bind: { id: 'n' } }
    expect(check(policy, caller, at(value))).toBe('resource_owner_mismatch')
    expect(grantOf(compileRule(policy), caller)).toBe('none')
  })

  it.each(['a', 'auth0|1', '%61', 'a.b', '...', '$x', '{x}', 'a;b', 'é', '😀', ' '])(
    'holds for whoever has the claim %j',
    (value) => {
      const caller = claims({ n: value })
      const policy = { bind: { id: 'n' } }
      expect(check(policy, caller, at(value))).toBe('allow')
      expect(grantOf(compileRule(policy), caller)).toEqual({ id: value })
    },
  )

  it('hides what it refuses where that is asked for', () => {
    const refuse = (policy: RoutePolicy) => checkRule(compileRule(policy), identity(), () => 'x')
    expect(refuse(own)).toMatchObject({ evidence: { hidden: false } })
    expect(refuse({ ...own, hideExistence: true })).toMatchObject({ evidence: { hidden: true } })
  })

  it('grants the objects of the token, all objects, or none', () => {
    const grant = (policy: RoutePolicy, caller: Identity) => grantOf(compileRule(policy), caller)
    const bypass = { ...own, bindBypassScope: 's' }
    expect(grant(own, identity())).toEqual({ id: 'auth0|1' })
    expect(grant(bypass, identity())).toEqual({ id: 'auth0|1' })
    expect(grant(bypass, scoped('s'))).toBe('all')
    expect(grant({ ...own, scopes: 'a' }, identity())).toBe('none')
    expect(grant({ bind: { id: 'sub', org: 'org_id' } }, identity())).toBe('none')
  })
})

describe('with many names', () => {
  const names = Array.from({ length: 500 }, (_, index) => `scope:${index}`)

  it('all of them are asked for', () => {
    expect(check({ scopes: names }, identity({ scopes: names.toReversed() }))).toBe('allow')
    expect(check({ scopes: names }, identity({ scopes: names.slice(1) }))).toBe(
      'insufficient_scope',
    )
    expect(check({ anyScope: names }, identity({ scopes: names.slice(-1) }))).toBe('allow')
  })
})
