import type { ApiKind } from './api.ts'
import type { Grant } from './authorize.ts'
import type { Call } from './call.ts'
import {
  http1AuthorizerEvent,
  http1ProxyEvent,
  http2AuthorizerEvent,
  http2ProxyEvent,
} from './event-http.ts'
import { restProxyEvent, restRequestEvent, restTokenEvent } from './event-rest.ts'
import { webSocketAuthorizerEvent } from './event-websocket.ts'

const AUTHORIZER_EVENTS: Record<ApiKind, (call: Call, values: readonly string[]) => object> = {
  'rest-token': restTokenEvent,
  'rest-request': restRequestEvent,
  'http-1.0': http1AuthorizerEvent,
  'http-2.0': http2AuthorizerEvent,
  websocket: webSocketAuthorizerEvent,
}

/** What the authorizer function receives; `values` are those of the identity sources. */
export const authorizerEvent = (call: Call, values: readonly string[]): object =>
  AUTHORIZER_EVENTS[call.api.kind](call, values)

const asString = (value: unknown): string | null => (value === null ? null : String(value))

/**
 * `requestContext.authorizer`, or nothing on an open route. REST and WebSocket turn every value into
 * a string, so that `false` arrives as `"false"` (AG-OUT). HTTP 2.0 keeps types under `lambda`
 * (AG-HTTP). The flat form of HTTP 1.0 is UNVERIFIED and follows REST.
 */
export const authorizerContext = (kind: ApiKind, grant: Grant | null): object | undefined => {
  if (!grant) return undefined
  if (kind === 'http-2.0') return { lambda: grant.context }
  const strings = Object.entries(grant.context).map(([key, value]) => [key, asString(value)])
  return {
    ...(Object.fromEntries(strings) as Record<string, string | null>),
    ...(grant.principalId !== undefined && { principalId: grant.principalId }),
    ...(kind !== 'http-1.0' && { integrationLatency: grant.latencyMs }),
  }
}

/** What the integration of a REST or HTTP API receives. */
export const proxyEvent = (call: Call, grant: Grant | null): object => {
  const authorizer = authorizerContext(call.api.kind, grant)
  if (call.api.family === 'rest') return restProxyEvent(call, authorizer)
  return call.api.kind === 'http-1.0'
    ? http1ProxyEvent(call, authorizer)
    : http2ProxyEvent(call, authorizer)
}
