import type { Header, Sent } from './door.ts'

/**
 * The concrete events of API Gateway, from platform.md A1 and A2: a second source beside the model
 * in dev/gateway, which builds its own.
 */
export type EventKind = 'rest-token' | 'rest-request' | 'http-1.0' | 'http-2.0' | 'websocket'

export const HOST = 'api.example.com'
const API = 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5'

export const arnOf = (kind: EventKind, { method = 'GET', path = '/a' }: Sent = {}): string => {
  if (kind === 'websocket') return `${API}/prod/$connect`
  return `${API}/${kind.startsWith('http') ? '$default' : 'prod'}/${method}${path}`
}

export const buildEvent = (kind: EventKind, sent: Sent): object => BUILDERS[kind](sent)

const BUILDERS: Readonly<Record<EventKind, (sent: Sent) => object>> = {
  'rest-token': (sent) => ({
    type: 'TOKEN',
    methodArn: arnOf('rest-token', sent),
    authorizationToken: valuesOf(sent, 'authorization').at(-1),
  }),
  'rest-request': (sent) => ({
    type: 'REQUEST',
    methodArn: arnOf('rest-request', sent),
    resource: '/{proxy+}',
    path: sent.path ?? '/a',
    httpMethod: sent.method ?? 'GET',
    ...multiValueMaps(sent),
    pathParameters: {},
    stageVariables: {},
    requestContext: context(sent),
  }),
  'http-1.0': (sent) => ({
    version: '1.0',
    type: 'REQUEST',
    methodArn: arnOf('http-1.0', sent),
    identitySource: valuesOf(sent, 'authorization').join(','),
    authorizationToken: valuesOf(sent, 'authorization').join(','),
    resource: '$default',
    path: sent.path ?? '/a',
    httpMethod: sent.method ?? 'GET',
    ...multiValueMaps({ ...sent, headers: lowerCased(sent) }),
    pathParameters: {},
    stageVariables: {},
    requestContext: context(sent),
  }),
  'http-2.0': (sent) => ({
    version: '2.0',
    type: 'REQUEST',
    routeArn: arnOf('http-2.0', sent),
    identitySource: [valuesOf(sent, 'authorization').join(',')],
    routeKey: '$default',
    rawPath: sent.path ?? '/a',
    rawQueryString: sent.query ?? '',
    ...joinedHeaders(sent),
    requestContext: {
      domainName: HOST,
      routeKey: '$default',
      http: { method: sent.method ?? 'GET', path: sent.path ?? '/a', protocol: 'HTTP/1.1' },
    },
  }),
  websocket: (sent) => ({
    type: 'REQUEST',
    methodArn: arnOf('websocket'),
    ...multiValueMaps(sent),
    stageVariables: {},
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      domainName: HOST,
      stage: 'prod',
      connectionId: 'L0SM9cOFvHcCIhw=',
    },
  }),
}

const context = ({ method = 'GET', path = '/a' }: Sent) => ({
  domainName: HOST,
  httpMethod: method,
  path: `/prod${path}`,
  stage: 'prod',
  identity: { sourceIp: '127.0.0.1' },
})

const valuesOf = ({ headers = [] }: Sent, wanted: string): readonly string[] =>
  headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)

const lowerCased = ({ headers = [] }: Sent): readonly Header[] =>
  headers.map(([name, value]) => [name.toLowerCase(), value])

/** Payload 1.0: `headers` has the last of repeated values, `multiValueHeaders` all. */
function multiValueMaps({ headers = [], query }: Sent) {
  const fields = group(headers)
  const parameters = group([...new URLSearchParams(query)])
  return {
    headers: lastOf(fields),
    multiValueHeaders: fields,
    queryStringParameters: lastOf(parameters),
    multiValueQueryStringParameters: parameters,
  }
}

function group(pairs: readonly Header[]): Readonly<Record<string, readonly string[]>> {
  const groups = Map.groupBy(pairs, ([name]) => name)
  return Object.fromEntries(
    [...groups].map(([name, same]) => [name, same.map(([, value]) => value)]),
  )
}

const lastOf = (groups: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(groups).map(([name, values]) => [name, values.at(-1)]))

/** Payload 2.0: repeated fields are joined by commas, cookies are a list of their own. */
function joinedHeaders(sent: Sent) {
  const others = lowerCased(sent).filter(([name]) => name !== 'cookie')
  const headers = Object.entries(group(others)).map(([name, values]) => [name, values.join(',')])
  const cookies = valuesOf(sent, 'cookie').flatMap((value) => value.split('; '))
  return { headers: Object.fromEntries(headers), ...(cookies.length > 0 && { cookies }) }
}
