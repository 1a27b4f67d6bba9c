/**
 * A session at API Gateway, which keeps the first answer for the rest of it: wherever it begins,
 * each route answers as it does when nothing is kept. The built function, behind the model.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuthorizerDefinition } from '../../dev/gateway/api.ts'
import { startGateway, type RunningGateway } from '../../dev/gateway/server.ts'
import type { ApiGatewayConfig, Config } from '../../shared/index.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import type { Members } from '../support/signer.ts'
import type { Header } from './support/door.ts'
import { HANDSHAKE } from './support/gateway-door.ts'
import { startLambda } from './support/lambda-environment.ts'
import { sendOverWire } from './support/wire.ts'
import { AUDIENCE } from './world.ts'

const ROUTES: NonNullable<Config['routes']> = {
  'GET /health': 'public',
  'GET /me': 'authenticated',
  'GET /patients': { scopes: 'read:patients' },
  'POST /patients': { scopes: 'write:patients' },
  'GET /patients/{id}': { scopes: 'read:patients' },
  'DELETE /patients/{id}': { scopes: 'write:patients', principal: 'user' },
  'GET /patients/archive': { scopes: 'read:archive' },
  'GET /patients/{id}/notes/{note}': { permissions: 'read:notes' },
  'GET /users/{id}': { bind: { id: 'sub' }, hideExistence: true },
  'PUT /users/{id}/photo': { bind: { id: 'sub' }, bindBypassScope: 'support' },
  '* /admin/{report+}': { anyScope: ['admin', 'audit'], delegation: 'forbid' },
  'GET /tier': { claims: { tier: 'gold' }, organizations: ['org_1'] },
  $connect: { scopes: 'read:patients' },
}

/** Each route, allowed or not, and what no route is for. */
const SESSION = [
  'GET /health',
  'GET /me',
  'HEAD /me',
  'GET /patients',
  'GET /patients/',
  'POST /patients',
  'GET /patients/7',
  'DELETE /patients/7',
  'GET /patients/archive',
  'GET /patients/%61rchive',
  'GET /patients/7/notes/1',
  'GET /patients/7/notes/1/more',
  'GET /users/auth0%7C123',
  'GET /users/auth0%7C9',
  'PUT /users/auth0%7C123/photo',
  'PUT /users/auth0%7C9/photo',
  'GET /admin/a',
  'PATCH /admin/a/b',
  'GET /tier',
  'GET /nowhere',
  'DELETE /patients',
]

const CALLERS: Readonly<Record<string, Members>> = {
  'a reader': { scope: 'read:patients' },
  'a writer': { scope: 'read:patients write:patients', permissions: ['read:notes'] },
  'an archivist': { scope: 'read:patients read:archive support' },
  'an auditor': { scope: 'audit', tier: 'gold', org_id: 'org_1' },
  'somebody on behalf of an auditor': { scope: 'audit', act: { sub: 'agt_1' } },
  'a machine': { scope: 'read:patients write:patients', gty: 'client-credentials' },
}

let issuer: ScriptedIssuer
const running: { close(): Promise<unknown> }[] = []

beforeAll(async () => {
  issuer = await startScriptedIssuer()
})

afterAll(async () => {
  for (const one of running.toReversed()) await one.close()
  await issuer.close()
})

async function load(apiGateway: ApiGatewayConfig) {
  const issuers = [{ issuer: issuer.issuer, audience: AUDIENCE }]
  const config: Config = { issuers, routes: ROUTES, apiGateway, log: 'none' }
  const environment = await startLambda({ AUTHORIZER_CONFIG: JSON.stringify(config) })
  running.push(environment)
  return environment
}

type Kind = 'rest-token' | 'rest-request' | 'http-1.0' | 'http-2.0'

interface Options {
  readonly kind: Kind
  readonly handler: Awaited<ReturnType<typeof load>>['handler']
  readonly authorizer: Partial<AuthorizerDefinition>
  readonly routes?: readonly string[]
  readonly now?: () => number
}

async function start({ kind, authorizer, routes, ...given }: Options): Promise<RunningGateway> {
  const family = kind.startsWith('rest') ? 'method.request' : '$request'
  const gateway = await startGateway({
    ...given,
    kind,
    routes: routes ?? ['ANY /{proxy+}'],
    authorizer: { identitySources: [`${family}.header.Authorization`], ...authorizer },
    integration: () => ({ statusCode: 200 }),
  })
  running.push(gateway)
  return gateway
}

let tokens = 0
/** Never the same twice, so that nothing is kept for it. */
const tokenFor = (claims: Members): Header => {
  tokens += 1
  return ['Authorization', `Bearer ${issuer.sign({ ...claims, jti: `${tokens}` })}`]
}

async function ask(gateway: RunningGateway, header: Header, target: string): Promise<number> {
  const { port, pathname } = new URL(gateway.url)
  const [method = '', path = ''] = target.split(' ')
  const stage = pathname === '/' ? '' : pathname
  const sent = { method, path: stage + path, headers: [header] }
  return (await sendOverWire(Number(port), sent)).status
}

async function askAll(gateway: RunningGateway, header: Header, targets = SESSION) {
  const statuses: Record<string, number> = {}
  for (const target of targets) statuses[target] = await ask(gateway, header, target)
  return statuses
}

/** How often the function was asked, of the latest requests. */
const asked = ({ calls }: RunningGateway, latest: number): number =>
  calls.slice(-latest).filter(({ authorizer }) => authorizer === 'invoked').length

describe.each(['rest-token', 'rest-request', 'http-1.0', 'http-2.0'] as const)(
  'an API of kind %s that keeps policies for 300 seconds',
  (kind) => {
    let kept: RunningGateway
    let fresh: RunningGateway
    beforeAll(async () => {
      const { handler } = await load({ httpApiResponse: 'iam' })
      kept = await start({ kind, handler, authorizer: { resultTtlSeconds: 300 } })
      fresh = await start({ kind, handler, authorizer: { resultTtlSeconds: 0 } })
    })

    it.each(Object.entries(CALLERS))(
      'answers %s alike wherever the session begins',
      async (_, claims) => {
        const expected = await askAll(fresh, tokenFor(claims))
        expect(new Set(Object.values(expected))).toEqual(new Set([200, 403]))
        for (const first of SESSION) {
          const header = tokenFor(claims)
          expect(await ask(kept, header, first)).toBe(expected[first])
          expect({ first, ...(await askAll(kept, header)) }).toEqual({ first, ...expected })
          expect(asked(kept, SESSION.length + 1)).toBe(1)
        }
      },
    )
  },
)

describe('an HTTP API that keeps a yes or no', () => {
  const PATTERNS = Object.keys(ROUTES).filter((pattern) => pattern !== '$connect')
  const routes = PATTERNS.map((pattern) => pattern.replace(/^\*/, 'ANY'))
  // A yes is for a route, not for an object: rules about objects cannot be kept like that.
  const session = SESSION.filter(
    (target) => !/users|archive|nowhere|more|HEAD|patients\/$/.test(target),
  )

  it.each(Object.entries(CALLERS))(
    'for each route by itself answers %s alike',
    async (_, claims) => {
      const { handler } = await load({})
      const identitySources = ['$request.header.Authorization', '$context.routeKey']
      const simple = { simpleResponses: true, identitySources }
      const kept = await start({
        kind: 'http-2.0',
        handler,
        routes,
        authorizer: { ...simple, resultTtlSeconds: 300 },
      })
      const fresh = await start({
        kind: 'http-2.0',
        handler,
        routes,
        authorizer: { ...simple, resultTtlSeconds: 0 },
      })
      const expected = await askAll(fresh, tokenFor(claims), session)
      const header = tokenFor(claims)
      expect(await askAll(kept, header, session)).toEqual(expected)
      expect(await askAll(kept, header, session.toReversed())).toEqual(expected)
    },
  )

  it('for the token alone lets it in everywhere, which is why nobody should', async () => {
    const { handler } = await load({})
    const authorizer = { simpleResponses: true, resultTtlSeconds: 300 }
    const kept = await start({ kind: 'http-2.0', handler, authorizer })
    const header = tokenFor({ scope: 'read:patients' })
    expect(await askAll(kept, header, ['GET /me', 'GET /admin/a'])).toEqual({
      'GET /me': 200,
      'GET /admin/a': 200,
    })
  })
})

describe('a policy for the request alone', () => {
  it('is right where nothing is kept, and shuts the rest out where it is', async () => {
    const { handler } = await load({ policy: 'request' })
    const whole = await load({ policy: 'api' })
    const claims = CALLERS['a writer'] ?? {}
    const fresh = await start({
      kind: 'rest-request',
      handler,
      authorizer: { resultTtlSeconds: 0 },
    })
    const other = await start({
      kind: 'rest-request',
      handler: whole.handler,
      authorizer: { resultTtlSeconds: 0 },
    })
    expect(await askAll(fresh, tokenFor(claims))).toEqual(await askAll(other, tokenFor(claims)))
    const kept = await start({
      kind: 'rest-request',
      handler,
      authorizer: { resultTtlSeconds: 300 },
    })
    const header = tokenFor(claims)
    expect(await ask(kept, header, 'GET /me')).toBe(200)
    expect(await ask(kept, header, 'GET /patients')).toBe(403)
  })
})

describe('a policy that ends with its token', () => {
  it('is not good for longer where it is kept', async () => {
    let now = Date.now()
    const exp = Math.floor(now / 1000) + 120
    const statuses = async (expiryCondition: boolean) => {
      now = Date.now()
      const { handler } = await load({ expiryCondition })
      const authorizer = { resultTtlSeconds: 300 }
      const kept = await start({ kind: 'rest-request', handler, authorizer, now: () => now })
      const header = tokenFor({ scope: 'read:patients', exp })
      const before = await ask(kept, header, 'GET /patients')
      now += 121_000
      return [before, await ask(kept, header, 'GET /patients'), asked(kept, 2)]
    }
    expect(await statuses(true)).toEqual([200, 403, 1])
    expect(await statuses(false)).toEqual([200, 200, 1])
  })
})

describe('a WebSocket API', () => {
  it('asks at each connection, and keeps nothing', async () => {
    const { handler } = await load({})
    const gateway = await startGateway({
      kind: 'websocket',
      routes: ['$connect', '$default'],
      authorizer: { identitySources: ['route.request.header.Authorization'] },
      handler,
      integration: () => ({ statusCode: 200 }),
    })
    running.push(gateway)
    const { port, pathname } = new URL(gateway.url)
    const connect = async (header: Header) => {
      const sent = { path: pathname, headers: [...HANDSHAKE, header] }
      return (await sendOverWire(Number(port), sent)).status
    }
    const header = tokenFor({ scope: 'read:patients' })
    expect([await connect(header), await connect(header)]).toEqual([101, 101])
    expect(await connect(tokenFor({ scope: 'x' }))).toBe(403)
    expect(asked(gateway, 3)).toBe(3)
  })
})
