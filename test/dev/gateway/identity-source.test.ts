import { describe, expect, it } from 'vitest'
import { allow, bearer, dial, echo, send, spy, useGateways } from './client.ts'

const start = useGateways()

const anywhere = () => allow('*')

const api = (kind: 'rest-token' | 'rest-request' | 'http-1.0' | 'http-2.0') =>
  ({ kind, routes: ['GET /patients', 'ANY /any'], integration: echo }) as const

describe('a missing identity source', () => {
  const header = 'Authorization'
  it.each([
    [
      'REST TOKEN, cached',
      api('rest-token'),
      { identitySources: [`method.request.header.${header}`] },
      401,
    ],
    [
      'REST TOKEN, not cached',
      api('rest-token'),
      { identitySources: [`method.request.header.${header}`], resultTtlSeconds: 0 },
      401,
    ],
    [
      'REST REQUEST, cached',
      api('rest-request'),
      { identitySources: [`method.request.header.${header}`] },
      401,
    ],
    [
      'REST REQUEST, not cached',
      api('rest-request'),
      { identitySources: [`method.request.header.${header}`], resultTtlSeconds: 0 },
      200,
    ],
    ['REST REQUEST, none configured', api('rest-request'), { resultTtlSeconds: 0 }, 200],
    [
      'HTTP 1.0, cached',
      api('http-1.0'),
      { identitySources: [`$request.header.${header}`], resultTtlSeconds: 60 },
      401,
    ],
    [
      'HTTP 2.0, not cached',
      api('http-2.0'),
      { identitySources: [`$request.header.${header}`], resultTtlSeconds: 0 },
      401,
    ],
    ['HTTP 2.0, none configured', api('http-2.0'), {}, 200],
  ])('%s', async (_case, definition, authorizer, status) => {
    const { handler, events } = spy(anywhere)
    const { url, calls } = await start({ ...definition, authorizer, handler })
    expect((await send(url, '/patients')).status).toBe(status)
    expect(events).toHaveLength(status === 200 ? 1 : 0)
    expect(calls[0]?.authorizer).toBe(status === 200 ? 'invoked' : 'identity-missing')
  })

  it('may also be an empty one', async () => {
    const { handler, events } = spy(anywhere)
    const identitySources = ['method.request.header.Authorization']
    const { url } = await start({ ...api('rest-token'), authorizer: { identitySources }, handler })
    expect((await send(url, '/patients', { headers: [['Authorization', '']] })).status).toBe(401)
    expect(events).toHaveLength(0)
  })

  it('is missing when only one of several is', async () => {
    const { handler, events } = spy(anywhere)
    const identitySources = ['$request.header.Authorization', '$request.querystring.tenant']
    const { url } = await start({ ...api('http-2.0'), authorizer: { identitySources }, handler })
    expect((await send(url, '/patients', bearer('a'))).status).toBe(401)
    expect((await send(url, '/patients?tenant=', bearer('a'))).status).toBe(401)
    expect((await send(url, '/patients?Tenant=1', bearer('a'))).status).toBe(401)
    expect((await send(url, '/patients?tenant=1', bearer('a'))).status).toBe(200)
    expect(events).toHaveLength(1)
  })

  it.each([
    ['configured', ['route.request.querystring.token'], 401, 0],
    ['not configured', [], 101, 1],
  ])('on WebSocket, %s', async (_case, identitySources, status, invocations) => {
    const { handler, events } = spy(anywhere)
    const routes = ['$connect', '$default']
    const { url, calls } = await start({
      kind: 'websocket',
      routes,
      authorizer: { identitySources },
      handler,
      integration: echo,
    })
    const dialled = await dial(`${url}?other=1`)
    if (dialled.open) dialled.socket.close()
    expect(calls[0]?.status).toBe(status)
    expect(events).toHaveLength(invocations)
  })
})

describe('an identity source', () => {
  it('finds a header in any casing', async () => {
    const identitySources = ['method.request.header.Authorization']
    const { url } = await start({
      ...api('rest-token'),
      authorizer: { identitySources },
      handler: anywhere,
    })
    expect((await send(url, '/patients', { headers: [['authorization', 'x']] })).status).toBe(200)
  })

  it('can be a stage variable', async () => {
    const { handler, events } = spy(anywhere)
    const { url } = await start({
      ...api('http-2.0'),
      stageVariables: { tenant: 'blue' },
      authorizer: { identitySources: ['$stageVariables.tenant', '$context.httpMethod'] },
      handler,
    })
    await send(url, '/patients')
    expect(events[0]?.['identitySource']).toEqual(['blue', 'GET'])
  })

  it('joins repeated headers on an HTTP API and takes the last on REST', async () => {
    const headers = [
      ['X-Token', 'one'],
      ['x-token', 'two'],
    ] as const
    const http = spy(anywhere)
    const rest = spy(anywhere)
    const one = await start({
      ...api('http-2.0'),
      authorizer: { identitySources: ['$request.header.X-Token'] },
      handler: http.handler,
    })
    const two = await start({
      ...api('rest-token'),
      authorizer: { identitySources: ['method.request.header.X-Token'] },
      handler: rest.handler,
    })
    await send(one.url, '/patients', { headers })
    await send(two.url, '/patients', { headers })
    expect(http.events[0]?.['identitySource']).toEqual(['one,two'])
    expect(rest.events[0]?.['authorizationToken']).toBe('two')
  })
})

describe('identityValidationExpression', () => {
  it.each([
    ['Bearer abc', 200],
    ['Basic abc', 401],
    ['Bearer ', 401],
  ])('%s', async (token, status) => {
    const { handler, events } = spy(anywhere)
    const { url, calls } = await start({
      ...api('rest-token'),
      authorizer: {
        identitySources: ['method.request.header.Authorization'],
        identityValidationExpression: '^Bearer [-0-9a-zA-Z._~+/]+=*$',
      },
      handler,
    })
    const answer = await send(url, '/patients', { headers: [['Authorization', token]] })
    expect(answer.status).toBe(status)
    expect(events).toHaveLength(status === 200 ? 1 : 0)
    expect(calls[0]?.authorizer).toBe(status === 200 ? 'invoked' : 'identity-invalid')
  })
})
