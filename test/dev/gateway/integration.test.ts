import { describe, expect, it } from 'vitest'
import type { ApiKind } from '../../../dev/gateway/api.ts'
import { allow, bearer, echo, send, useGateways, type Sent } from './client.ts'

const start = useGateways()

const CONTEXT = { subject: 'auth0|1', level: 2, admin: false, nothing: null }

const open = (
  kind: ApiKind,
  integration: (event: never) => unknown,
  answer: unknown,
  options: object = {},
) =>
  start({
    ...options,
    kind,
    routes: ['GET /patients/{id}', 'POST /patients'],
    authorizer: kind.startsWith('rest')
      ? { identitySources: ['method.request.header.Authorization'] }
      : { simpleResponses: kind === 'http-2.0' && !('principalId' in Object(answer)) },
    handler: () => answer,
    integration,
  })

const backendEvent = async (
  kind: ApiKind,
  answer: unknown = allow('*', CONTEXT),
  { path = '/patients/7?page=2', ...sent }: Sent & { path?: string } = {},
) => {
  const { url } = await open(kind, echo, answer)
  const headers = [...(bearer('t').headers ?? []), ...(sent.headers ?? [])]
  return JSON.parse((await send(url, path, { ...sent, headers })).body) as Record<string, unknown>
}

describe('the backend sees the authorizer context', () => {
  it.each(['rest-token', 'rest-request'] as const)(
    'as strings beside principalId: %s',
    async (kind) => {
      expect(await backendEvent(kind)).toMatchObject({
        requestContext: {
          authorizer: {
            principalId: 'auth0|1',
            subject: 'auth0|1',
            level: '2',
            admin: 'false',
            nothing: null,
            integrationLatency: expect.any(Number),
          },
        },
      })
    },
  )

  it('flat on HTTP 1.0', async () => {
    const { requestContext } = await backendEvent('http-1.0')
    expect(requestContext).toMatchObject({
      authorizer: { principalId: 'auth0|1', subject: 'auth0|1', level: '2', admin: 'false' },
    })
  })

  it('under lambda with its types on HTTP 2.0, IAM form', async () => {
    const nested = { ...CONTEXT, roles: ['a'], profile: { name: 'b' } }
    const { requestContext } = await backendEvent('http-2.0', allow('*', nested))
    expect(requestContext).toMatchObject({ authorizer: { lambda: nested } })
    expect(JSON.stringify(requestContext)).not.toContain('principalId')
  })

  it('under lambda on HTTP 2.0, simple form', async () => {
    const answer = { isAuthorized: true, context: CONTEXT }
    const { requestContext } = await backendEvent('http-2.0', answer)
    expect(requestContext).toMatchObject({ authorizer: { lambda: CONTEXT } })
  })

  it('and no claims of its own making', async () => {
    for (const kind of ['rest-request', 'http-1.0', 'http-2.0'] as const) {
      const { requestContext } = await backendEvent(kind)
      const text = JSON.stringify(requestContext)
      expect(text).not.toContain('claims')
      expect(text).not.toContain('jwt')
    }
  })
})

const typed = (value: string) => ({ headers: [['Content-Type', value] as const] })

describe('the backend event', () => {
  it('of REST has the body and null for empty maps', async () => {
    const event = await backendEvent('rest-request', undefined, {
      path: '/patients',
      method: 'POST',
      body: '{"a":1}',
      headers: [['Content-Type', 'application/json']],
    })
    expect(event).toMatchObject({
      resource: '/patients',
      httpMethod: 'POST',
      body: '{"a":1}',
      isBase64Encoded: false,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
    })
    expect(event).not.toHaveProperty('version')
  })

  it('of HTTP 2.0 has text as it is and the rest as base64', async () => {
    const post = { path: '/patients', method: 'POST', body: 'text' }
    expect(
      await backendEvent('http-2.0', undefined, { ...post, ...typed('application/json') }),
    ).toMatchObject({ version: '2.0', body: 'text', isBase64Encoded: false })
    expect(
      await backendEvent('http-2.0', undefined, { ...post, ...typed('application/octet-stream') }),
    ).toMatchObject({ body: 'dGV4dA==', isBase64Encoded: true })
    expect(await backendEvent('http-2.0')).not.toHaveProperty('body')
  })

  it('of HTTP 1.0 has multi-value maps', async () => {
    expect(await backendEvent('http-1.0')).toMatchObject({
      version: '1.0',
      multiValueQueryStringParameters: { page: ['2'] },
      body: null,
    })
  })
})

const ask = async (kind: ApiKind, answer: () => unknown, options: object = {}) => {
  const { url } = await open(kind, answer, allow('*'), options)
  return send(url, '/patients/7', bearer('t'))
}

const challenge = () => ({ statusCode: 401, headers: { 'WWW-Authenticate': 'Bearer' } })

describe('the backend answer', () => {
  it.each(['rest-request', 'http-1.0', 'http-2.0'] as const)('passes through: %s', async (kind) => {
    const answer = await ask(kind, () => ({
      statusCode: 201,
      headers: { 'X-One': 'a', 'X-Number': 7 },
      body: Buffer.from('hello').toString('base64'),
      isBase64Encoded: true,
    }))
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'x-one': 'a', 'x-number': '7' },
      body: 'hello',
    })
  })

  it('keeps the lists of multiValueHeaders', async () => {
    const answer = await ask('rest-request', () => ({
      statusCode: 200,
      headers: { 'X-Tag': 'lost' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'x-tag': ['kept'] },
      body: '',
    }))
    expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-tag': 'kept' })
  })

  it('turns cookies of payload 2.0 into headers', async () => {
    const answer = await ask('http-2.0', () => ({ statusCode: 200, cookies: ['a=1', 'b=2'] }))
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
  })

  it('is renamed where REST does so, and an HTTP API does not', async () => {
    const rest = await ask('rest-request', challenge)
    expect(rest.headers).toMatchObject({ 'x-amzn-remapped-www-authenticate': 'Bearer' })
    expect(rest.headers).not.toHaveProperty('www-authenticate')
    const http = await ask('http-2.0', challenge)
    expect(http.headers).toMatchObject({ 'www-authenticate': 'Bearer' })
  })

  it('without a status is the body of a 200 on payload 2.0', async () => {
    expect(await ask('http-2.0', () => ({ ok: true }))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"ok":true}',
    })
    expect(await ask('http-2.0', () => 'hello')).toMatchObject({ status: 200, body: 'hello' })
  })

  it.each([
    ['rest-request', 'malformed', () => ({ ok: true }), 502],
    ['rest-request', 'an error', () => Promise.reject(new Error('x')), 502],
    ['rest-request', 'a body that is no string', () => ({ statusCode: 200, body: {} }), 502],
    ['http-1.0', 'malformed', () => ({ ok: true }), 500],
    ['http-2.0', 'an error', () => Promise.reject(new Error('x')), 500],
    ['http-2.0', 'a status that is none', () => ({ statusCode: 'ok' }), 500],
  ] as const)('of %s, %s', async (kind, _case, answer, status) => {
    const { status: seen, body } = await ask(kind, answer)
    const message = status === 502 ? 'Internal server error' : 'Internal Server Error'
    expect([seen, JSON.parse(body)]).toEqual([status, { message }])
  })

  it.each([
    ['rest-request', 504, 'Endpoint request timed out'],
    ['http-2.0', 503, 'Service Unavailable'],
  ] as const)('of %s that takes too long is a %i', async (kind, status, message) => {
    const never = () => new Promise<never>(() => undefined)
    const answer = await ask(kind, never, { integrationTimeoutMs: 20 })
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { message }])
  })

  it('of a REST API that takes too long has a gateway response of its own', async () => {
    const never = () => new Promise<never>(() => undefined)
    const gatewayResponses = { INTEGRATION_TIMEOUT: { statusCode: 599 } }
    const options = { integrationTimeoutMs: 20, gatewayResponses }
    expect((await ask('rest-request', never, options)).status).toBe(599)
  })
})
