/** Who calls, as a handler reads it behind either front door. */
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { MissingAuthContextError, readAuthContext } from '../../shared/index.ts'
import type { AuthContext, Identity } from '../../shared/index.ts'
import { writeIdentity, writeIdentityHeaders } from '../../shared/wire/identity.ts'

const IDENTITY: Identity = {
  subject: 'auth0|jörg',
  issuer: 'https://issuer.example/',
  audience: ['https://api.example.com'],
  clientId: 'client-1',
  scopes: ['read:a', 'write:a'],
  permissions: ['p:1', 'p:2'],
  issuedAt: 1_700_000_000,
  expiresAt: 1_700_000_600.5,
  tokenKind: 'jwt',
  claims: {},
}

/** Whole seconds travel, and no claims. */
const EXPECTED: AuthContext = {
  subject: 'auth0|jörg',
  issuer: 'https://issuer.example/',
  clientId: 'client-1',
  scopes: ['read:a', 'write:a'],
  permissions: ['p:1', 'p:2'],
  expiresAt: 1_700_000_600,
  tokenKind: 'jwt',
}

type Fields = Readonly<Record<string, unknown>>

const flat = (context: Fields) => ({ principalId: 'x', integrationLatency: 7, ...context })

/** As the integration of each kind of API is handed them (platform documentation). */
const EVENTS: Readonly<Record<string, (context: Fields) => object>> = {
  'REST API': (context) => ({
    resource: '/a',
    httpMethod: 'GET',
    headers: {},
    requestContext: { stage: 'prod', authorizer: flat(context) },
  }),
  'HTTP API, payload 1.0': (context) => ({
    version: '1.0',
    requestContext: { authorizer: flat(context) },
  }),
  'HTTP API, payload 2.0': (context) => ({
    version: '2.0',
    requestContext: { http: { method: 'GET' }, authorizer: { lambda: context } },
  }),
  'WebSocket API': (context) => ({
    body: '{}',
    requestContext: { eventType: 'MESSAGE', connectionId: 'x', authorizer: flat(context) },
  }),
  'a request behind the Worker': (context) => requestOf({ ...IDENTITY, ...readBack(context) }),
}

const requestOf = (identity: Identity): Request =>
  new Request('https://api.example.com/a', {
    headers: writeIdentityHeaders(identity).map(([name, value]) => [name, value]),
  })

const readBack = ({ clientId, scope, permissions }: Fields): Partial<Identity> => ({
  clientId: String(clientId) || null,
  scopes: String(scope).split(' ').filter(Boolean),
  permissions: String(permissions).split(' ').filter(Boolean),
})

describe.each(Object.entries(EVENTS))('%s', (name, build) => {
  it('says who calls', () => {
    expect(readAuthContext(build(writeIdentity(IDENTITY)))).toEqual(EXPECTED)
  })

  it('says so of a caller without client, scopes and permissions', () => {
    const bare: Identity = { ...IDENTITY, clientId: null, scopes: [], permissions: [] }
    const expected = { ...EXPECTED, clientId: null, scopes: [], permissions: [] }
    expect(readAuthContext(build(writeIdentity(bare)))).toEqual(expected)
  })

  it('keeps a permission that holds a blank in one piece', () => {
    const permissions = ['read:a admin', '100%', '%20', 'p']
    const text = writeIdentity({ ...IDENTITY, permissions })
    expect(text['permissions']?.split(' ')).not.toContain('admin')
    const source =
      name === 'a request behind the Worker' ? requestOf({ ...IDENTITY, permissions }) : build(text)
    expect(readAuthContext(source)).toEqual({ ...EXPECTED, permissions })
  })

  it('says so beside the code of a refusal that API Gateway has kept', () => {
    const context = { ...writeIdentity(IDENTITY), code: 'insufficient_scope', status: '403' }
    expect(readAuthContext(build(context))).toEqual(EXPECTED)
  })

  if (name === 'a request behind the Worker') return
  it.each(['subject', 'issuer', 'tokenKind', 'expiresAt'])('without %s is refused', (member) => {
    const { [member]: _, ...context } = writeIdentity(IDENTITY)
    expect(() => readAuthContext(build(context))).toThrow(MissingAuthContextError)
    expect(() => readAuthContext(build({ ...context, [member]: '' }))).toThrow(
      MissingAuthContextError,
    )
  })
})

describe('refused is', () => {
  const context = writeIdentity(IDENTITY)
  it.each([
    ['an empty event', {}],
    ['an event without an authorizer', { requestContext: {} }],
    ['an event whose authorizer is null', { requestContext: { authorizer: null } }],
    [
      'an event of a public route',
      { requestContext: { authorizer: { principalId: 'anonymous' } } },
    ],
    [
      'an event of another authorizer',
      { requestContext: { authorizer: { jwt: { claims: context } } } },
    ],
    [
      'an event that nobody authorized, with headers',
      { headers: Object.fromEntries(writeIdentityHeaders(IDENTITY)), requestContext: {} },
    ],
    ['a context that is inherited', { requestContext: Object.create({ authorizer: context }) }],
    ['a list in place of text', { requestContext: { authorizer: { ...context, subject: ['x'] } } }],
    ['another kind of token', { requestContext: { authorizer: { ...context, tokenKind: 'x' } } }],
    ['a time that is none', { requestContext: { authorizer: { ...context, expiresAt: 'soon' } } }],
    ['a time before all', { requestContext: { authorizer: { ...context, expiresAt: '0' } } }],
    ['a request without identity', new Request('https://api.example.com/')],
    [
      'a request with half an identity',
      new Request('https://api.example.com/', { headers: { 'x-auth-subject': 'x' } }),
    ],
  ])('%s', (_, source) => {
    expect(() => readAuthContext(source)).toThrow(MissingAuthContextError)
  })

  it('a header that the Worker did not write', () => {
    const headers = new Headers(requestOf(IDENTITY).headers)
    headers.set('x-auth-subject', '%zz')
    const request = new Request('https://api.example.com/', { headers })
    expect(() => readAuthContext(request)).toThrow(MissingAuthContextError)
  })
})

it('takes numbers, which some platforms keep', () => {
  const context = { ...writeIdentity(IDENTITY), expiresAt: 1_700_000_600 }
  expect(readAuthContext({ requestContext: { authorizer: { lambda: context } } })).toEqual(EXPECTED)
})

it('is typed as what of an identity travels', () => {
  expectTypeOf(readAuthContext).returns.toEqualTypeOf<AuthContext>()
  expectTypeOf<Identity>().toExtend<AuthContext>()
})

it('reads any subject back from the headers that carried it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (subject) => {
      expect(readAuthContext(requestOf({ ...IDENTITY, subject })).subject).toBe(subject)
    }),
    { numRuns: 2_000, seed: 20_261_124 },
  )
})
