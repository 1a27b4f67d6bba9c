/** The Lambda function as API Gateway sees it (contract §4, Lambda): the built one, in Node. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluatePolicy } from '../../dev/gateway/iam.ts'
import { readPolicy } from '../../dev/gateway/policy.ts'
import { startGateway, type RunningGateway } from '../../dev/gateway/server.ts'
import type { ApiGatewayConfig, Config } from '../../shared/index.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import type { Members } from '../support/signer.ts'
import type { Header, Sent } from './support/door.ts'
import { arnOf, buildEvent, type EventKind } from './support/events.ts'
import { HANDSHAKE } from './support/gateway-door.ts'
import { decisionOf, startLambda, type LambdaEnvironment } from './support/lambda-environment.ts'
import { sendOverWire } from './support/wire.ts'
import { AUDIENCE } from './world.ts'

const ROUTES: NonNullable<Config['routes']> = {
  'GET /health': 'public',
  'GET /me': 'authenticated',
  'GET /patients': { scopes: 'read:patients' },
  'DELETE /patients': { scopes: 'delete:patients' },
  'GET /patients/{id}': { scopes: 'read:patients' },
  'GET /patients/archive': { scopes: 'read:archive' },
  'GET /admin/{report+}': { scopes: 'read:admin' },
  'GET /users/{id}': { bind: { id: 'sub' } },
  $connect: { scopes: 'read:patients' },
}

let issuer: ScriptedIssuer
let down: ScriptedIssuer
const running: { close(): Promise<unknown> }[] = []

beforeAll(async () => {
  issuer = await startScriptedIssuer()
  down = await startScriptedIssuer()
  down.answer('discovery', { status: 500 })
})

afterAll(async () => {
  for (const one of running.toReversed()) await one.close()
  await Promise.all([issuer.close(), down.close()])
})

async function load(config: Partial<Config> = {}, more: Readonly<Record<string, string>> = {}) {
  const issuers = [issuer, down].map((one) => ({ issuer: one.issuer, audience: AUDIENCE }))
  const whole = { issuers, routes: ROUTES, log: 'all', ...config }
  const environment = await startLambda({ AUTHORIZER_CONFIG: JSON.stringify(whole), ...more })
  running.push(environment)
  return environment
}

const loadWith = (apiGateway: ApiGatewayConfig, config: Partial<Config> = {}) =>
  load({ ...config, apiGateway })

const SCOPE = 'read:patients'
const bearer = (claims: Members = {}): readonly Header[] => [
  ['Authorization', `Bearer ${issuer.sign({ scope: SCOPE, ...claims })}`],
]

interface PolicyAnswer {
  readonly principalId: string
  readonly policyDocument: { readonly Statement: readonly Readonly<Record<string, unknown>>[] }
  readonly context: Readonly<Record<string, string>>
  readonly usageIdentifierKey?: string
}

async function answerOf(environment: LambdaEnvironment, kind: EventKind, sent: Sent) {
  const invocation = await environment.invoke(buildEvent(kind, sent))
  if (invocation.type === 'threw') throw new Error(`threw ${invocation.error.message}`)
  return invocation.answer as PolicyAnswer
}

async function errorOf(environment: LambdaEnvironment, kind: EventKind, sent: Sent) {
  const invocation = await environment.invoke(buildEvent(kind, sent))
  return invocation.type === 'threw' ? invocation.error : undefined
}

function effectOf({ policyDocument }: PolicyAnswer, arn: string, nowMs = Date.now()) {
  const policy = readPolicy(policyDocument)
  if (!policy.ok) throw new Error(policy.error)
  return evaluatePolicy(policy.value, arn, { nowMs, sourceIp: '127.0.0.1' }).effect
}

const resourcesOf = ({ policyDocument }: PolicyAnswer): readonly string[] =>
  policyDocument.Statement.flatMap(({ Resource }) => Resource as readonly string[])

const POLICIES: readonly EventKind[] = ['rest-token', 'rest-request', 'http-1.0', 'websocket']
const ALL: readonly EventKind[] = [...POLICIES, 'http-2.0']

describe.each(ALL)('an event of kind %s', (kind) => {
  let environment: LambdaEnvironment
  beforeAll(async () => {
    environment = await load()
  })
  const path = '/patients'
  const ask = (headers: readonly Header[]): Sent => ({ path, headers })

  it.each([
    ['a bad token', 'Bearer a.b.c'],
    ['an expired token', undefined],
    ['credentials that make a 400', 'Bearer "x"'],
    ['no token', ''],
  ])('is answered by throwing Unauthorized, to the letter: %s', async (_, value) => {
    const expired = `Bearer ${issuer.sign({ iat: 1, exp: 2 })}`
    const headers: readonly Header[] = [['Authorization', value ?? expired]]
    expect(await errorOf(environment, kind, ask(headers))).toEqual({
      name: 'Error',
      message: 'Unauthorized',
    })
  })

  it('is answered by throwing something else when the issuer is away', async () => {
    const headers: readonly Header[] = [['Authorization', `Bearer ${down.sign()}`]]
    const error = await errorOf(environment, kind, ask(headers))
    expect(error?.message).toMatch(/keys_unavailable/)
    expect(error?.message).not.toMatch(/^Unauthorized/)
  })

  it('is answered with a context of flat text, which says who calls', async () => {
    const exp = Math.floor(Date.now() / 1000) + 600
    const claims = { exp: exp + 0.5, scope: `${SCOPE} x`, permissions: ['p:1', 'p:2'] }
    const { context } = await answerOf(environment, kind, ask(bearer(claims)))
    expect(context).toEqual({
      subject: 'auth0|123',
      issuer: issuer.issuer,
      clientId: 'client-1',
      scope: 'read:patients x',
      permissions: 'p:1 p:2',
      expiresAt: `${exp}`,
      tokenKind: 'jwt',
    })
  })

  it('is answered with who calls, and why not, when that is refused', async () => {
    const { context } = await answerOf(environment, kind, ask(bearer({ scope: 'x' })))
    expect(context).toMatchObject({
      subject: 'auth0|123',
      scope: 'x',
      code: 'insufficient_scope',
      status: '403',
      wwwAuthenticate: expect.stringContaining('scope="read:patients"'),
    })
    expect(Object.values(context).every((value) => typeof value === 'string')).toBe(true)
  })
})

describe.each(POLICIES)('the policy for an event of kind %s', (kind) => {
  let environment: LambdaEnvironment
  beforeAll(async () => {
    environment = await load()
  })
  const sent = (claims: Members = {}): Sent => ({ path: '/patients', headers: bearer(claims) })

  it('is made out to the subject, in the form that API Gateway takes', async () => {
    const answer = await answerOf(environment, kind, sent())
    expect(answer).toEqual({
      principalId: 'auth0|123',
      policyDocument: { Version: '2012-10-17', Statement: expect.any(Array) },
      context: expect.any(Object),
    })
    for (const statement of answer.policyDocument.Statement) {
      expect(statement).toEqual({
        Action: 'execute-api:Invoke',
        Effect: expect.stringMatching(/^(?:Allow|Deny)$/),
        Resource: expect.any(Array),
      })
    }
  })

  it('speaks of this stage of this API and of nothing else', async () => {
    const stage = arnOf(kind, { path: '/patients' }).split('/').slice(0, 2).join('/')
    for (const claims of [{}, { scope: 'x' }]) {
      const resources = resourcesOf(await answerOf(environment, kind, sent(claims)))
      expect(resources.length).toBeGreaterThan(0)
      for (const resource of resources) expect(resource.startsWith(`${stage}/`)).toBe(true)
    }
  })

  it('never allows everything', async () => {
    const answer = await answerOf(environment, kind, sent({ scope: 'read:patients read:admin' }))
    const stage = arnOf(kind).split('/').slice(0, 2).join('/')
    expect(effectOf(answer, `${stage}/GET/anything`)).not.toBe('allow')
    expect(effectOf(answer, `${stage}/POST/patients`)).not.toBe('allow')
    expect(effectOf(answer, `${stage.replace('a1b2c3d4e5', 'zzzzzzzzzz')}/GET/patients`)).not.toBe(
      'allow',
    )
  })

  it('is written for the partition that asks', async () => {
    const event = JSON.stringify(buildEvent(kind, sent())).replace('arn:aws:', 'arn:aws-cn:')
    const invocation = await environment.invoke(JSON.parse(event))
    expect(invocation.type).toBe('answered')
    const answer = 'answer' in invocation ? (invocation.answer as PolicyAnswer) : undefined
    expect(effectOf(answer!, arnOf(kind, sent()).replace('arn:aws:', 'arn:aws-cn:'))).toBe('allow')
  })
})

describe('a policy for the whole API', () => {
  let environment: LambdaEnvironment
  beforeAll(async () => {
    environment = await load()
  })
  const effects = async (sent: Sent, targets: readonly string[]) => {
    const answer = await answerOf(environment, 'rest-request', sent)
    const effect = (target: string) => {
      const [method = '', path = ''] = target.split(' ')
      return effectOf(answer, arnOf('rest-request', { method, path }))
    }
    return Object.fromEntries(targets.map((target) => [target, effect(target)]))
  }
  const TARGETS = [
    'GET /health',
    'GET /me',
    'GET /patients',
    'HEAD /patients',
    'GET /patients/',
    'DELETE /patients',
    'GET /patients/7',
    'GET /patients/archive',
    'GET /admin/x',
    'GET /admin/x/y',
    'GET /users/auth0|123',
    'GET /users/auth0%7C123',
    'GET /users/auth0%7C9',
    'GET /nowhere',
  ]
  const verdicts = (allowed: readonly string[]) =>
    Object.fromEntries(
      TARGETS.map((target) => [
        target,
        allowed.includes(target) ? 'allow' : expect.stringMatching(/deny$/),
      ]),
    )
  const OWN = ['GET /users/auth0|123', 'GET /users/auth0%7C123']
  const OPEN = ['GET /health', 'GET /me', ...OWN]
  const PATIENTS = ['GET /patients', 'HEAD /patients', 'GET /patients/', 'GET /patients/7']

  it.each([
    ['an allowed request', '/patients'],
    ['a refused one', '/admin/x'],
    ['one that no pattern matches', '/nowhere'],
    ['a public one', '/health'],
    ["somebody else's object", '/users/x'],
  ])('says the same of every route, whichever was asked for: %s', async (_, path) => {
    expect(await effects({ path, headers: bearer() }, TARGETS)).toEqual(
      verdicts([...OPEN, ...PATIENTS]),
    )
  })

  it('allows what the scopes allow, and denies the rest', async () => {
    const headers = bearer({ scope: 'read:admin read:archive' })
    expect(await effects({ path: '/me', headers }, TARGETS)).toEqual(
      verdicts([...OPEN, 'GET /patients/archive', 'GET /admin/x', 'GET /admin/x/y']),
    )
  })

  it.each<[string, () => readonly Header[]]>([
    ['no token', () => []],
    ['a bad token', () => [['Authorization', 'Bearer a.b.c']]],
    ['an expired token', () => bearer({ iat: 1, exp: 2 })],
    ['a token that is bound to a key', () => bearer({ cnf: { jkt: 'thumbprint' } })],
  ])('allows the public routes alone to %s', async (_, write) => {
    const sent = { path: '/health', headers: write() }
    expect(await effects(sent, TARGETS)).toEqual(verdicts(['GET /health']))
    const answer = await answerOf(environment, 'rest-request', sent)
    expect(answer.principalId).not.toBe('')
    expect(answer.context).toEqual({})
  })

  it.each(['*', '?', 'a*', '..', '.', 'a/b', '${aws:username}', '${*}'])(
    'binds nothing to the subject %j',
    async (sub) => {
      const answer = await answerOf(environment, 'rest-request', {
        path: '/me',
        headers: bearer({ sub }),
      })
      const bound = resourcesOf(answer).filter((resource) => resource.includes('/users/'))
      const allowed = bound.filter((resource) => effectOf(answer, resource) === 'allow')
      expect(allowed).toEqual([])
      expect(effectOf(answer, arnOf('rest-request', { path: '/users/anybody' }))).not.toBe('allow')
      expect(effectOf(answer, arnOf('rest-request', { path: '/me' }))).toBe('allow')
    },
  )

  it('takes no wildcard from a request', async () => {
    const targets = ['GET /patients/7', 'GET /patients/archive', 'GET /admin/x']
    expect(await effects({ path: '/patients/*', headers: bearer() }, targets)).toEqual({
      'GET /patients/7': 'allow',
      'GET /patients/archive': expect.stringMatching(/deny$/),
      'GET /admin/x': expect.stringMatching(/deny$/),
    })
    // In a spelling that no policy foresees, it would have to be named as it is.
    const sent: Sent = { path: '/%70atients/*', headers: bearer() }
    const invocation = await environment.invoke(buildEvent('rest-request', sent))
    expect(decisionOf(invocation.lines)).toMatchObject({ outcome: 'deny', code: 'path_ambiguous' })
  })

  it('names the present request alone where it would be too large', async () => {
    const many = Array.from({ length: 200 }, (_, index) => [
      `GET /things-${index}`,
      'authenticated',
    ])
    const large = await load({ routes: Object.fromEntries(many) as Config['routes'] & object })
    const sent: Sent = { path: '/things-7', headers: bearer() }
    const invocation = await large.invoke(buildEvent('rest-request', sent))
    expect(decisionOf(invocation.lines)).toMatchObject({ outcome: 'allow', policy: 'request' })
    const answer = await answerOf(large, 'rest-request', sent)
    expect(resourcesOf(answer)).toEqual([arnOf('rest-request', sent)])
    expect(
      decisionOf((await environment.invoke(buildEvent('rest-request', sent))).lines),
    ).toMatchObject({ policy: 'api' })
  })
})

describe('a policy for the request', () => {
  let environment: LambdaEnvironment
  beforeAll(async () => {
    environment = await loadWith({ policy: 'request' })
  })

  it('names the request that is allowed, and nothing else', async () => {
    const sent: Sent = { path: '/patients/7', headers: bearer() }
    const answer = await answerOf(environment, 'rest-request', sent)
    expect(answer.policyDocument.Statement).toEqual([
      { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: [arnOf('rest-request', sent)] },
    ])
  })

  it('allows nothing where the request is refused', async () => {
    const answer = await answerOf(environment, 'rest-request', {
      path: '/admin/x',
      headers: bearer(),
    })
    for (const path of ['/admin/x', '/patients', '/health']) {
      expect(effectOf(answer, arnOf('rest-request', { path }))).not.toBe('allow')
    }
  })

  it.each(['/patients/*', '/patients/a?', '/admin/*'])(
    'is refused to the path %s',
    async (path) => {
      const headers = bearer({ scope: 'read:patients read:admin' })
      const invocation = await environment.invoke(buildEvent('rest-request', { path, headers }))
      expect(decisionOf(invocation.lines)).toMatchObject({
        outcome: 'deny',
        code: 'path_ambiguous',
      })
      expect(invocation).toMatchObject({ type: 'threw', error: { message: 'Unauthorized' } })
    },
  )
})

describe('a policy that expires', () => {
  it('ends with the token, kept or not', async () => {
    const environment = await loadWith({ expiryCondition: true })
    const exp = Math.floor(Date.now() / 1000) + 600
    const sent: Sent = { path: '/patients', headers: bearer({ exp }) }
    const answer = await answerOf(environment, 'rest-request', sent)
    const arn = arnOf('rest-request', sent)
    expect(effectOf(answer, arn, exp * 1000 - 1000)).toBe('allow')
    expect(effectOf(answer, arn, exp * 1000 + 1000)).not.toBe('allow')
  })

  it('does so only where that is configured', async () => {
    const answer = await answerOf(await load(), 'rest-request', {
      path: '/patients',
      headers: bearer(),
    })
    expect(
      effectOf(answer, arnOf('rest-request', { path: '/patients' }), Date.now() + 10 ** 12),
    ).toBe('allow')
  })
})

describe('the usage identifier', () => {
  it('is the configured claim, where that is text', async () => {
    const environment = await loadWith({ usageIdentifierClaim: 'https://example.com/plan' })
    const keyFor = async (claims: Members, path = '/patients') => {
      const answer = await answerOf(environment, 'rest-request', { path, headers: bearer(claims) })
      return answer.usageIdentifierKey
    }
    expect(await keyFor({ 'https://example.com/plan': 'gold' })).toBe('gold')
    expect(await keyFor({ 'https://example.com/plan': 'gold' }, '/admin/x')).toBe('gold')
    expect(await keyFor({})).toBeUndefined()
    expect(await keyFor({ 'https://example.com/plan': 7 })).toBeUndefined()
    expect(await keyFor({ 'https://example.com/plan': null })).toBeUndefined()
  })
})

describe('HTTP APIs with payload 2.0', () => {
  const send = (path = '/patients'): Sent => ({ path, headers: bearer() })

  it('get a yes or no where nothing else is configured', async () => {
    const environment = await load()
    expect(await answerOf(environment, 'http-2.0', send())).toEqual({
      isAuthorized: true,
      context: expect.any(Object),
    })
    const refused = await answerOf(environment, 'http-2.0', send('/admin/x'))
    expect(refused).toEqual({
      isAuthorized: false,
      context: expect.objectContaining({ code: 'insufficient_scope' }),
    })
  })

  it('get a policy where that is configured', async () => {
    const environment = await loadWith({ httpApiResponse: 'iam' })
    const answer = await answerOf(environment, 'http-2.0', send())
    expect(answer).toMatchObject({ principalId: 'auth0|123' })
    expect(effectOf(answer, arnOf('http-2.0', send()))).toBe('allow')
  })
})

describe('an unusual event', () => {
  let environment: LambdaEnvironment
  beforeAll(async () => {
    environment = await load()
  })

  it("may have null for a map, as the console's test button sends it", async () => {
    const event = {
      ...buildEvent('rest-request', { path: '/patients', headers: bearer() }),
      multiValueHeaders: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    }
    expect(await environment.invoke(event)).toMatchObject({ type: 'answered' })
  })

  it('may have half a character in its query', async () => {
    const event = {
      ...buildEvent('rest-request', { path: '/patients', headers: bearer() }),
      multiValueQueryStringParameters: { q: ['\ud800'] },
    }
    expect(await environment.invoke(event)).toMatchObject({ type: 'answered' })
  })

  it('may have no identity source', async () => {
    const event = {
      ...buildEvent('http-2.0', { path: '/patients', headers: bearer() }),
      identitySource: null,
    }
    expect(await environment.invoke(event)).toMatchObject({ answer: { isAuthorized: true } })
  })

  it.each([
    ['nothing', {}],
    ['no ARN', { type: 'TOKEN', authorizationToken: 'Bearer x' }],
    ['an ARN that is none', { type: 'TOKEN', authorizationToken: 'Bearer x', methodArn: 'x' }],
    ["another service's event", { Records: [] }],
  ])('is an error, and never an answer: %s', async (_, event) => {
    const invocation = await environment.invoke(event)
    expect(invocation.type).toBe('threw')
    expect(invocation).not.toMatchObject({ error: { message: 'Unauthorized' } })
  })

  it('may carry a token of 8 KB and no larger one', async () => {
    const pad = (length: number) => bearer({ pad: 'x'.repeat(length) })
    const code = async (length: number) => {
      const event = buildEvent('rest-request', { path: '/patients', headers: pad(length) })
      return decisionOf((await environment.invoke(event)).lines).code
    }
    expect(await code(5000)).toBeNull()
    expect(await code(6500)).toBe('token_too_large')
  })
})

describe('loading the function', () => {
  it('fails with every fault of the configuration, and no secret', async () => {
    const config = {
      issuers: [
        { issuer: 'http://t.example.com/', audience: [] },
        {
          issuer: 'https://t.example.com/',
          audience: 'x',
          algorithms: ['HS256'],
          secret: { env: 'WEAK' },
          decryptionKeys: { env: 'KEYS' },
        },
      ],
      routes: { 'get /a': 'public' },
      otherwise: 'allow',
      dpop: { mode: 'required' },
    }
    const error = await startLambda({
      AUTHORIZER_CONFIG: JSON.stringify(config),
      WEAK: 'too-short-secret',
    }).then(
      () => undefined,
      (failure: unknown) => failure as Error,
    )
    expect(error?.name).toBe('ConfigError')
    for (const path of [
      'issuers[0].issuer',
      'issuers[0].audience',
      'issuers[1].secret',
      'issuers[1].decryptionKeys',
      'routes["get /a"]',
      'otherwise',
      'dpop',
    ]) {
      expect(error?.message).toContain(path)
    }
    expect(error?.message).toMatch(/dpop: .*not supported yet/)
    expect(error?.message).not.toContain('too-short-secret')
  })

  it.each(['', 'null', '{', '[]', '7'])(
    'fails with the configuration %j, unless it is empty',
    async (text) => {
      const loading = startLambda({ AUTHORIZER_CONFIG: text }).then(
        (environment) => environment.close().then(() => 'loaded'),
        (error: unknown) => (error as Error).name,
      )
      expect(await loading).toBe(text === '' ? 'loaded' : 'ConfigError')
    },
  )

  it('takes issuer and audience from the environment', async () => {
    const environment = await startLambda({ ISSUER: issuer.issuer, AUDIENCE: `urn:x,${AUDIENCE}` })
    running.push(environment)
    const answer = await answerOf(environment, 'rest-request', {
      path: '/patients',
      headers: bearer(),
    })
    expect(effectOf(answer, arnOf('rest-request', { path: '/patients' }))).toBe('allow')
  })
})

/** API Gateway keeps an answer and judges other requests of the same token by it. */
describe.each(['rest-token', 'rest-request', 'http-1.0', 'http-2.0'] as const)(
  'kept for 300 seconds by an API of kind %s, an answer',
  (kind) => {
    const family = kind.startsWith('rest') ? 'method.request' : '$request'
    let environment: LambdaEnvironment
    beforeAll(async () => {
      environment = await loadWith({ httpApiResponse: 'iam' })
    })

    async function start(): Promise<RunningGateway> {
      const gateway = await startGateway({
        kind,
        routes: ['ANY /{proxy+}'],
        authorizer: {
          identitySources: [`${family}.header.Authorization`],
          resultTtlSeconds: 300,
        },
        handler: environment.handler,
        integration: () => ({ statusCode: 200 }),
      })
      running.push(gateway)
      return gateway
    }

    /** Statuses in turn, and how often the function was asked. */
    async function ask(headers: readonly Header[], ...targets: readonly string[]) {
      const gateway = await start()
      const { port, pathname } = new URL(gateway.url)
      const statuses: number[] = []
      for (const target of targets) {
        const [method = '', path = ''] = target.split(' ')
        const stage = pathname === '/' ? '' : pathname
        const { status } = await sendOverWire(Number(port), { method, path: stage + path, headers })
        statuses.push(status)
      }
      const asked = gateway.calls.filter(({ authorizer }) => authorizer === 'invoked').length
      return { statuses, asked }
    }

    it.each([
      ['allows one route and refuses another', ['GET /patients', 'GET /admin/x'], [200, 403]],
      ['refuses one route and allows another', ['GET /admin/x', 'GET /patients'], [403, 200]],
      [
        'refuses another method of the same path (63)',
        ['GET /patients', 'DELETE /patients'],
        [200, 403],
      ],
      [
        'of a path that nothing matches leaves the others alone',
        ['GET /nowhere', 'GET /patients'],
        [403, 200],
      ],
      [
        'of a public route is as good for the others',
        ['GET /health', 'GET /patients', 'GET /admin/x'],
        [200, 200, 403],
      ],
      ['is good for HEAD', ['GET /patients', 'HEAD /patients'], [200, 200]],
      [
        'is good for parameters',
        ['GET /patients/1', 'GET /patients/2', 'GET /patients/archive'],
        [200, 200, 403],
      ],
      [
        'is good for the own object only',
        ['GET /users/auth0%7C123', 'GET /users/auth0%7C9', 'GET /users/x'],
        [200, 403, 403],
      ],
      [
        "of somebody else's object leaves the own one alone",
        ['GET /users/x', 'GET /users/auth0%7C123'],
        [403, 200],
      ],
    ] as const)('%s', async (_, targets, statuses) => {
      expect(await ask(bearer(), ...targets)).toEqual({ statuses, asked: 1 })
    })

    it("is nobody else's", async () => {
      const gateway = await start()
      const { port, pathname } = new URL(gateway.url)
      const path = `${pathname === '/' ? '' : pathname}/patients`
      const get = (headers: readonly Header[]) => sendOverWire(Number(port), { path, headers })
      expect((await get(bearer())).status).toBe(200)
      expect((await get(bearer({ scope: 'x' }))).status).toBe(403)
      expect((await get([['Authorization', 'Bearer a.b.c']])).status).toBe(401)
      expect((await get(bearer())).status).toBe(200)
    })

    it('is not kept where the token could not be judged', async () => {
      const { statuses, asked } = await ask(
        [['Authorization', `Bearer ${down.sign({ scope: SCOPE })}`]],
        'GET /patients',
        'GET /patients',
      )
      expect({ statuses, asked }).toEqual({ statuses: [500, 500], asked: 2 })
    })
  },
)

describe('a WebSocket API', () => {
  it('is asked once, and its messages come from whoever connected', async () => {
    const environment = await load()
    const gateway = await startGateway({
      kind: 'websocket',
      routes: ['$connect'],
      authorizer: { identitySources: ['route.request.header.Authorization'] },
      handler: environment.handler,
      integration: () => ({ statusCode: 200 }),
    })
    running.push(gateway)
    const { port, pathname } = new URL(gateway.url)
    const connect = async (headers: readonly Header[]) => {
      const answer = await sendOverWire(Number(port), {
        path: pathname,
        headers: [...HANDSHAKE, ...headers],
      })
      return answer.status
    }
    expect(await connect(bearer())).toBe(101)
    expect(await connect(bearer({ scope: 'x' }))).toBe(403)
    expect(await connect(bearer({ iat: 1, exp: 2 }))).toBe(401)
    expect(await connect([['Authorization', `Bearer ${down.sign()}`]])).toBe(500)
    expect(await connect([])).toBe(401)
  })
})
