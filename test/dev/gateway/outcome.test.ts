import { describe, expect, it } from 'vitest'
import type { ApiKind } from '../../../dev/gateway/api.ts'
import { allow, arnOf, bearer, deny, dial, echo, send, spy, useGateways } from './client.ts'

const start = useGateways()

type Kind = ApiKind | 'http-2.0 simple'

const KINDS: readonly Kind[] = [
  'rest-token',
  'rest-request',
  'http-1.0',
  'http-2.0',
  'http-2.0 simple',
  'websocket',
]

/** One request with a token; status, body, and what the record says of it. */
const ask = async (
  kind: Kind,
  answer: (event: Record<string, unknown>) => unknown,
  options: object = {},
) => {
  const family = kind === 'websocket' ? 'route' : kind.startsWith('rest') ? 'method' : '$'
  const prefix = family === '$' ? '$request' : `${family}.request`
  const simple = kind === 'http-2.0 simple'
  const { handler, events } = spy(answer)
  const { url, calls } = await start({
    kind: simple ? 'http-2.0' : (kind as ApiKind),
    routes: kind === 'websocket' ? ['$connect'] : ['GET /patients'],
    authorizer: {
      identitySources: [`${prefix}.header.Authorization`],
      ...(simple && { simpleResponses: true }),
    },
    ...options,
    handler,
    integration: () => ({ statusCode: 200, body: 'in' }),
  })
  if (kind === 'websocket') {
    const dialled = await dial(url, { headers: { Authorization: 'Bearer t' } })
    if (dialled.open) dialled.socket.close()
    const { status, body } = dialled.open ? { status: 200, body: 'in' } : dialled
    return { status, body, headers: {}, call: calls[0], events }
  }
  const { status, body, headers } = await send(url, '/patients', bearer('t'))
  return { status, body, headers, call: calls[0], events }
}

const yes = (kind: Kind) => (event: Record<string, unknown>) =>
  kind === 'http-2.0 simple' ? { isAuthorized: true } : allow(arnOf(event))

const no = (kind: Kind) => (event: Record<string, unknown>) =>
  kind === 'http-2.0 simple' ? { isAuthorized: false } : deny(arnOf(event))

const failing = (error: unknown) => () => {
  throw error
}

const never = () => new Promise<never>(() => undefined)

describe.each(KINDS)('%s', (kind) => {
  it('lets a request in on allow', async () => {
    expect(await ask(kind, yes(kind))).toMatchObject({ status: 200, body: 'in' })
  })

  it('answers 403 to a denial', async () => {
    const { status, call } = await ask(kind, no(kind))
    expect([status, call?.refusal]).toEqual([403, 'ACCESS_DENIED'])
  })

  it.each([
    ['exactly Unauthorized', new Error('Unauthorized'), 401, 'UNAUTHORIZED'],
    ['Unauthorized in a subclass', new TypeError('Unauthorized'), 401, 'UNAUTHORIZED'],
    ['with any added text', new Error('Unauthorized: expired'), 500],
    ['in another casing', new Error('unauthorized'), 500],
    ['another error', new Error('issuer unreachable'), 500],
    ['a string', 'Unauthorized', 500],
    ['an object that looks like one', { message: 'Unauthorized' }, 500],
    ['nothing', undefined, 500],
  ])(
    'answers an error: %s',
    async (_case, error, status, refusal = 'AUTHORIZER_CONFIGURATION_ERROR') => {
      const answer = await ask(kind, failing(error))
      expect([answer.status, answer.call?.refusal]).toEqual([status, refusal])
    },
  )

  it('answers an error that arrives later', async () => {
    expect((await ask(kind, () => Promise.reject(new Error('Unauthorized')))).status).toBe(401)
  })

  it('answers 500 when the function takes too long', async () => {
    const { status, call } = await ask(kind, never, { authorizerTimeoutMs: 20 })
    expect([status, call?.refusal, call?.cause]).toEqual([
      500,
      'AUTHORIZER_FAILURE',
      'no answer in 20 ms',
    ])
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'Allow'],
    ['a list', [allow('*')]],
    ['an empty object', {}],
    ['an HTTP answer', { statusCode: 401 }],
    ['the other form', kind === 'http-2.0 simple' ? allow('*') : { isAuthorized: true }],
    ['a word for the verdict', { isAuthorized: 'true' }],
    ['a policy without principal', { ...allow('*'), principalId: undefined }],
    ['a principal that is no string', { ...allow('*'), principalId: 7 }],
    ['no policy', { principalId: 'x' }],
    ['a broken policy', { principalId: 'x', policyDocument: { Statement: [{}] } }],
    ['a resource of 513 characters', allow('x'.repeat(513))],
    ['a context that is a list', { ...allow('*', ['a']), isAuthorized: true }],
    ['something JSON cannot carry', { n: 1n }],
  ])('answers 500 to %s', async (_case, wrong) => {
    const { status, call } = await ask(kind, () => wrong)
    expect([status, call?.refusal]).toEqual([500, 'AUTHORIZER_CONFIGURATION_ERROR'])
    expect(call?.cause).toEqual(expect.any(String))
  })
})

describe('a nested context', () => {
  const nested = { roles: ['a'], profile: { name: 'b' } }
  it.each([
    ['rest-token', 500],
    ['rest-request', 500],
    ['http-1.0', 500],
    ['http-2.0', 200],
    ['http-2.0 simple', 200],
    ['websocket', 500],
  ] as const)('%s: %i', async (kind, status) => {
    const answer = { ...allow('*', nested), isAuthorized: true }
    expect((await ask(kind, () => answer)).status).toBe(status)
  })

  it('fails the call even when the policy denies', async () => {
    expect((await ask('rest-request', () => deny('*', nested))).status).toBe(500)
  })
})

describe('the context key claims', () => {
  it.each([
    ['rest-request', 200],
    ['http-2.0', 500],
  ] as const)('%s: %i', async (kind, status) => {
    expect((await ask(kind, () => allow('*', { claims: 'x' }))).status).toBe(status)
  })
})

const large = () => allow('*', { text: 'x'.repeat(8_192) })

describe('an answer over 8 KB', () => {
  it.each([
    ['websocket', 500],
    ['rest-request', 200],
    ['http-2.0', 200],
  ] as const)('%s: %i', async (kind, status) => {
    expect((await ask(kind, large)).status).toBe(status)
  })
})

describe('a thrown Unauthorized on an HTTP API', () => {
  it('can be made a 500, as no source says which', async () => {
    const options = { thrownUnauthorizedStatus: 500 }
    expect((await ask('http-2.0', failing(new Error('Unauthorized')), options)).status).toBe(500)
    expect((await ask('rest-token', failing(new Error('Unauthorized')), options)).status).toBe(401)
  })
})

describe('the default body', () => {
  it.each([
    ['rest-request', failing(new Error('Unauthorized')), '{"message":"Unauthorized"}'],
    [
      'rest-request',
      () => deny('*'),
      '{"Message":"User is not authorized to access this resource with an explicit deny"}',
    ],
    [
      'rest-request',
      () => allow([]),
      '{"Message":"User is not authorized to access this resource"}',
    ],
    ['rest-request', failing(new Error('x')), '{"message":null}'],
    ['http-2.0', failing(new Error('Unauthorized')), '{"message":"Unauthorized"}'],
    ['http-2.0', () => deny('*'), '{"message":"Forbidden"}'],
    ['http-2.0', failing(new Error('x')), '{"message":"Internal Server Error"}'],
    ['http-2.0 simple', () => ({ isAuthorized: false }), '{"message":"Forbidden"}'],
    ['websocket', () => deny('*'), '{"message":"Forbidden"}'],
  ] as const)('%s', async (kind, answer, body) => {
    expect((await ask(kind, answer)).body).toBe(body)
  })

  it.each([
    [failing(new Error('Unauthorized')), 'UnauthorizedException'],
    [() => deny('*'), 'AccessDeniedException'],
    [failing(new Error('x')), 'AuthorizerConfigurationException'],
  ])('of REST comes with its error type', async (answer, type) => {
    const { headers } = await ask('rest-request', answer)
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-amzn-errortype': type,
      'x-amzn-requestid': expect.any(String),
    })
  })
})

describe('an open route', () => {
  it('asks nobody and names no authorizer', async () => {
    const { handler, events } = spy(() => deny('*'))
    const { url, calls } = await start({
      kind: 'rest-request',
      routes: ['GET /patients', { key: 'OPTIONS /patients', authorizer: 'none' }],
      authorizer: { identitySources: ['method.request.header.Authorization'] },
      handler,
      integration: echo,
    })
    const answer = await send(url, '/patients', { method: 'OPTIONS' })
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body).requestContext).not.toHaveProperty('authorizer')
    expect([events.length, calls[0]?.authorizer]).toEqual([0, 'open-route'])
  })
})

describe('a condition that the model does not know', () => {
  it('shows in the record', async () => {
    const answer = allow('*')
    const statement = answer.policyDocument.Statement.map((one) => ({
      ...one,
      Condition: { StringEquals: { 'aws:PrincipalTag/a': 'b' } },
    }))
    const policy = { ...answer, policyDocument: { Statement: statement } }
    const { status, call } = await ask('rest-request', () => policy)
    expect([status, call?.unknownConditions]).toEqual([403, ['StringEquals aws:PrincipalTag/a']])
  })
})

describe('the authorizer function', () => {
  it('works on a copy of the event and cannot change what the integration gets', async () => {
    const maps = ['headers', 'pathParameters', 'stageVariables', 'requestContext'] as const
    const { url } = await start({
      kind: 'rest-request',
      routes: ['GET /patients/{id}'],
      stageVariables: { tenant: 'blue' },
      authorizer: { resultTtlSeconds: 0 },
      handler: (event: Record<(typeof maps)[number], Record<string, string>>) => {
        for (const name of maps) event[name]['forged'] = 'yes'
        return allow('*')
      },
      integration: echo,
    })
    expect((await send(url, '/patients/7')).body).not.toContain('forged')
  })

  it('never receives the body', async () => {
    const { handler, events } = spy(() => allow('*'))
    const { url } = await start({
      kind: 'http-2.0',
      routes: ['POST /patients'],
      authorizer: {},
      handler,
      integration: echo,
    })
    await send(url, '/patients', { method: 'POST', body: 'the body' })
    expect(JSON.stringify(events[0])).not.toContain('the body')
  })
})
