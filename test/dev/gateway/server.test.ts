import { describe, expect, it } from 'vitest'
import type { ApiDefinition } from '../../../dev/gateway/api.ts'
import { resolveApi } from '../../../dev/gateway/defaults.ts'
import { createCallLog, type CallRecord } from '../../../dev/gateway/record.ts'
import { createGateway, startGateway } from '../../../dev/gateway/server.ts'
import { allow, bearer, echo, send, useGateways } from './client.ts'

const start = useGateways()

const anywhere = () => allow('*')

const AUTHORIZATION = 'method.request.header.Authorization'

describe('an API definition', () => {
  it.each<[string, Partial<ApiDefinition>, string]>([
    [
      'a TTL over 3600',
      { authorizer: { identitySources: [AUTHORIZATION], resultTtlSeconds: 3601 } },
      'resultTtlSeconds',
    ],
    [
      'a negative TTL',
      { authorizer: { identitySources: [AUTHORIZATION], resultTtlSeconds: -1 } },
      'resultTtlSeconds',
    ],
    ['a REST default TTL without sources', { authorizer: {} }, 'identity source'],
    [
      'an HTTP TTL without sources',
      { kind: 'http-2.0', authorizer: { resultTtlSeconds: 1 } },
      'identity source',
    ],
    [
      'a WebSocket TTL',
      {
        kind: 'websocket',
        routes: ['$connect'],
        authorizer: { identitySources: ['route.request.header.A'], resultTtlSeconds: 1 },
      },
      'caches no',
    ],
    [
      'a TOKEN authorizer with no header',
      { kind: 'rest-token', authorizer: { identitySources: ['method.request.querystring.token'] } },
      'exactly one header',
    ],
    [
      'a TOKEN authorizer with two headers',
      { kind: 'rest-token', authorizer: { identitySources: [AUTHORIZATION, AUTHORIZATION] } },
      'exactly one header',
    ],
    [
      'a path parameter as identity source',
      { authorizer: { identitySources: ['method.request.path.id'] } },
      'not an identity source',
    ],
    [
      'an HTTP expression on REST',
      { authorizer: { identitySources: ['$request.header.A'] } },
      'not an identity source',
    ],
    [
      'a REST expression on HTTP',
      { kind: 'http-2.0', authorizer: { identitySources: [AUTHORIZATION] } },
      'not an identity source',
    ],
    [
      'an unknown context name',
      { authorizer: { identitySources: ['context.toString'] } },
      'not an identity source',
    ],
    [
      'simple responses on REST',
      { authorizer: { identitySources: [AUTHORIZATION], simpleResponses: true } },
      'simple responses',
    ],
    [
      'simple responses on HTTP 1.0',
      { kind: 'http-1.0', authorizer: { simpleResponses: true } },
      'simple responses',
    ],
    [
      'a validation expression on REST REQUEST',
      { authorizer: { identitySources: [AUTHORIZATION], identityValidationExpression: '.' } },
      'REST TOKEN',
    ],
    [
      'gateway responses on HTTP',
      { kind: 'http-2.0', gatewayResponses: { DEFAULT_4XX: {} } },
      'gateway responses',
    ],
    ['a route without a method', { routes: ['/patients'] }, 'METHOD /path'],
    ['$default on REST', { routes: ['$default'] }, 'METHOD /path'],
    ['a greedy variable that is not last', { routes: ['GET /{proxy+}/x'] }, 'come last'],
    ['a WebSocket API without $connect', { kind: 'websocket', routes: ['$default'] }, '$connect'],
  ])('is refused with %s', (_case, definition, message) => {
    expect(() => resolveApi({ kind: 'rest-request', routes: [], ...definition })).toThrow(message)
  })

  it('is copied: later changes do nothing', () => {
    const stageVariables = { tenant: 'blue' }
    const api = resolveApi({ kind: 'http-2.0', routes: [], stageVariables })
    stageVariables.tenant = 'red'
    expect(api.stageVariables).toEqual({ tenant: 'blue' })
  })

  it.each([
    ['rest-request', 'dev', 300],
    ['http-2.0', '$default', 0],
  ] as const)('of %s gets the defaults of the platform', (kind, stage, resultTtlSeconds) => {
    const source = kind === 'http-2.0' ? '$request.header.Authorization' : AUTHORIZATION
    const api = resolveApi({ kind, routes: [], authorizer: { identitySources: [source] } })
    expect(api).toMatchObject({ stage, authorizer: { resultTtlSeconds }, arnPath: 'raw' })
  })
})

describe('a gateway', () => {
  it('has a URL with the stage, and none for $default', async () => {
    const options = { routes: [], handler: anywhere, integration: echo }
    const urls = [
      (await start({ kind: 'rest-token', stage: 'live', ...options })).url,
      (await start({ kind: 'http-2.0', ...options })).url,
      (await start({ kind: 'websocket', ...options, routes: ['$connect'] })).url,
    ]
    expect(urls).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/live$/u),
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/u),
      expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/dev$/u),
    ])
  })

  it('listens when it is told to, on the port it is given', async () => {
    const options = {
      kind: 'http-2.0',
      routes: ['GET /'],
      handler: anywhere,
      integration: echo,
    } as const
    const gateway = createGateway(options)
    const { url, port } = await gateway.listen()
    expect((await send(url, '/')).status).toBe(200)
    await expect(startGateway({ ...options, port })).rejects.toThrow('EADDRINUSE')
    await gateway.close()
    await expect(send(url, '/')).rejects.toThrow('ECONNREFUSED')
  })

  it('tells its observer about every request, without tokens or queries', async () => {
    const seen: CallRecord[] = []
    const { url, calls } = await start({
      kind: 'rest-request',
      routes: ['GET /patients/{id}'],
      authorizer: { identitySources: [AUTHORIZATION] },
      handler: anywhere,
      integration: echo,
      observe: (call) => seen.push(call),
    })
    await send(url, '/patients/7?access_token=secret', bearer('secret'))
    expect(seen).toEqual(calls)
    expect(seen).toEqual([
      {
        kind: 'rest-request',
        method: 'GET',
        path: '/dev/patients/7',
        routeKey: 'GET /patients/{id}',
        arn: 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/patients/7',
        authorizer: 'invoked',
        refusal: null,
        status: 200,
        cause: null,
        unknownConditions: [],
      },
    ])
    expect(JSON.stringify(seen)).not.toContain('secret')
  })

  it('keeps a bounded number of records', () => {
    const { calls, record } = createCallLog(() => undefined)
    const one = { method: 'GET' } as CallRecord
    for (let index = 0; index < 1_001; index += 1) record({ ...one, status: index })
    expect([calls.length, calls[0]?.status]).toEqual([1_000, 1])
  })
})
