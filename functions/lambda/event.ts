/**
 * The five event shapes of API Gateway, read as one. Method and path come from the ARN in all of
 * them, so that the verdict and the policy speak of the same resource.
 */
import type {
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
} from 'aws-lambda'
import { CONNECT } from '../../shared/policy/pattern.ts'
import type { AuthRequest, HeaderMap } from '../../shared/types.ts'
import { parseMethodArn } from './arn.ts'
import type { MethodArn } from './arn.ts'

export type GatewayEvent =
  | APIGatewayTokenAuthorizerEvent
  | APIGatewayRequestAuthorizerEvent
  | APIGatewayRequestAuthorizerEventV2

export type EventKind = 'token' | 'request' | 'http-1.0' | 'http-2.0' | 'websocket'

export interface AuthorizerCall {
  readonly kind: EventKind
  readonly arn: MethodArn
  /**
   * The request, and where an HTTP API may understand its path differently, that too: all of them
   * have to be allowed.
   */
  readonly requests: readonly [AuthRequest, ...AuthRequest[]]
}

const NO_ARN =
  'edge-authorizer: the event has no method ARN: this function is an authorizer, not an integration'

/** Throws where the event is none of the five: the function is wired to something else. */
export function readEvent(event: GatewayEvent): AuthorizerCall {
  const arn = parseMethodArn('routeArn' in event ? event.routeArn : event.methodArn)
  if (arn === null) throw new TypeError(NO_ARN)
  // No path: an HTTP method of that name would have one.
  const isConnect = arn.text === arn.stage + CONNECT && !('routeArn' in event)
  const kind = isConnect ? 'websocket' : kindOf(event)
  const request = {
    ...(event.type === 'TOKEN' ? readToken(event) : readRequestParts(event)),
    method: isConnect ? 'GET' : arn.method,
    path: isConnect ? CONNECT : arn.path,
    webSocket: isConnect,
  }
  const others = kind.startsWith('http') ? readAgain(arn.path) : []
  return { kind, arn, requests: [request, ...others.map((path) => ({ ...request, path }))] }
}

/**
 * HTTP APIs have been seen to decode a path, cut it at a decoded `?`, and decode it again; whether
 * they route it before the last step or behind it, nobody says. So `%25` and `%3F` make more of one.
 */
function readAgain(path: string): readonly string[] {
  if (!/%(?:25|3f)/i.test(path)) return []
  const [cut = ''] = path.split(/\?|%3f/i)
  try {
    return [...new Set([cut, decodeURIComponent(cut)])].filter((other) => other !== path)
  } catch {
    return [] // which the first reading refuses as well
  }
}

function kindOf(event: GatewayEvent): Exclude<EventKind, 'websocket'> {
  if (event.type === 'TOKEN') return 'token'
  if ('routeArn' in event) return 'http-2.0'
  return 'version' in event && event.version === '1.0' ? 'http-1.0' : 'request'
}

type RequestParts = Pick<AuthRequest, 'headers' | 'query' | 'origin'>

const readToken = ({ authorizationToken }: APIGatewayTokenAuthorizerEvent): RequestParts => ({
  headers: { authorization: authorizationToken },
})

function readRequestParts(
  event: APIGatewayRequestAuthorizerEvent | APIGatewayRequestAuthorizerEventV2,
): RequestParts {
  const { domainName } = event.requestContext
  return {
    headers: readHeaders(event),
    query: 'rawQueryString' in event ? event.rawQueryString : readQuery(event),
    ...(domainName && { origin: `https://${domainName}` }),
  }
}

/** `headers` keeps the last of repeated values only, so the multi-value map goes over it where there is one. */
function readHeaders(
  event: APIGatewayRequestAuthorizerEvent | APIGatewayRequestAuthorizerEventV2,
): HeaderMap {
  if ('routeArn' in event) {
    return event.cookies?.length > 0
      ? { ...event.headers, cookie: event.cookies }
      : { ...event.headers }
  }
  return { ...event.headers, ...event.multiValueHeaders }
}

/** Back to text: the maps hold decoded values. The console's test button sends null for a map. */
function readQuery(event: APIGatewayRequestAuthorizerEvent): string {
  const values = { ...event.queryStringParameters, ...event.multiValueQueryStringParameters }
  return Object.entries(values)
    .flatMap(([name, value]) => [value ?? ''].flat().map((one) => [name, one]))
    .map((pair) => pair.map((part) => encodeURIComponent(part.toWellFormed())).join('='))
    .join('&')
}
