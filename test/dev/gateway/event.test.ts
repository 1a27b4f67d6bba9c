import { describe, expect, it } from 'vitest'
import type { ApiDefinition, ApiKind } from '../../../dev/gateway/api.ts'
import { allow, dial, echo, send, spy, useGateways, type Sent } from './client.ts'

const start = useGateways()

const NOW = Date.parse('2026-11-24T02:03:04.567Z')

const PLACE = {
  region: 'eu-west-1',
  accountId: '210987654321',
  apiId: 'abcdef1234',
  stageVariables: { tenant: 'blue' },
}

const HOST = 'abcdef1234.execute-api.eu-west-1.amazonaws.com'

const ARN = 'arn:aws:execute-api:eu-west-1:210987654321:abcdef1234'

const SOURCES: Record<ApiKind, readonly string[]> = {
  'rest-token': ['method.request.header.Authorization'],
  'rest-request': ['method.request.header.Authorization', 'method.request.querystring.page'],
  'http-1.0': ['$request.header.Authorization', '$request.querystring.page'],
  'http-2.0': ['$request.header.Authorization', '$request.querystring.page'],
  websocket: ['route.request.querystring.page'],
}

/** One request to `GET /patients/{id}` of each kind; what the authorizer function then received. */
const capture = async (
  kind: ApiKind,
  sent: Sent = {},
  { path = '/patients/7?page=2', ...rest }: Partial<ApiDefinition> & { path?: string } = {},
) => {
  const { handler, events } = spy(() => allow('*'))
  const { url } = await start({
    kind,
    routes: ['GET /patients/{id}', 'ANY /files/{proxy+}', 'GET /'],
    authorizer: { identitySources: SOURCES[kind] },
    ...PLACE,
    ...rest,
    handler,
    integration: echo,
    now: () => NOW,
  })
  const headers = [['Authorization', 'Bearer t'], ...(sent.headers ?? [])] as const
  await send(url, path, { ...sent, headers })
  return events[0] ?? {}
}

const ADDED = {
  Host: HOST,
  'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/u),
  'X-Forwarded-For': '127.0.0.1',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
}

const lists = (map: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, [value]]))

const IDENTITY = {
  accessKey: null,
  accountId: null,
  caller: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp: '127.0.0.1',
  user: null,
  userAgent: '',
  userArn: null,
}

const PAYLOAD_1_CONTEXT = {
  accountId: '210987654321',
  apiId: 'abcdef1234',
  domainName: HOST,
  domainPrefix: 'abcdef1234',
  extendedRequestId: expect.any(String),
  httpMethod: 'GET',
  identity: IDENTITY,
  protocol: 'HTTP/1.1',
  requestId: expect.any(String),
  requestTime: '24/Nov/2026:02:03:04 +0000',
  requestTimeEpoch: NOW,
  resourcePath: '/patients/{id}',
}

const EMPTY = { path: '/', stageVariables: {}, authorizer: { resultTtlSeconds: 0 } }

describe('the event', () => {
  it('of REST TOKEN has three fields and no more', async () => {
    expect(await capture('rest-token')).toEqual({
      type: 'TOKEN',
      authorizationToken: 'Bearer t',
      methodArn: `${ARN}/dev/GET/patients/7`,
    })
  })

  it('of REST REQUEST has no version and no token field', async () => {
    const headers = { Authorization: 'Bearer t', ...ADDED }
    expect(await capture('rest-request')).toEqual({
      type: 'REQUEST',
      methodArn: `${ARN}/dev/GET/patients/7`,
      resource: '/patients/{id}',
      path: '/patients/7',
      httpMethod: 'GET',
      headers,
      multiValueHeaders: lists(headers),
      queryStringParameters: { page: '2' },
      multiValueQueryStringParameters: { page: ['2'] },
      pathParameters: { id: '7' },
      stageVariables: { tenant: 'blue' },
      requestContext: {
        ...PAYLOAD_1_CONTEXT,
        path: '/dev/patients/7',
        resourceId: expect.stringMatching(/^[0-9a-z]{6}$/u),
        stage: 'dev',
      },
    })
  })

  it('of HTTP 1.0 has token and sources as one string each', async () => {
    expect(await capture('http-1.0')).toEqual({
      version: '1.0',
      type: 'REQUEST',
      methodArn: `${ARN}/$default/GET/patients/7`,
      identitySource: 'Bearer t,2',
      authorizationToken: 'Bearer t,2',
      resource: '/patients/{id}',
      path: '/patients/7',
      httpMethod: 'GET',
      headers: { authorization: 'Bearer t', 'Content-Length': '0', ...ADDED },
      queryStringParameters: { page: '2' },
      pathParameters: { id: '7' },
      stageVariables: { tenant: 'blue' },
      requestContext: {
        ...PAYLOAD_1_CONTEXT,
        path: '/patients/7',
        resourceId: 'GET /patients/{id}',
        stage: '$default',
      },
    })
  })

  it('of HTTP 2.0 has a route ARN and a list of sources', async () => {
    const event = await capture('http-2.0', { headers: [['Cookie', 'a=1; b=2']] })
    expect(event).toEqual({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `${ARN}/$default/GET/patients/7`,
      identitySource: ['Bearer t', '2'],
      routeKey: 'GET /patients/{id}',
      rawPath: '/patients/7',
      rawQueryString: 'page=2',
      cookies: ['a=1', 'b=2'],
      headers: {
        authorization: 'Bearer t',
        'content-length': '0',
        host: HOST,
        'x-amzn-trace-id': ADDED['X-Amzn-Trace-Id'],
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      queryStringParameters: { page: '2' },
      pathParameters: { id: '7' },
      stageVariables: { tenant: 'blue' },
      requestContext: {
        accountId: '210987654321',
        apiId: 'abcdef1234',
        domainName: HOST,
        domainPrefix: 'abcdef1234',
        http: {
          method: 'GET',
          path: '/patients/7',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: '',
        },
        requestId: expect.any(String),
        routeKey: 'GET /patients/{id}',
        stage: '$default',
        time: '24/Nov/2026:02:03:04 +0000',
        timeEpoch: NOW,
      },
    })
  })

  it('of WebSocket names $connect and has neither path nor account', async () => {
    const { handler, events } = spy(() => allow('*'))
    const { url } = await start({
      kind: 'websocket',
      routes: ['$connect'],
      authorizer: { identitySources: SOURCES.websocket },
      ...PLACE,
      handler,
      integration: echo,
      now: () => NOW,
    })
    const dialled = await dial(`${url}?page=2`, { headers: { Authorization: 'Bearer t' } })
    if (dialled.open) dialled.socket.close()
    const headers = {
      Authorization: 'Bearer t',
      Connection: 'upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': expect.any(String),
      'Sec-WebSocket-Extensions': expect.any(String),
      'content-length': '0',
      ...ADDED,
    }
    expect(events[0]).toEqual({
      type: 'REQUEST',
      methodArn: `${ARN}/dev/$connect`,
      headers,
      multiValueHeaders: lists(headers),
      queryStringParameters: { page: '2' },
      multiValueQueryStringParameters: { page: ['2'] },
      stageVariables: { tenant: 'blue' },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        extendedRequestId: expect.any(String),
        requestTime: '24/Nov/2026:02:03:04 +0000',
        messageDirection: 'IN',
        stage: 'dev',
        connectedAt: NOW,
        requestTimeEpoch: NOW,
        identity: { sourceIp: '127.0.0.1' },
        requestId: expect.any(String),
        domainName: HOST,
        connectionId: expect.any(String),
        apiId: 'abcdef1234',
      },
    })
  })

  it.each(['rest-request', 'http-1.0'] as const)('of %s shows empty maps', async (kind) => {
    expect(await capture(kind, {}, EMPTY)).toMatchObject({
      queryStringParameters: {},
      pathParameters: {},
      stageVariables: {},
    })
  })

  it('of HTTP 2.0 leaves empty maps out', async () => {
    const event = await capture('http-2.0', {}, EMPTY)
    expect(event).toMatchObject({ identitySource: null, rawQueryString: '' })
    for (const name of ['queryStringParameters', 'pathParameters', 'stageVariables', 'cookies']) {
      expect(event).not.toHaveProperty(name)
    }
  })
})

describe('repeated headers and parameters', () => {
  const sent = {
    headers: [
      ['X-Tag', 'a'],
      ['X-Tag', 'b'],
      ['x-tag', 'c'],
    ],
  } as const
  const path = '/patients/7?page=1&page=2&q=a%20b+c'

  it('on REST: last value, all values, and two casings apart', async () => {
    expect(await capture('rest-request', sent, { path })).toMatchObject({
      headers: { 'X-Tag': 'b', 'x-tag': 'c' },
      multiValueHeaders: { 'X-Tag': ['a', 'b'], 'x-tag': ['c'] },
      queryStringParameters: { page: '2', q: 'a b c' },
      multiValueQueryStringParameters: { page: ['1', '2'], q: ['a b c'] },
    })
  })

  it('on HTTP 2.0: one lower-case name, joined with commas', async () => {
    expect(await capture('http-2.0', sent, { path })).toMatchObject({
      headers: { 'x-tag': 'a,b,c' },
      queryStringParameters: { page: '1,2', q: 'a b c' },
      rawQueryString: 'page=1&page=2&q=a%20b+c',
    })
  })

  it('of Authorization: both values on REST REQUEST, joined on HTTP 2.0', async () => {
    const twice = { headers: [['authorization', 'Bearer u']] } as const
    expect(await capture('rest-request', twice)).toMatchObject({
      multiValueHeaders: { Authorization: ['Bearer t'], authorization: ['Bearer u'] },
    })
    expect(await capture('http-2.0', twice)).toMatchObject({
      headers: { authorization: 'Bearer t,Bearer u' },
    })
  })
})

describe('the gateway sets', () => {
  it.each(['rest-request', 'http-2.0'] as const)('its own forwarding fields: %s', async (kind) => {
    const forged = [
      ['X-Forwarded-For', '198.51.100.1'],
      ['X-Forwarded-Proto', 'gopher'],
      ['Connection', 'X-Nothing'],
    ] as const
    const { headers } = await capture(kind, { headers: forged })
    const names = Object.entries(headers as Record<string, string>)
    const lower = Object.fromEntries(names.map(([name, value]) => [name.toLowerCase(), value]))
    expect(lower).toMatchObject({
      'x-forwarded-for': expect.stringMatching(/^198\.51\.100\.1, 127\.0\.0\.1$/u),
      'x-forwarded-proto': 'https',
      host: HOST,
    })
    expect(lower).not.toHaveProperty('connection')
  })

  it('the host name that it is told to', async () => {
    expect(await capture('http-2.0', {}, { domainName: 'api.example.test' })).toMatchObject({
      headers: { host: 'api.example.test' },
      requestContext: { domainName: 'api.example.test', domainPrefix: 'api' },
    })
  })
})

describe('a client certificate', () => {
  const certificate = {
    clientCertPem: 'PEM',
    subjectDN: 'CN=client',
    issuerDN: 'CN=ca',
    serialNumber: 'a1:a1',
    validity: { notBefore: 'May 28 12:30:02 2019 GMT', notAfter: 'Aug  5 09:36:04 2029 GMT' },
  }
  const clientCert = () => certificate
  it.each([
    ['rest-request', { requestContext: { identity: { clientCert: certificate } } }],
    ['http-1.0', { requestContext: { identity: { clientCert: certificate } } }],
    ['http-2.0', { requestContext: { authentication: { clientCert: certificate } } }],
  ] as const)('is in the event of %s', async (kind, expected) => {
    expect(await capture(kind, {}, { clientCert })).toMatchObject(expected)
  })

  it('is not in the event of REST TOKEN', async () => {
    expect(JSON.stringify(await capture('rest-token', {}, { clientCert }))).not.toContain('PEM')
  })
})

describe('the ARN', () => {
  it.each([
    ['the root path', '/?page=1', 'GET', 'dev/GET/'],
    ['the concrete path, not the template', '/patients/42?page=1', 'GET', 'dev/GET/patients/42'],
    ['a deep path under a greedy variable', '/files/a/b?page=1', 'PUT', 'dev/PUT/files/a/b'],
    ['a colon', '/patients/a:b?page=1', 'GET', 'dev/GET/patients/a:b'],
    ['a star as sent', '/patients/*?page=1', 'GET', 'dev/GET/patients/*'],
    ['a trailing slash', '/patients/7/?page=1', 'GET', 'dev/GET/patients/7/'],
  ])('has %s', async (_case, path, method, end) => {
    const { methodArn } = await capture('rest-request', { method }, { path })
    expect(methodArn).toBe(`${ARN}/${end}`)
  })

  it('has the method of the request where httpMethod of REST REQUEST says ANY', async () => {
    const event = await capture('rest-request', { method: 'PUT' }, { path: '/files/a?page=1' })
    expect(event).toMatchObject({
      httpMethod: 'ANY',
      methodArn: `${ARN}/dev/PUT/files/a`,
      requestContext: { httpMethod: 'PUT' },
    })
  })

  it('has the partition it is given', async () => {
    const { methodArn } = await capture('rest-token', {}, { partition: 'aws-cn' })
    expect(methodArn).toMatch(/^arn:aws-cn:execute-api:/u)
  })
})
