/** What one policy says, and what it cannot; the first six were found by the property tests. */
import { beforeAll, describe, expect, it } from 'vitest'
import { readEvent } from '../../../functions/lambda/event.ts'
import type { GatewayEvent } from '../../../functions/lambda/event.ts'
import { inspect } from '../../../functions/lambda/inspect.ts'
import { createPolicySource } from '../../../functions/lambda/policy/source.ts'
import type { Policy } from '../../../functions/lambda/policy/source.ts'
import { createEngine } from '../../../shared/authorize.ts'
import type { Engine } from '../../../shared/authorize.ts'
import type { Config } from '../../../shared/index.ts'
import { arnOf, buildEvent } from '../../doors/support/events.ts'
import { evaluate } from './evaluate.ts'
import type { Statement } from './evaluate.ts'
import type { RuleSet } from './rule-sets.ts'
import { environment, mint, trustSecret, verifyAtOnce } from './tokens.ts'

beforeAll(verifyAtOnce)

const STAGE = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/'

type Claims = Partial<Parameters<typeof mint>[0]>

const tokenFor = (claims: Claims): string =>
  mint({ sub: 'me', scope: '', permissions: [], lifetime: 900, ...claims })

const createFor = (routes: RuleSet, more: Partial<Config> = {}): Engine =>
  createEngine(
    { issuers: trustSecret, routes, ...more },
    { environment, http: () => Promise.reject(new Error('no network')) },
  )

async function read(engine: Engine, claims: Claims, asked: string) {
  const call = readEvent({
    type: 'TOKEN',
    methodArn: STAGE + asked.replace(' ', ''),
    authorizationToken: `Bearer ${tokenFor(claims)}`,
  })
  return { call, inspection: await inspect(engine, call.requests, true) }
}

async function askFor(engine: Engine, claims: Claims, asked = 'GET /none') {
  const { call, inspection } = await read(engine, claims, asked)
  return createPolicySource(engine)(inspection, call)
}

async function policyFor(routes: RuleSet, claims: Claims, asked?: string): Promise<Policy> {
  return (await askFor(createFor(routes), claims, asked)) ?? expect.fail()
}

const statementsOf = ({ document }: Policy) => document.Statement as unknown as readonly Statement[]

const resourcesOf = (policy: Policy, effect: Statement['Effect']): readonly string[] =>
  statementsOf(policy)
    .filter(({ Effect }) => Effect === effect)
    .flatMap(({ Resource }) => Resource)
    .map((resource) => resource.slice(STAGE.length))

const allows = (policy: Policy, request: string): boolean =>
  evaluate(statementsOf(policy), STAGE + request.replace(' ', ''))

/** Lies over a long path in more ways than are looked at. */
const TEN = `/${Array.from({ length: 10 }, (_, at) => `{p${at}}`).join('/')}`
const LONG = `/${'x/'.repeat(24)}`

const S1 = { scopes: 's1' }
const S2 = { scopes: 's2' }
const OWN = { bind: { id: 'sub' } }
const REST = { bind: { rest: 'sub' } }

const verdictsOf = (policy: Policy, verdicts: readonly string[]): readonly string[] =>
  verdicts.map((verdict) => {
    const request = verdict.slice(2)
    return `${allows(policy, request) ? '+' : '-'} ${request}`
  })

/** With `+` what the policy allows, with `-` what it does not. */
type Row = readonly [title: string, routes: RuleSet, claims: Claims, verdicts: readonly string[]]

const ROWS: readonly Row[] = [
  [
    'has no wildcard for methods where routes name one',
    { 'GET /a': S1, 'POST /a': S1 },
    { scope: 's1' },
    ['+ GET /a', '+ POST /a', '- PUT /a'],
  ],
  [
    'knows a method that API Gateway does not',
    { 'PURGE /a': S1, 'GET /a': S2 },
    { scope: 's1' },
    ['+ PURGE /a', '- GET /a', '- POST /a'],
  ],
  [
    'knows it wherever another route is for any method',
    { 'PURGE /{id}': S1, '* /a': S2, '* /b/{id}': S1 },
    { scope: 's1' },
    ['+ PURGE /x', '- PURGE /a', '+ PURGE /b/x', '- GET /a'],
  ],
  [
    'lets in no method that nobody named, where GET and PUT are let in',
    { 'GET /a': S1, 'PUT /a': S1, '* /a': S2 },
    { scope: 's1' },
    ['+ GET /a', '+ PUT /a', '- POST /a', '- ACL /a', '- get /a'],
  ],
  [
    'lets none in either, where they are denied in different words',
    { 'GET /b/b': S1, '* /a/{id}': S2, '* /{id}': S1 },
    { scope: 's1' },
    ['+ PUT /x', '- PUT /a/x', '- GET /a/x', '- ACL /a/x', '- get /a/x'],
  ],
  [
    'fills a value in whatever its parameter is called',
    { 'GET /{toString}': { bind: { toString: 'sub' } } },
    { sub: 'me' },
    ['+ GET /me', '- GET /you'],
  ],
  [
    'cannot name every broken escape (SECURITY.md)',
    { 'GET /users/{id}': S1, 'GET /a': S2 },
    { scope: 's1' },
    ['+ GET /users/%zz', '- GET /users/%2f', '- GET /a'],
  ],
  [
    'fills no value in where it could be a part of one only',
    { 'GET /{id}': S2, 'GET /{rest+}': REST, 'GET /a/{x}/{y}': S1 },
    { scope: 's1' },
    ['+ GET /a/x/y', '- GET /me', '- GET /x/me', '- GET /a/x/y/me'],
  ],
  [
    'has no wildcard for methods that an empty segment would fit',
    { '* /': S1 },
    { scope: 's1' },
    ['+ GET /', '+ POST /', '+ PUT /', '- GET //'],
  ],
  [
    'lets no refused route in by a letter that nobody needs to encode',
    { 'GET /users/{id}': S1, 'GET /users/{id}/all': S2, 'GET /users/archive': S2, 'GET /ok': S1 },
    { scope: 's1' },
    [
      '+ GET /users/7',
      '+ GET /users/a%7Cb%40c',
      '- GET /users/archive',
      '- GET /users/%61rchive',
      '- GET /users/archiv%65',
      '- GET /users/a%72%63hive',
      '- GET /users/7/a%6cl',
      '- GET /users/7/a%6Cl',
    ],
  ],
  [
    'allows signs that everybody encodes where a refused route holds one',
    { 'GET /users/{id}': S1, 'GET /users/a@b': S2 },
    { scope: 's1' },
    ['+ GET /users/x%40y', '- GET /users/a@b', '- GET /users/a%40b'],
  ],
  [
    'lets no refused route in that begins like what is allowed',
    { 'GET /x/y/{z}': S1, 'GET /x/y/{z}/q': S1, 'GET /x/{a}/b/c': S2 },
    { scope: 's1' },
    ['+ GET /x/y/1', '+ GET /x/y/1/q', '- GET /x/y/b/c'],
  ],
  [
    'lets no refused route in whose parameter is a name in what is allowed',
    { 'GET /x/y/z/{p}': S1, 'GET /x/y/z/{p}/q': S1, 'GET /{a}/y/{b}/c/d': S2 },
    { scope: 's1' },
    ['+ GET /x/y/z/1', '+ GET /x/y/z/1/q', '- GET /x/y/z/c/d'],
  ],
  [
    'denies a route and not the one beside it',
    { 'GET /x/{a}': S1, 'GET /x/{a}/q': S1, 'GET /x/{a}/r': S2 },
    { scope: 's1' },
    ['+ GET /x/1', '+ GET /x/1/q', '- GET /x/1/r'],
  ],
  [
    'lets no refused route in where another method denies more',
    {
      'GET /x/{a}': S1,
      'GET /x/{a}/{b}': S2,
      'POST /x/{a}': S1,
      'POST /x/{a}/{b}': S1,
      'POST /x/{a}/y': S2,
    },
    { scope: 's1' },
    ['+ GET /x/1', '- GET /x/1/2', '+ POST /x/1/2', '- POST /x/1/y'],
  ],
  [
    'takes no object for its own whose path is another route',
    { 'GET /users/{id}': OWN, 'GET /users/me': S1 },
    {},
    ['- GET /users/me', '- GET /users/you'],
  ],
  [
    'denies all of a route where no object on it is its own',
    { 'GET /x/{a}': S1, 'GET /x/{org}/{id}': OWN, 'GET /x/{org}/me': S2 },
    { scope: 's1' },
    ['+ GET /x/1', '- GET /x/1/me', '- GET /x/1/you'],
  ],
  [
    'asks for each of two bound parameters',
    {
      'GET /{a}/{b}/{x}': { bind: { a: 'sub', b: 'sub' } },
      'GET /{org}/{id}/{y}/{z}': { bind: { org: 'org_id', id: 'sub' } },
    },
    { org_id: 'acme' },
    ['+ GET /me/me/1', '- GET /me/me/1/2', '+ GET /acme/me/1/2', '- GET /acme/you/1/2'],
  ],
  [
    'lets no refused route in by an escape in small letters',
    { 'GET /{id}': S1, 'GET /é': S2 },
    { scope: 's1' },
    ['+ GET /ü', '+ GET /%C3%BC', '- GET /é', '- GET /%C3%A9', '- GET /%c3%a9', '- GET /%C3%a9'],
  ],
  [
    'does not take a value for the escape of another',
    { 'GET /users/{id}': OWN },
    { sub: '%61' },
    ['+ GET /users/%2561', '- GET /users/%61', '- GET /users/a'],
  ],
  [
    'allows an owner whatever signs are encoded, in capitals or not',
    { 'GET /users/{id}': OWN, 'GET /health': 'public' },
    { sub: 'auth0|u@x.com' },
    [
      '+ GET /health',
      '+ GET /users/auth0|u@x.com',
      '+ GET /users/auth0%7Cu%40x.com',
      '+ GET /users/auth0%7cu%40x.com',
      '+ GET /users/auth0%7cu@x.com',
      '+ GET /users/auth0|u%40x.com/',
      '- GET /users/auth0%7cv@x.com',
      '- GET /users/auth0%257cu@x.com',
    ],
  ],
  [
    'allows an owner with a few signs in all twelve',
    { 'GET /users/{id}': OWN },
    { sub: 'a|b@c@d' },
    ['+ GET /users/a%7cb%40c@d', '+ GET /users/a|b@c%40d', '- GET /users/a%7cb%40c@e'],
  ],
  [
    'allows an owner with more spellings than there is memory in two',
    { 'GET /users/{id}': OWN },
    { sub: '本'.repeat(12) },
    [`+ GET /users/${'本'.repeat(12)}`, `+ GET /users/${'%E6%9C%AC'.repeat(12)}`],
  ],
  [
    'lets no refused route in by any of as many spellings as are listed',
    { 'POST /{id}': S1, 'POST /@@@@@a': S2 },
    { scope: 's1' },
    ['+ POST /@@@@@', '- POST /@@@@@a', '- POST /%40@@%40@a', '- POST /%40%40%40%40%40a'],
  ],
  [
    'allows an owner with more signs in two spellings',
    { 'GET /users/{id}': OWN },
    { sub: 'a|b|c|d' },
    ['+ GET /users/a|b|c|d', '+ GET /users/a%7Cb%7Cc%7Cd', '- GET /users/a%7cb|c|d'],
  ],
  [
    'allows a backtick and other signs that everybody encodes',
    { 'GET /{id}': S1, 'GET /abc': S2 },
    { scope: 's1' },
    ['+ GET /a%60b', '+ GET /%40%3A%7C', '- GET /abc', '- GET /a%62c', '- GET /x//y'],
  ],
  [
    'allows what two patterns say alike',
    { 'GET /{a}': S2, 'GET /{a}/{b}': S1, 'GET /{rest+}': S1 },
    { scope: 's1' },
    ['+ GET /x/y', '+ GET /x/y/z', '- GET /x'],
  ],
  [
    'denies of a route only what an Allow reaches',
    { 'GET /x/{p}/q': S1, 'GET /{a}/b/c/d/q': S2, 'GET /y/b/c/d/q': S1 },
    { scope: 's1' },
    ['+ GET /x/1/q', '- GET /x/b/c/d/q', '- GET /z/b/c/d/q', '+ GET /y/b/c/d/q'],
  ],
  [
    "denies others' objects that an Allow reaches, and not one's own",
    { 'GET /x/{p}/q': S1, 'GET /{id}/b/c/q': { ...OWN, ...S1 } },
    { scope: 's1' },
    ['+ GET /x/1/q', '- GET /x/b/c/q', '+ GET /me/b/c/q', '- GET /you/b/c/q'],
  ],
  [
    "tells one's own rest of a path from another's",
    { 'GET /{org}/{id+}': OWN },
    {},
    ['+ GET /o/me', '- GET /o/you', '- GET /o/you/me', '- GET /o/me/me'],
  ],
  [
    'allows two routes that overlap in more ways than are looked at',
    { [`GET ${TEN}`]: S1, 'GET /{rest+}': S1, [`POST ${LONG}`]: S1 },
    { scope: 's1' },
    ['+ GET /1/2/3', `+ GET ${LONG}`],
  ],
  [
    'denies two routes that overlap in more ways than are looked at',
    { 'GET /x/{p}/y': S1, [`GET ${TEN}`]: S2, 'GET /{rest+}': S2, [`POST ${LONG}`]: S1 },
    { scope: 's1' },
    ['+ GET /x/1/y', '- GET /x/2/3/4/5/6/7/8/9/y', '- GET /x/2/3/y'],
  ],
  [
    'denies deeper paths that no pattern matches, unless an Allow needs them',
    { 'GET /users/{id}': S1, 'GET /users/{id}/orders/{order}': S1 },
    { scope: 's1' },
    [
      '+ GET /users/1',
      '+ GET /users/1/orders/2',
      '- GET /users/1/orders/2/lines',
      '- GET /users/1/x/orders/2',
      '+ GET /users/1/x',
    ],
  ],
]

describe('a kept policy', () => {
  it.each(ROWS)('%s', async (_, routes, claims, verdicts) => {
    const policy = await policyFor(routes, claims)
    expect(policy).toMatchObject({ scope: 'api' })
    expect(verdictsOf(policy, verdicts)).toEqual(verdicts)
  })

  it('leaves that out where there is no room for it', async () => {
    const policyOf = (length: number) => {
      const names = Array.from({ length }, (_, index) => `POST /collection-${index}/{id}`)
      return policyFor(Object.fromEntries(names.map((name) => [name, S1])), { scope: 's1' })
    }
    const deeper = 'POST/collection-1/?*/?*'
    expect(resourcesOf(await policyOf(20), 'Deny')).toContain(deeper)
    const large = await policyOf(60)
    expect(large.scope).toBe('api')
    expect(resourcesOf(large, 'Deny')).not.toContain(deeper)
  })

  it('lists the spellings of few clients only where there is room for them', async () => {
    const policyOf = (length: number) => {
      const names = Array.from({ length }, (_, index) => `POST /users/{id}/collection-${index}`)
      return policyFor(Object.fromEntries(names.map((name) => [name, OWN])), { sub: 'auth0|u@x' })
    }
    const rare = 'POST/users/auth0%7cu@x/collection-1'
    const usual = ['POST/users/auth0|u@x/collection-1', 'POST/users/auth0%7Cu%40x/collection-1']
    expect(resourcesOf(await policyOf(4), 'Allow')).toEqual(
      expect.arrayContaining([rare, ...usual]),
    )
    const large = resourcesOf(await policyOf(16), 'Allow')
    expect(large).toEqual(expect.arrayContaining(usual))
    expect(large).not.toContain(rare)
  })

  it('lets no refused route in that an HTTP API would decode a second time', async () => {
    const engine = createFor({ 'GET /users/{id}': S1, 'GET /users/archive': S2 })
    const { call, inspection } = await read(engine, { scope: 's1' }, 'GET /users/7')
    const source = createPolicySource(engine)
    const verdicts = (['http-1.0', 'http-2.0', 'request'] as const).map((kind) => {
      const policy = source(inspection, { ...call, kind }) ?? expect.fail()
      return ['7', '%2561rchive', 'archive%3Fx', 'a%7Cb'].map((id) =>
        allows(policy, `GET /users/${id}`),
      )
    })
    const twice = [true, false, false, true]
    expect(verdicts).toEqual([twice, twice, [true, true, true, true]])
  })

  it.each(['http-1.0', 'http-2.0', 'request'] as const)(
    'says to an owner whose name holds a percent sign what a fresh call of kind %s says',
    async (kind) => {
      const engine = createFor({ 'GET /health': 'public', 'GET /users/{id}': OWN })
      const source = createPolicySource(engine)
      const { call, inspection } = await read(engine, { sub: '100%' }, 'GET /health')
      const policy = source(inspection, { ...call, kind }) ?? expect.fail()
      const isHttp = kind !== 'request'
      expect(allows(policy, 'GET /users/100%25')).toBe(!isHttp)
      expect(allows(policy, 'GET /health')).toBe(true)
    },
  )

  it('names each thing once', async () => {
    const policy = await policyFor(
      {
        'GET /a': S1,
        'PUT /a': S1,
        'GET /b/c': S1,
        'GET /b/{rest+}': S1,
        'GET /b/{x}/d': S1,
        'POST /b/{x}/d': S1,
        'POST /b/c/c/d': S1,
      },
      { scope: 's1' },
    )
    expect(resourcesOf(policy, 'Allow').toSorted()).toEqual(
      [
        'GET/a',
        'GET/a/',
        'GET/b/?*',
        'HEAD/a',
        'HEAD/a/',
        'HEAD/b/?*',
        'POST/b/?*/d',
        'POST/b/?*/d/',
        'PUT/a',
        'PUT/a/',
      ].toSorted(),
    )
  })

  it('denies each thing once, and disguises of nothing that is not wild', async () => {
    const routes = {
      'POST /x/{a}': S1,
      'POST /x/y/z': S2,
      'POST /x/{a}/{b}': S2,
      'POST /x/z/z': S2,
    }
    const denied = resourcesOf(await policyFor(routes, { scope: 's1' }), 'Deny')
    expect(denied.filter((resource) => !resource.startsWith('*'))).toEqual(['POST/x/?*/?*'])
    const disguised = denied.filter((resource) => /^\*%[67]/.test(resource))
    expect(disguised.toSorted()).toEqual(['*%79*', '*%7A*', '*%7a*'])
  })

  it('may deny as much as it allows', async () => {
    const engine = createFor({ 'POST /': 'public', 'POST /{id}': OWN })
    const { call, inspection } = await read(engine, { sub: '100%' }, 'POST /')
    const policy = createPolicySource(engine)(inspection, { ...call, kind: 'http-1.0' })
    if (!policy) return expect.fail()
    expect(resourcesOf(policy, 'Allow')).toHaveLength(resourcesOf(policy, 'Deny').length)
    expect(allows(policy, 'POST /')).toBe(true)
  })

  it.each(['http-1.0', 'http-2.0', 'request'] as const)(
    'denies a call of kind %s nothing where nothing is wild',
    async (kind) => {
      const engine = createFor({ 'GET /a': S1, 'GET /b': S2 })
      const { call, inspection } = await read(engine, { scope: 's1' }, 'GET /a')
      const policy = createPolicySource(engine)(inspection, { ...call, kind }) ?? expect.fail()
      expect(resourcesOf(policy, 'Deny')).toEqual([])
    },
  )

  it("is nobody else's, though their rules are the same", async () => {
    const engine = createFor({ 'GET /{id}': OWN, 'GET /{id}/x': OWN })
    const source = createPolicySource(engine)
    for (const sub of ['me', 'you', 'me']) {
      const { call, inspection } = await read(engine, { sub }, `GET /${sub}`)
      const policy = source(inspection, call) ?? expect.fail()
      const isAllowed = ['me', 'you'].map((id) => allows(policy, `GET /${id}/x`))
      expect(isAllowed).toEqual([sub === 'me', sub === 'you'])
    }
  })

  it('costs nothing for a token that was looked at before', async () => {
    const engine = createFor({ 'GET /{id}': OWN, 'GET /{id}/x': OWN })
    const source = createPolicySource(engine)
    const { call, inspection } = await read(engine, {}, 'GET /me')
    const first = source(inspection, call)
    let reads = 0
    const { trusted } = inspection
    if (!trusted) return expect.fail()
    const watched = new Proxy(trusted.identity, {
      get(target, name) {
        reads += 1
        return Reflect.get(target, name)
      },
    })
    Object.assign(trusted, { identity: watched })
    expect(source(inspection, call)).toEqual(first)
    expect(reads).toBe(0)
  })

  it('looks again where a rule is about age', async () => {
    const engine = createFor({ 'GET /a': { maxAgeSeconds: 60 }, 'GET /b': 'authenticated' })
    const source = createPolicySource(engine)
    const { call, inspection } = await read(engine, {}, 'GET /b')
    const isAllowed = (seconds: number) => {
      const policy = source({ ...inspection, now: inspection.now + seconds }, call)
      return policy && allows(policy, 'GET /a')
    }
    expect([isAllowed(0), isAllowed(120), isAllowed(0)]).toEqual([true, false, true])
  })
})

describe('a kept policy where whatever no pattern matches is allowed', () => {
  const createOpen = (routes: RuleSet) => createFor(routes, { otherwise: 'authenticated' })

  it('opens no method that API Gateway is not known to have, unless that was asked for', async () => {
    const engine = createOpen({ '* /admin': S1 })
    const policy = (await askFor(engine, {}, 'GET /foo')) ?? expect.fail()
    expect(['DELETE /foo', 'GET /admin', 'PURGE /admin'].map((one) => allows(policy, one))).toEqual(
      [true, false, false],
    )
    const odd = (await askFor(engine, {}, 'PURGE /foo')) ?? expect.fail()
    expect(['PURGE /foo', 'PURGE /admin'].map((one) => allows(odd, one))).toEqual([true, false])
  })

  it('denies the rest', async () => {
    const routes = { 'GET /a': S2, 'GET /users/{id}': S2, 'POST /users/{id}': S1 }
    const policy = (await askFor(createOpen(routes), { scope: 's1' })) ?? expect.fail()
    expect(policy).toMatchObject({ scope: 'api' })
    const requests = [
      '+ GET /none',
      '+ POST /a',
      '+ POST /users/1',
      '- GET /a',
      '- HEAD /a/',
      '- GET /%61',
      '- GET /users/1',
      '- GET //b',
      '- GET /b/../a',
    ]
    expect(verdictsOf(policy, requests)).toEqual(requests)
  })

  it('is not written where that would deny an allowed route', async () => {
    const engine = createOpen({ 'GET /x/{id}': S2, 'GET /x/me': S1 })
    const policy = await askFor(engine, { scope: 's1' }, 'GET /x/me')
    expect(policy).toMatchObject({ scope: 'request', reason: 'allowed_route_inside_denied' })
  })
})

describe('of a request that nobody would write so, a policy', () => {
  const ROUTES = { 'GET /users/{id}': S1, 'GET /users/{id}/orders/{order}': S1, 'GET /all': S1 }

  it('allows it, if it is allowed', async () => {
    const policy = await policyFor(ROUTES, { scope: 's1' }, 'GET /%61ll')
    expect(policy.scope).toBe('api')
    const requests = ['+ GET /%61ll', '+ GET /all', '+ GET /users/1', '- GET /al%6c']
    expect(verdictsOf(policy, requests)).toEqual(requests)
  })

  it('denies it where no pattern matches, though a neighbour does', async () => {
    const policy = await policyFor(ROUTES, { scope: 's1' }, 'GET /users/1/x')
    expect(policy.scope).toBe('api')
    const requests = ['- GET /users/1/x', '+ GET /users/2/x', '+ GET /users/1']
    expect(verdictsOf(policy, requests)).toEqual(requests)
  })

  it('speaks of nothing else where it would have to deny it', async () => {
    const routes = { ...ROUTES, 'GET /users/archive': S2 }
    const policy = await policyFor(routes, { scope: 's1' }, 'GET /users/%61')
    expect(policy).toMatchObject({ scope: 'request', reason: 'unusual_request' })
    expect(allows(policy, 'GET /users/%61')).toBe(true)
  })

  it('takes no wildcard', async () => {
    const engine = createFor(ROUTES)
    expect(await askFor(engine, { scope: 's1' }, 'GET /u%73ers/*')).toBeNull()
    const refused = (await askFor(engine, { scope: 's1' }, 'GET /users/1/*')) ?? expect.fail()
    expect(refused).toMatchObject({ scope: 'request', reason: 'unusual_request' })
    expect(resourcesOf(refused, 'Deny')).toEqual(['*'])
  })
})

describe('what IAM cannot say is answered for the request alone', () => {
  it.each([
    [
      'an own object inside what is denied',
      { 'GET /users/{id}': S1, 'GET /users/{id}/orders': OWN },
      'GET /users/me/orders',
      'own_object_inside_denied',
    ],
    [
      'an allowed route inside a denied one inside an allowed one',
      { 'GET /{a}': S1, 'GET /{a}/b': S2, 'GET /x/{c}': S1 },
      'GET /x/b',
      'allowed_route_inside_denied',
    ],
    [
      'a refused rest of a path around an allowed route',
      { 'GET /x/y/{z}': S1, 'GET /x/y/{z}/q': S1, 'GET /{rest+}': S2 },
      'GET /x/y/1',
      'allowed_route_inside_denied',
    ],
    [
      'an own object with anything around it',
      { 'GET /{org}/users/{id}/{rest+}': OWN },
      'GET /o/users/me/x',
      'own_object_inside_denied',
    ],
    [
      'a path with more spellings than one can list',
      { 'GET /{rest+}': S1, 'GET /日本語/日本語/日本語': S2 },
      'GET /x',
      'too_intricate',
    ],
    [
      'own objects that overlap with what is denied in more ways than are looked at',
      { 'GET /x/{p}/y': S1, [`GET ${TEN}`]: S2, 'GET /{rest+}': REST, [`POST ${LONG}`]: S1 },
      'GET /x/1/y',
      'too_intricate',
    ],
    [
      'refused requests that are more kinds than are looked at',
      { 'GET /y/{p}': S1, [`GET ${TEN}`]: S1, 'GET /{rest+}': S2, [`POST ${LONG}`]: S1 },
      'GET /y/1',
      'allowed_route_inside_denied',
    ],
    [
      'more routes than fit',
      Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`GET /things-${at}`, S1])),
      'GET /things-7',
      'too_large',
    ],
    [
      'a resource of more than 512 characters',
      { [`GET /${'a'.repeat(500)}`]: S1, 'GET /b': S1 },
      'GET /b',
      'too_large',
    ],
  ] as const)('%s', async (_, routes, asked, reason) => {
    const policy = await policyFor(routes, { scope: 's1' }, asked)
    expect(policy).toMatchObject({ scope: 'request', reason })
    expect(resourcesOf(policy, 'Allow')).toEqual([asked.replace(' ', '')])
    const refused = await policyFor(routes, { scope: 's1' }, 'PUT /none')
    expect(refused).toMatchObject({ scope: 'request', reason })
    expect(resourcesOf(refused, 'Allow')).toEqual([])
    expect(resourcesOf(refused, 'Deny')).toEqual(['PUT/none'])
  })
})

describe('what just fits is said', () => {
  /** Each name is in two resources, with and without a slash at its end. */
  const policyOf = (lengths: readonly number[]) =>
    policyFor(
      Object.fromEntries(lengths.map((length, at) => [`POST /${at}${'a'.repeat(length)}`, S1])),
      { scope: 's1' },
    )

  it('in resources of 512 characters', async () => {
    const room = 512 - `${STAGE}POST/0/`.length
    expect(await policyOf([room])).toMatchObject({ scope: 'api' })
    expect(await policyOf([room + 1])).toMatchObject({ scope: 'request', reason: 'too_large' })
  })

  it('in 8,192 bytes', async () => {
    const bytesOf = ({ document }: Policy) => JSON.stringify(document).length
    const spread = (sum: number) => Array.from({ length: 8 }, (_, at) => Math.floor((sum + at) / 8))
    const room = (8_192 - bytesOf(await policyOf(spread(0)))) / 2
    const full = await policyOf(spread(room))
    expect({ scope: full.scope, bytes: bytesOf(full) }).toEqual({ scope: 'api', bytes: 8_192 })
    expect(await policyOf(spread(room + 1))).toMatchObject({ reason: 'too_large' })
  })
})

describe('a policy that expires', () => {
  const routes = { 'POST /a': S1, 'POST /b': S1, 'POST /c': S2 }

  it.each([
    ['POST /a', true],
    ['POST /c', true],
    ['POST /a', false],
  ])('says so where that is configured, asked for %s (%j)', async (asked, expiryCondition) => {
    const engine = createFor(routes, { apiGateway: { expiryCondition } })
    const { call, inspection } = await read(engine, { scope: 's1' }, asked)
    const policy = createPolicySource(engine)(inspection, call) ?? expect.fail()
    const expiresAt = inspection.trusted?.identity.expiresAt ?? expect.fail()
    const end = { DateLessThan: { 'aws:CurrentTime': new Date(expiresAt * 1000).toISOString() } }
    expect(policy.scope).toBe('api')
    expect(policy.document.Statement).toEqual([
      {
        Action: 'execute-api:Invoke',
        Effect: 'Allow',
        Resource: ['a', 'a/', 'b', 'b/'].map((path) => `${STAGE}POST/${path}`),
        ...(expiryCondition && { Condition: end }),
      },
    ])
  })
})

describe('a WebSocket API', () => {
  it.each([
    [{ scope: 's1' }, 'Allow'],
    [{}, 'Deny'],
  ] as const)('is told of $connect alone (%j)', async (claims, effect) => {
    const engine = createFor({ $connect: S1, 'GET /a': S1, 'GET /b': 'authenticated' })
    const headers = [['Authorization', `Bearer ${tokenFor(claims)}`]] as const
    const call = readEvent(buildEvent('websocket', { path: '/', headers }) as GatewayEvent)
    const inspection = await inspect(engine, call.requests, false)
    const policy = createPolicySource(engine)(inspection, call) ?? expect.fail()
    expect(policy.scope).toBe('api')
    expect(statementsOf(policy)).toMatchObject([
      { Effect: effect, Resource: [arnOf('websocket', { path: '/' })] },
    ])
  })

  it('is not taken for one where an HTTP method has the name of its route', async () => {
    const engine = createFor({ $connect: S1, '* /files/{id}': S1, '* /': S2 })
    expect(await askFor(engine, { scope: 's1' }, '$connect /files/*')).toBeNull()
    const policy = (await askFor(engine, { scope: 's1' }, '$connect /')) ?? expect.fail()
    const verdicts = ['$connect /', 'GET /files/7', 'GET /'].map((one) => allows(policy, one))
    expect(verdicts).toEqual([false, true, false])
  })
})

describe('an answer for the request alone', () => {
  it.each([
    [{ scope: 's1' }, 'Allow'],
    [{}, 'Deny'],
  ] as const)('names to %j the request and nothing else', async (claims, effect) => {
    const engine = createFor({ 'GET /a': S1 }, { apiGateway: { policy: 'request' } })
    const policy = (await askFor(engine, claims, 'GET /a')) ?? expect.fail()
    expect(statementsOf(policy)).toMatchObject([{ Effect: effect, Resource: [`${STAGE}GET/a`] }])
  })
})

describe('a token that may come in a cookie', () => {
  it('is answered for the request alone, as the origin of the next may be another', async () => {
    const routes = { 'GET /me': 'authenticated', 'POST /transfer': 'authenticated' } as const
    const engine = createFor(routes, { cookie: 'session' })
    const headers = [
      ['Cookie', `session=${tokenFor({})}`],
      ['Origin', 'https://elsewhere.example'],
    ] as const
    const ask = async (method: string, path: string) => {
      const event = buildEvent('rest-request', { method, path, headers }) as GatewayEvent
      const call = readEvent(event)
      const inspection = await inspect(engine, call.requests, true)
      return createPolicySource(engine)(inspection, call) ?? expect.fail()
    }
    const kept = await ask('GET', '/me')
    expect(kept.scope).toBe('request')
    const says = (policy: Policy, method: string, path: string) =>
      evaluate(statementsOf(policy), arnOf('rest-request', { method, path }))
    expect(says(kept, 'GET', '/me')).toBe(true)
    expect(says(kept, 'POST', '/transfer')).toBe(false)
    expect(says(await ask('POST', '/transfer'), 'POST', '/transfer')).toBe(false)
  })
})

describe('bad input', () => {
  it('of thousands of routes and 500 scopes is answered, for the request alone', async () => {
    const scopes = Array.from({ length: 500 }, (_, at) => `scope:${at}`)
    const routes = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, at) => [
        `GET /api/r${at}/{id}`,
        { scopes: `scope:${at % 500}` },
      ]),
    )
    const engine = createFor(routes)
    const many = await askFor(engine, { scope: scopes.join(' ') }, 'GET /api/r2999/7')
    expect(many).toMatchObject({ scope: 'request', reason: 'too_large' })
    const few = await askFor(engine, { scope: 'scope:7 scope:8' }, 'GET /api/r7/1')
    expect(few).toMatchObject({ scope: 'api' })
    expect(few && allows(few, 'GET /api/r508/1')).toBe(true)
    expect(few && allows(few, 'GET /api/r9/1')).toBe(false)
  })

  it.each(['*', 'a*', '?', 'a?b', '${aws:UserAgent}'])(
    'of the segment %j is named in no policy',
    async (segment) => {
      const engine = createFor({ 'GET /{id}': S1 }, { apiGateway: { policy: 'request' } })
      expect(await askFor(engine, { scope: 's1' }, `GET /${segment}`)).toBeNull()
      const refused = await askFor(engine, {}, `GET /${segment}`)
      expect(refused && resourcesOf(refused, 'Allow')).toEqual([])
      expect(refused && resourcesOf(refused, 'Deny')).toEqual(['*'])
    },
  )

  it.each([
    ['colons', 'a:b:c'],
    ['a percent sign', '50%25'],
    ['unicode', '日本語'],
    ['encoded unicode', '%E6%97%A5'],
    ['8 KB', 'x'.repeat(8_000)],
    ['1,000 segments', 'x/'.repeat(1_000)],
  ])('of %s in a path is judged like any other', async (_, text) => {
    const routes = { 'GET /files/{rest+}': S1 }
    const allowed = await policyFor(routes, { scope: 's1' }, `GET /files/${text}`)
    expect(allowed.scope).toBe('api')
    expect(allows(allowed, `GET /files/${text}`)).toBe(true)
    const refused = await policyFor(routes, {}, `GET /files/${text}`)
    expect(allows(refused, `GET /files/${text}`)).toBe(false)
  })

  it('of an 8 KB path that has to be named is over the limit of a resource, and named', async () => {
    // API Gateway refuses it with 500: nobody is let in who should not be.
    const engine = createFor({ 'GET /files/{rest+}': S1 }, { apiGateway: { policy: 'request' } })
    const policy = await askFor(engine, { scope: 's1' }, `GET /files/${'x'.repeat(8_000)}`)
    expect(policy && resourcesOf(policy, 'Allow')).toHaveLength(1)
    const refused = await askFor(engine, {}, `GET /files/${'x'.repeat(8_000)}`)
    expect(refused && resourcesOf(refused, 'Deny')).toEqual(['*'])
  })

  it('of wildcards in a bound value, or of what no path may hold, binds nothing', async () => {
    for (const sub of ['*', 'a?', '${x}', 'a/b', 'a\\b', 'a\0b', '..']) {
      const policy = await policyFor({ 'GET /users/{id}': OWN, 'GET /a': S1 }, { sub, scope: 's1' })
      expect(resourcesOf(policy, 'Allow').every((resource) => !resource.includes('users'))).toBe(
        true,
      )
    }
  })

  it('of patterns in conflict is reported, all at once', () => {
    const routes = {
      'GET /{a}': S1,
      'GET /{b}': S1,
      'GET /a*': S1,
      'GET /x/{y}': { bind: { z: 'sub' } },
      'get /a': S1,
    }
    const faults = ['GET /{b}', 'GET /a*', 'bind', 'get /a']
    for (const fault of faults) expect(() => createFor(routes)).toThrow(fault)
  })
})
