/** The event that API Gateway would make of a request, for each kind of API; and which recorded ones are events at all. */
import type { GatewayEvent } from '../../functions/lambda/event.ts'
import { isObject, own } from '../../shared/json.ts'
import { headerValues } from '../../shared/request.ts'
import type { AuthRequest } from '../../shared/types.ts'
import type { GatewayKind } from './explanation.ts'

const HOST = 'api.example.com'
const API = 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5'

export type Arn = (request: AuthRequest) => string

const arnAt =
  (stage: string): Arn =>
  ({ method, path }) =>
    `${API}/${stage}/${method}${path}`

const ARNS: Readonly<Record<GatewayKind, Arn>> = {
  'rest-token': arnAt('prod'),
  'rest-request': arnAt('prod'),
  'http-1.0': arnAt('$default'),
  'http-2.0-simple': arnAt('$default'),
  'http-2.0-iam': arnAt('$default'),
  websocket: () => `${API}/prod/$connect`,
}

/** The header names of a request, each with all values that came under it. */
function groupHeaders(request: AuthRequest): ReadonlyMap<string, readonly string[]> {
  const names = Object.keys(request.headers).map((name) => name.toLowerCase())
  const groups = names.map((name) => [name, headerValues(request, name)] as const)
  return new Map(groups.filter(([, values]) => values.length > 0))
}

function payload1(request: AuthRequest): object {
  const groups = groupHeaders(request)
  const query = new URLSearchParams(request.query)
  const values = [...query.keys()].map((name) => [name, query.getAll(name)] as const)
  return {
    type: 'REQUEST',
    headers: Object.fromEntries([...groups].map(([name, list]) => [name, list.at(-1)])),
    multiValueHeaders: Object.fromEntries(groups),
    queryStringParameters: Object.fromEntries(query),
    multiValueQueryStringParameters: Object.fromEntries(values),
    pathParameters: {},
    stageVariables: {},
    path: request.path,
    httpMethod: request.method,
    requestContext: { domainName: HOST, stage: 'prod' },
  }
}

function payload2(request: AuthRequest): object {
  const { cookie = [], ...headers } = Object.fromEntries(groupHeaders(request))
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: ARNS['http-2.0-iam'](request),
    identitySource: [headerValues(request, 'authorization').join(',')],
    routeKey: '$default',
    rawPath: request.path,
    rawQueryString: request.query ?? '',
    cookies: cookie.flatMap((value) => value.split('; ')),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, list]) => [name, list.join(',')]),
    ),
    requestContext: { domainName: HOST, stage: '$default' },
  }
}

const BUILDERS: Readonly<Record<GatewayKind, (request: AuthRequest) => object>> = {
  'rest-token': (request) => ({
    type: 'TOKEN',
    authorizationToken: headerValues(request, 'authorization').at(-1) ?? '',
  }),
  'rest-request': payload1,
  'http-1.0': (request) => ({ version: '1.0', ...payload1(request) }),
  'http-2.0-simple': payload2,
  'http-2.0-iam': payload2,
  websocket: payload1,
}

export function buildEvent(kind: GatewayKind, request: AuthRequest): GatewayEvent {
  const built = BUILDERS[kind](request)
  const event = 'routeArn' in built ? built : { ...built, methodArn: ARNS[kind](request) }
  if (isGatewayEvent(event)) return event
  throw new TypeError(`no ${kind} event for this request`)
}

/** Whether the function can read it: the members it looks at are there and of their types. */
export function isGatewayEvent(value: unknown): value is GatewayEvent {
  if (!isObject(value)) return false
  const arn = own(value, 'routeArn') ?? own(value, 'methodArn')
  if (typeof arn !== 'string') return false
  if (own(value, 'type') === 'TOKEN') return typeof own(value, 'authorizationToken') === 'string'
  const areMaps = MAPS.every((name) => isTextMap(own(value, name) ?? {}))
  return areMaps && isText(own(value, 'cookies') ?? []) && isObject(own(value, 'requestContext'))
}

const MAPS = [
  'headers',
  'multiValueHeaders',
  'queryStringParameters',
  'multiValueQueryStringParameters',
]

const isTextMap = (map: unknown): boolean =>
  isObject(map) && Object.values(map).every((value) => value === null || isText(value))

const isText = (value: unknown): boolean =>
  (Array.isArray(value) ? value : [value]).every((one) => typeof one === 'string')
