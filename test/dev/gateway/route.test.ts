import { describe, expect, it } from 'vitest'
import { resolveApi } from '../../../dev/gateway/defaults.ts'
import { matchRoute } from '../../../dev/gateway/route.ts'
import { allow, bearer, echo, send, spy, useGateways } from './client.ts'

const start = useGateways()

const match = (
  kind: 'rest-request' | 'http-2.0',
  routes: readonly string[],
  [method = '', path = '']: readonly string[],
  options: object = {},
) => {
  const found = matchRoute(resolveApi({ kind, routes, ...options }), method, path)
  return found ? [found.route.key, found.parameters] : null
}

const ROUTES = [
  'GET /',
  'GET /pets/dog/1',
  'GET /pets/dog/{id}',
  'GET /pets/{name}',
  'ANY /pets/{name}',
  'GET /pets/{proxy+}',
  'ANY /{proxy+}',
]

describe.each(['rest-request', 'http-2.0'] as const)('routes of %s', (kind) => {
  it.each([
    ['the root', 'GET /', 'GET /', {}],
    ['literals first', 'GET /pets/dog/1', 'GET /pets/dog/1', {}],
    ['then variables', 'GET /pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['one segment', 'GET /pets/cat', 'GET /pets/{name}', { name: 'cat' }],
    ['the method before ANY', 'GET /pets/cat', 'GET /pets/{name}', { name: 'cat' }],
    ['ANY for other methods', 'PUT /pets/cat', 'ANY /pets/{name}', { name: 'cat' }],
    ['the longest greedy variable', 'GET /pets/a/b/c', 'GET /pets/{proxy+}', { proxy: 'a/b/c' }],
    ['the greedy variable of the root', 'POST /x/y', 'ANY /{proxy+}', { proxy: 'x/y' }],
    ['case counts', 'GET /Pets/cat', 'ANY /{proxy+}', { proxy: 'Pets/cat' }],
  ])('%s', (_case, request, key, parameters) => {
    expect(match(kind, ROUTES, request.split(' '))).toEqual([key, parameters])
  })

  it('do not match an empty variable', () => {
    expect(match(kind, ['GET /pets/{name}/toys'], ['GET', '/pets//toys'])).toBeNull()
  })
})

describe('a method that the most specific resource lacks', () => {
  const routes = ['GET /pets/{name}', 'ANY /{proxy+}']

  it('ends there on REST', () => {
    expect(match('rest-request', routes, ['POST', '/pets/cat'])).toBeNull()
  })

  it('falls through to the greedy route on HTTP', () => {
    expect(match('http-2.0', routes, ['POST', '/pets/cat'])?.[0]).toBe('ANY /{proxy+}')
  })
})

describe('$default', () => {
  it('takes on HTTP what no other route does', () => {
    const routes = ['$default', 'GET /pets', 'ANY /files/{proxy+}']
    expect(match('http-2.0', routes, ['GET', '/pets'])?.[0]).toBe('GET /pets')
    expect(match('http-2.0', routes, ['POST', '/pets'])?.[0]).toBe('$default')
    expect(match('http-2.0', routes, ['GET', '/files/a'])?.[0]).toBe('ANY /files/{proxy+}')
    expect(match('http-2.0', routes, ['GET', '/other'])?.[0]).toBe('$default')
  })
})

describe('a trailing slash', () => {
  it('is ignored by the routes of REST and kept in path and ARN', async () => {
    const { handler, events } = spy(() => allow('*'))
    const { url } = await start({
      kind: 'rest-request',
      routes: ['GET /pets'],
      authorizer: { resultTtlSeconds: 0 },
      handler,
      integration: echo,
    })
    expect((await send(url, '/pets/')).status).toBe(200)
    expect(events[0]).toMatchObject({
      resource: '/pets',
      path: '/pets/',
      methodArn: expect.stringMatching(/\/GET\/pets\/$/u),
    })
  })

  it('can be made significant on REST', () => {
    const options = { trailingSlash: 'significant' }
    expect(match('rest-request', ['GET /pets'], ['GET', '/pets/'], options)).toBeNull()
  })

  it('is significant on HTTP', () => {
    expect(match('http-2.0', ['GET /pets'], ['GET', '/pets/'])).toBeNull()
  })

  it('falls through to an open catch-all on HTTP, past the guarded route', async () => {
    const { handler, events } = spy(() => allow('*'))
    const { url, calls } = await start({
      kind: 'http-2.0',
      routes: ['GET /pets', { key: 'ANY /{proxy+}', authorizer: 'none' }],
      authorizer: { identitySources: ['$request.header.Authorization'] },
      handler,
      integration: echo,
    })
    expect((await send(url, '/pets')).status).toBe(401)
    const answer = await send(url, '/pets/')
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body).requestContext).not.toHaveProperty('authorizer')
    expect(events).toHaveLength(0)
    expect(calls.at(-1)?.authorizer).toBe('open-route')
  })

  it('leaves a greedy variable empty on HTTP and unmatched on REST', () => {
    const routes = ['ANY /{proxy+}']
    expect(match('http-2.0', routes, ['GET', '/'])).toEqual(['ANY /{proxy+}', { proxy: '' }])
    expect(match('rest-request', routes, ['GET', '/'])).toBeNull()
  })
})

describe('a request that finds no route', () => {
  it.each([
    ['rest-request', '/nothing', 403, 'Missing Authentication Token'],
    ['http-2.0', '/nothing', 404, 'Not Found'],
  ] as const)('of %s', async (kind, path, status, message) => {
    const { handler, events } = spy(() => allow('*'))
    const { url, calls } = await start({
      kind,
      routes: ['GET /pets'],
      authorizer: { resultTtlSeconds: 0 },
      handler,
      integration: echo,
    })
    const answer = await send(url, path, bearer('t'))
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { message }])
    expect(events).toHaveLength(0)
    expect(calls[0]).toMatchObject({ authorizer: null, routeKey: null })
  })

  it.each([
    ['rest-request', 'dev', '/other/pets', 403],
    ['rest-request', 'dev', '/devpets', 403],
    ['rest-request', 'dev', '/dev/pets', 200],
    ['http-2.0', 'dev', '/pets', 404],
    ['http-2.0', 'dev', '/dev/pets', 200],
    ['http-2.0', '$default', '/pets', 200],
  ] as const)('of %s, stage %s: %s', async (kind, stage, path, status) => {
    const { url } = await start({
      kind,
      stage,
      routes: ['GET /pets'],
      handler: () => allow('*'),
      integration: echo,
    })
    expect((await send(new URL(url).origin, path)).status).toBe(status)
  })
})
