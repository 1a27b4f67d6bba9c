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

export type AuthorizerEvent =
  | APIGatewayTokenAuthorizerEvent
  | APIGatewayRequestAuthorizerEvent
  | APIGatewayRequestAuthorizerEventV2

export type EventKind = 'token' | 'request' | 'http-1.0' | 'http-2.0' | 'websocket'

export interface AuthorizerCall {
  readonly kind: EventKind
  readonly arn: MethodArn
  readonly request: AuthRequest
}

/** Throws where the event is none of the five: the function is wired to something else. */
export function readEvent(event: AuthorizerEvent): AuthorizerCall {
  const arn = parseMethodArn('routeArn' in event ? event.routeArn : event.methodArn)
  if (arn === null) throw new TypeError('edge-authorizer: the event has no method ARN')
  const isConnect = arn.method === CONNECT
  return {
    kind: isConnect ? 'websocket' : kindOf(event),
    arn,
    request: {
      ...(event.type === 'TOKEN' ? readToken(event) : readRequestParts(event)),
      method: isConnect ? 'GET' : arn.method,
      path: isConnect ? CONNECT : arn.path,
      webSocket: isConnect,
    },
  }
}

function kindOf(event: AuthorizerEvent): Exclude<EventKind, 'websocket'> {
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
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&')
}
