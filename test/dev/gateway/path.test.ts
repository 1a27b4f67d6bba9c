import { describe, expect, it } from 'vitest'
import type { ApiKind } from '../../../dev/gateway/api.ts'
import { allow, bearer, echo, send, spy, useGateways } from './client.ts'

const start = useGateways()

const open = async (kind: ApiKind, options: object = {}) => {
  const { handler, events } = spy(() => allow('*'))
  const gateway = await start({
    kind,
    routes: ['GET /capture/{id}', 'GET /capture/{id}/{note}'],
    authorizer: { resultTtlSeconds: 0 },
    ...options,
    handler,
    integration: echo,
  })
  return { url: gateway.url, events }
}

const arnEnd = (event: Record<string, unknown>): string =>
  String(event['methodArn'] ?? event['routeArn']).split('/GET')[1] ?? ''

describe('the path of a REST API', () => {
  it.each(['space%20value', 'slash%2Fvalue', 'question%3Fvalue', 'literal%252Fvalue', 'bad%zz'])(
    'stays as sent everywhere: %s',
    async (id) => {
      const { url, events } = await open('rest-request')
      const answer = await send(url, `/capture/${id}`, bearer('t'))
      expect(answer.status).toBe(200)
      expect(events[0]).toMatchObject({
        path: `/capture/${id}`,
        pathParameters: { id },
        requestContext: { path: `/dev/capture/${id}` },
      })
      expect(arnEnd(events[0] ?? {})).toBe(`/capture/${id}`)
    },
  )

  it.each([
    ['space%20value', '/capture/space value'],
    ['slash%2Fvalue', '/capture/slash/value'],
    ['literal%252Fvalue', '/capture/literal%2Fvalue'],
    ['bad%zz', '/capture/bad%zz'],
  ])('is decoded once in the ARN on demand: %s', async (id, end) => {
    const { url, events } = await open('rest-request', { arnPath: 'decoded' })
    await send(url, `/capture/${id}`, bearer('t'))
    expect(arnEnd(events[0] ?? {})).toBe(end)
  })
})

describe('the path of an HTTP API', () => {
  // Reduced from captures of the real service: hotsock/voker, `ingress-paths.json`, July 2026.
  it.each([
    ['plain', '/capture/plain'],
    ['space%20value', '/capture/space value'],
    ['question%3Fvalue', '/capture/question'],
    ['hash%23value', '/capture/hash#value'],
    ['unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
    ['literal%252Fvalue', '/capture/literal/value'],
    ['literal%253Fvalue', '/capture/literal?value'],
    ['literal%2525value', '/capture/literal%value'],
  ])('arrives decoded twice, cut at a decoded question mark: %s', async (sent, rawPath) => {
    const { url, events } = await open('http-2.0')
    expect((await send(url, `/capture/${sent}`, bearer('t'))).status).toBe(200)
    expect(events[0]).toMatchObject({
      rawPath,
      routeKey: 'GET /capture/{id}',
      requestContext: { http: { path: rawPath } },
    })
    expect(arnEnd(events[0] ?? {})).toBe(`/capture/${sent}`)
  })

  it('is refused where the second decoding fails', async () => {
    const { url, events } = await open('http-2.0')
    expect((await send(url, '/capture/percent%25done')).status).toBe(400)
    expect((await send(url, '/capture/bad%zz')).status).toBe(400)
    expect(events).toHaveLength(0)
  })

  it('is routed decoded once: an encoded slash is a separator, a doubly encoded one is not', async () => {
    const { url, events } = await open('http-2.0')
    await send(url, '/capture/a%2Fb')
    await send(url, '/capture/a%252Fb')
    expect(
      events.map(({ routeKey, rawPath, pathParameters }) => [routeKey, rawPath, pathParameters]),
    ).toEqual([
      ['GET /capture/{id}/{note}', '/capture/a/b', { id: 'a', note: 'b' }],
      ['GET /capture/{id}', '/capture/a/b', { id: 'a/b' }],
    ])
  })

  it('is routed without what follows a decoded question mark, which a raw ARN still has', async () => {
    const { url, events } = await open('http-2.0', { routes: ['GET /admin', 'GET /{name}'] })
    await send(url, '/admin%3Fx')
    expect(events[0]).toMatchObject({ routeKey: 'GET /admin', rawPath: '/admin' })
    expect(arnEnd(events[0] ?? {})).toBe('/admin%3Fx')
  })

  it('can be decoded in the ARN as well', async () => {
    const { url, events } = await open('http-2.0', { arnPath: 'decoded' })
    await send(url, '/capture/literal%252Fvalue')
    expect(arnEnd(events[0] ?? {})).toBe('/capture/literal/value')
  })

  it('in payload 1.0 is as sent in `path` and decoded in the context and the parameters', async () => {
    const { url, events } = await open('http-1.0')
    await send(url, '/capture/%E2%98%95%20Coffee')
    expect(events[0]).toMatchObject({
      path: '/capture/%E2%98%95%20Coffee',
      pathParameters: { id: '☕ Coffee' },
      requestContext: { path: '/capture/☕ Coffee' },
    })
  })

  it('of a named stage keeps the stage in events and loses it in the ARN', async () => {
    const { url, events } = await open('http-2.0', { stage: 'dev' })
    await send(url, '/capture/7')
    expect(events[0]).toMatchObject({ rawPath: '/dev/capture/7', routeKey: 'GET /capture/{id}' })
    expect(String(events[0]?.['routeArn'])).toMatch(/\/dev\/GET\/capture\/7$/u)
  })
})
