import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logIn } from '../../../dev/issuer/login.ts'
import { startIssuer, type Issuer } from '../../../dev/issuer/start.ts'
import { createAuthorizer } from '../../../shared/index.ts'
import type {
  Authorizer,
  AuthorizerEvent,
  Config,
  Issuer as Trusted,
} from '../../../shared/index.ts'

let issuer: Issuer
const events: AuthorizerEvent[] = []

beforeAll(async () => {
  issuer = await startIssuer({ claims: () => ({ org_id: 'org_1' }) })
})
afterAll(() => issuer.close())

type ApiName = 'api' | 'apiPost' | 'apiKey'

const ROUTES: NonNullable<Config['routes']> = {
  'GET /patients': { scopes: 'read:patients' },
  'GET /org': { organizations: ['org_1'] },
  'GET /machines': { principal: 'machine' },
  'GET /users/{id}': { bind: { id: 'sub' } },
  'GET /me': { accept: ['jwt', 'userinfo'] },
  'GET /scoped': { accept: ['userinfo'], scopes: 'openid' },
}

function introspectAs(name: ApiName, more: object = {}): Trusted {
  const { clientId, authentication, secret } = issuer.clients[name]
  return {
    issuer: issuer.issuer,
    audience: issuer.opaqueAudience,
    opaque: {
      introspect: {
        clientId,
        authentication: authentication as 'client_secret_basic',
        ...(secret === undefined
          ? { privateKey: { env: 'KEY' } }
          : { clientSecret: { env: 'SECRET' } }),
        ...more,
      },
    },
  }
}

function open(trusted: Trusted, name: ApiName = 'api', secret?: string): Authorizer {
  const client = issuer.clients[name]
  const environment = {
    SECRET: secret ?? client.secret,
    KEY: JSON.stringify(client.privateKey ?? null),
  }
  const observe = (event: AuthorizerEvent) => void events.push(event)
  return createAuthorizer({ issuers: [trusted], routes: ROUTES }, { environment, observe })
}

const request = (path: string, token: string) =>
  new Request(`https://api.example.com${path}`, { headers: { authorization: `Bearer ${token}` } })

const codeOf = async (authorizer: Authorizer, path: string, token: string) => {
  const decision = await authorizer.authorize(request(path, token))
  return decision.outcome === 'allow' ? 'allow' : decision.code
}

describe('introspection at a real provider', () => {
  it.each(['api', 'apiPost', 'apiKey'] as const)('as %s', async (name) => {
    const authorizer = open(introspectAs(name), name)
    const token = await issuer.mint({ resource: issuer.opaqueAudience })
    const decision = await authorizer.authorize(request('/patients', token))
    expect(decision).toMatchObject({
      outcome: 'allow',
      identity: {
        subject: 'machine',
        issuer: issuer.issuer,
        audience: [issuer.opaqueAudience],
        clientId: 'machine',
        scopes: ['read:patients', 'read:admin'],
        tokenKind: 'introspected',
        claims: { org_id: 'org_1' },
      },
    })
    expect(await codeOf(authorizer, '/org', token)).toBe('allow')
    expect(await codeOf(authorizer, '/machines', token)).toBe('allow')
    expect(await codeOf(authorizer, '/users/machine', token)).toBe('resource_owner_mismatch')
  })

  it.each(['api', 'apiPost', 'apiKey'] as const)('with signed answers, as %s', async (name) => {
    const authorizer = open(introspectAs(name, { response: 'jwt' }), name)
    const token = await issuer.mint({ resource: issuer.opaqueAudience })
    expect(await codeOf(authorizer, '/patients', token)).toBe('allow')
    expect(await codeOf(authorizer, '/patients', `${token}x`)).toBe('token_inactive')
  })

  it('binds a user to the path', async () => {
    const authorizer = open(introspectAs('api'))
    const scopes = ['openid', 'read:patients']
    const user = { user: 'auth0|ada', scopes, resource: issuer.opaqueAudience }
    const { accessToken } = await logIn(issuer, user)
    expect(await codeOf(authorizer, '/users/auth0%7Cada', accessToken)).toBe('allow')
    expect(await codeOf(authorizer, '/users/auth0%7Cbob', accessToken)).toBe(
      'resource_owner_mismatch',
    )
  })

  it('takes no refresh token, and no token of another API', async () => {
    const authorizer = open(introspectAs('api'))
    const scopes = ['openid', 'offline_access', 'read:patients']
    const user = { user: 'auth0|ada', scopes, resource: issuer.opaqueAudience }
    const { refreshToken = '' } = await logIn(issuer, user)
    expect(await codeOf(authorizer, '/patients', refreshToken)).toBe('audience_mismatch')
    const other = await logIn(issuer, { user: 'auth0|ada', scopes: ['openid'] })
    expect(await codeOf(authorizer, '/patients', other.accessToken)).toBe('audience_mismatch')
  })

  it('takes a token without audience from a named client alone, and never a refresh token', async () => {
    const optional = { audienceOptional: true }
    const user = { user: 'auth0|ada', scopes: ['openid', 'offline_access'] }
    const { accessToken, refreshToken = '' } = await logIn(issuer, user)
    const named = open(introspectAs('api', { ...optional, clientIds: ['app'] }))
    expect(await codeOf(named, '/org', accessToken)).toBe('allow')
    expect(await codeOf(named, '/org', refreshToken)).toBe('audience_mismatch')
    const others = open(introspectAs('api', { ...optional, clientIds: ['machine'] }))
    expect(await codeOf(others, '/org', accessToken)).toBe('audience_mismatch')
  })

  it('raises an alarm, and refuses nobody, when its own credentials are wrong', async () => {
    events.length = 0
    const authorizer = open(introspectAs('api'), 'api', 'wrong')
    const token = await issuer.mint({ resource: issuer.opaqueAudience })
    expect(await codeOf(authorizer, '/patients', token)).toBe('introspection_unavailable')
    expect(events).toContainEqual({
      event: 'opaque',
      issuer: issuer.issuer,
      outcome: 'credentials_refused',
      detail: 'status 401',
    })
  })

  it('refuses a configuration whose secret is missing, or no private key', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const build = (trusted: Trusted, environment: object) => () =>
      createAuthorizer({ issuers: [trusted] }, { environment: { ...environment } })
    expect(build(introspectAs('api'), {})).toThrow('issuers[0].opaque.introspect.clientSecret.env')
    expect(build(introspectAs('apiKey'), { KEY: pem })).toThrow('private JWK')
  })
})

describe('/userinfo of a real provider', () => {
  const trusted = (): Trusted => ({
    issuer: issuer.issuer,
    audience: issuer.audience,
    opaque: { userinfo: {} },
  })

  it('proves a user, on routes that take that, and grants no scope', async () => {
    const authorizer = open(trusted())
    const { accessToken } = await logIn(issuer, { user: 'auth0|ada', scopes: ['openid', 'email'] })
    const before = issuer.requests.userinfo
    const decision = await authorizer.authorize(request('/me', accessToken))
    expect(decision).toMatchObject({
      outcome: 'allow',
      identity: {
        subject: 'auth0|ada',
        tokenKind: 'userinfo',
        scopes: [],
        clientId: null,
        userinfo: { email: 'ada@example.com' },
      },
    })
    expect(await codeOf(authorizer, '/scoped', accessToken)).toBe('insufficient_scope')
    expect(issuer.requests.userinfo - before).toBe(1)
  })

  it('tells a token that the issuer refuses from an outage', async () => {
    const authorizer = open(trusted())
    expect(await codeOf(authorizer, '/me', 'never-issued')).toBe('token_inactive')
    const machines = await issuer.mint({ resource: null })
    expect(await codeOf(authorizer, '/me', machines)).toBe('token_inactive')
  })
})
