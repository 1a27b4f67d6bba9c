import { describe, expect, it } from 'vitest'
import type { GatewayResponses } from '../../../dev/gateway/gateway-response.ts'
import { allow, bearer, deny, echo, send, useGateways } from './client.ts'

const start = useGateways()

/** `?do=` chooses what the authorizer does. */
const ANSWERS: Record<string, () => unknown> = {
  deny: () => deny('*', { code: 'insufficient_scope', wwwAuthenticate: 'Bearer realm="api"' }),
  none: () => allow([]),
  throw: () => {
    throw new Error('Unauthorized')
  },
  fail: () => {
    throw new Error('no')
  },
}

const open = (gatewayResponses: GatewayResponses) =>
  start({
    kind: 'rest-request',
    routes: ['GET /patients'],
    authorizer: { resultTtlSeconds: 0 },
    gatewayResponses,
    handler: (event: { queryStringParameters: Record<string, string> }) =>
      ANSWERS[event.queryStringParameters['do'] ?? '']?.(),
    integration: echo,
  })

const json = (template: string) => ({ responseTemplates: { 'application/json': template } })

describe('a gateway response', () => {
  it('sets status, headers and body of its type', async () => {
    const { url } = await open({
      UNAUTHORIZED: {
        statusCode: 418,
        responseParameters: {
          'gatewayresponse.header.WWW-Authenticate': `'Bearer realm="api", error="invalid_token"'`,
          'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
        },
        ...json('{"title":$context.error.messageString}'),
      },
    })
    expect(await send(url, '/patients?do=throw')).toMatchObject({
      status: 418,
      headers: {
        'www-authenticate': 'Bearer realm="api", error="invalid_token"',
        'access-control-allow-origin': '*',
      },
      body: '{"title":"Unauthorized"}',
    })
    expect((await send(url, '/patients?do=deny')).status).toBe(403)
  })

  it('substitutes variables as they are, without quoting', async () => {
    const { url } = await open({
      ACCESS_DENIED: json(
        '{"code":"$context.authorizer.code","raw":$context.authorizer.wwwAuthenticate,' +
          '"why":$context.error.messageString,"again":"$context.error.message",' +
          '"type":"$context.error.responseType","none":"$context.authorizer.missing"}',
      ),
    })
    expect((await send(url, '/patients?do=deny')).body).toBe(
      '{"code":"insufficient_scope","raw":Bearer realm="api",' +
        '"why":"User is not authorized to access this resource with an explicit deny",' +
        '"again":"User is not authorized to access this resource with an explicit deny",' +
        '"type":"ACCESS_DENIED","none":""}',
    )
  })

  it('knows no context on a 401', async () => {
    const { url } = await open({ UNAUTHORIZED: json('[$context.authorizer.code]') })
    expect((await send(url, '/patients?do=throw')).body).toBe('[]')
  })

  it('maps context and request into headers (the former unverified)', async () => {
    const { url } = await open({
      ACCESS_DENIED: {
        responseParameters: {
          'gatewayresponse.header.WWW-Authenticate': 'context.authorizer.wwwAuthenticate',
          'gatewayresponse.header.X-Origin': 'method.request.header.Origin',
          'gatewayresponse.header.X-Do': 'method.request.querystring.do',
          'gatewayresponse.header.X-Missing': 'context.authorizer.missing',
        },
      },
    })
    const { headers } = await send(url, '/patients?do=deny', { headers: [['origin', 'https://a']] })
    expect(headers).toMatchObject({
      'www-authenticate': 'Bearer realm="api"',
      'x-origin': 'https://a',
      'x-do': 'deny',
    })
    expect(headers).not.toHaveProperty('x-missing')
  })

  it('falls back to DEFAULT_4XX and DEFAULT_5XX, status included', async () => {
    const { url } = await open({
      DEFAULT_4XX: { statusCode: 400, ...json('4xx $context.error.responseType') },
      DEFAULT_5XX: { statusCode: 503, ...json('5xx $context.error.responseType') },
      ACCESS_DENIED: json('own'),
    })
    const seen = []
    for (const path of ['/patients?do=throw', '/patients?do=deny', '/patients?do=fail', '/x']) {
      const { status, body } = await send(url, path, bearer('t'))
      seen.push([status, body])
    }
    expect(seen).toEqual([
      [400, '4xx UNAUTHORIZED'],
      [403, 'own'],
      [503, '5xx AUTHORIZER_CONFIGURATION_ERROR'],
      [400, '4xx MISSING_AUTHENTICATION_TOKEN'],
    ])
  })

  it('has a media type of its own', async () => {
    const { url } = await open({
      UNAUTHORIZED: { responseTemplates: { 'application/problem+json': '{}' } },
    })
    const { headers } = await send(url, '/patients?do=throw')
    expect(headers['content-type']).toBe('application/problem+json')
  })

  it('writes `message` in lower case as soon as a denial is configured', async () => {
    const { url } = await open({ ACCESS_DENIED: { statusCode: 403 } })
    expect((await send(url, '/patients?do=none')).body).toBe(
      '{"message":"User is not authorized to access this resource"}',
    )
  })

  it('leaves an unknown stage alone', async () => {
    const { url } = await open({ DEFAULT_4XX: { statusCode: 400 } })
    const answer = await send(new URL(url).origin, '/prod/patients')
    expect([answer.status, answer.body]).toEqual([403, '{"message":"Forbidden"}'])
  })

  it('becomes a 500 when a mapped value cannot be a header', async () => {
    const { url } = await start({
      kind: 'rest-request',
      routes: ['GET /patients'],
      authorizer: { resultTtlSeconds: 0 },
      gatewayResponses: {
        ACCESS_DENIED: {
          responseParameters: { 'gatewayresponse.header.X': 'context.authorizer.x' },
        },
      },
      handler: () => deny('*', { x: 'a\r\nSet-Cookie: b' }),
      integration: echo,
    })
    const { status, headers } = await send(url, '/patients')
    expect(status).toBe(500)
    expect(headers).not.toHaveProperty('set-cookie')
  })

  it.each([
    ['a literal without quotes', 'gatewayresponse.header.X', 'Bearer'],
    ['an unknown expression', 'gatewayresponse.header.X', 'integration.response.header.X'],
    ['an unknown target', 'method.response.header.X', "'x'"],
  ])('is refused with %s', async (_case, name, value) => {
    await expect(open({ UNAUTHORIZED: { responseParameters: { [name]: value } } })).rejects.toThrow(
      'not a gateway response mapping',
    )
  })
})
