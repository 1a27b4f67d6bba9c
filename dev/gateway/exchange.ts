import { methodArn, routeKeyArn } from './arn.ts'
import type { Api } from './api.ts'
import { authorize, type Authorization, type Guard } from './authorize.ts'
import type { Call } from './call.ts'
import { proxyEvent } from './event.ts'
import { integrate, type Backend } from './integration.ts'
import {
  BODY_MAX_BYTES,
  HEADERS_MAX_BYTES,
  METHOD_ARN_MAX_BYTES,
  WEBSOCKET_URL_MAX_CHARACTERS,
} from './limits.ts'
import { readParameter, viewPath } from './path.ts'
import type { CallRecord } from './record.ts'
import { renderRefusal, type Refusal } from './refusal.ts'
import type { Reply } from './reply.ts'
import { measureHeaders, type GatewayRequest } from './request.ts'
import { err, ok, type Result } from './result.ts'
import { findRoute, matchRoute, type RouteMatch } from './route.ts'

/** All that serving a request takes, put together once in server.ts. */
export interface Gateway extends Backend {
  readonly guard: Guard
  readonly record: (call: CallRecord) => void
}

const chooseRoute = (api: Api, method: string, path: string): RouteMatch | null => {
  if (api.family !== 'websocket') return matchRoute(api, method, path)
  const route = findRoute(api, '$connect')
  return route ? { route, parameters: {} } : null
}

const readParameters = (api: Api, match: RouteMatch): Record<string, string> =>
  Object.fromEntries(
    Object.entries(match.parameters).map(([name, value]) => [name, readParameter(api, value)]),
  )

const measureUrl = ({ domainName }: Api, { path, query }: GatewayRequest): number =>
  `wss://${domainName}${path}${query && `?${query}`}`.length

/** From the wire to a call: budgets, stage, route, ARN. */
export const placeCall = (api: Api, request: GatewayRequest): Result<Call, Refusal> => {
  if (measureHeaders(request, api.family === 'http') > HEADERS_MAX_BYTES) {
    return err({ type: 'HEADERS_TOO_LARGE' })
  }
  if (request.body.length > BODY_MAX_BYTES) return err({ type: 'BODY_TOO_LARGE' })
  if (api.family === 'websocket' && measureUrl(api, request) > WEBSOCKET_URL_MAX_CHARACTERS) {
    return err({ type: 'URI_TOO_LONG' })
  }
  const path = viewPath(api, request.path)
  if (!path.ok) return err({ type: path.error })
  const match = chooseRoute(api, request.method, path.value.routed)
  if (!match) return err({ type: 'MISSING_AUTHENTICATION_TOKEN' })
  const arn =
    api.family === 'websocket'
      ? routeKeyArn(api, '$connect')
      : methodArn(api, request.method, path.value.arn)
  if (Buffer.byteLength(arn) > METHOD_ARN_MAX_BYTES) return err({ type: 'URI_TOO_LONG' })
  const parameters = readParameters(api, match)
  return ok({ api, request, path: path.value, route: match.route, parameters, arn })
}

/** One line of the log; `authorization` is missing when the request never came that far. */
export const describeCall = (
  gateway: Gateway,
  request: GatewayRequest,
  outcome: {
    readonly call?: Call
    readonly authorization?: Authorization
    readonly refusal?: Refusal
    readonly status: number
  },
): CallRecord => ({
  kind: gateway.api.kind,
  method: request.method,
  path: request.path,
  routeKey: outcome.call?.route.key ?? null,
  arn: outcome.call?.arn ?? null,
  authorizer: outcome.authorization?.use ?? null,
  refusal: outcome.refusal?.type ?? null,
  status: outcome.status,
  cause: outcome.refusal?.cause ?? null,
  unknownConditions: outcome.authorization?.unknownConditions ?? [],
})

/** Serves one request of a REST or HTTP API, start to end, and records what became of it. */
export const exchange = async (gateway: Gateway, request: GatewayRequest): Promise<Reply> => {
  const refuse = (
    refusal: Refusal,
    known: { readonly call?: Call; readonly authorization?: Authorization },
  ): Reply => {
    const reply = renderRefusal(gateway.api, refusal, request)
    gateway.record(describeCall(gateway, request, { ...known, refusal, status: reply.status }))
    return reply
  }
  if (gateway.api.family === 'websocket')
    return refuse({ type: 'MISSING_AUTHENTICATION_TOKEN' }, {})
  const placed = placeCall(gateway.api, request)
  if (!placed.ok) return refuse(placed.error, {})
  const call = placed.value
  const authorization = await authorize(call, gateway.guard)
  if (!authorization.verdict.ok) {
    return refuse(authorization.verdict.error, { call, authorization })
  }
  const event = proxyEvent(call, authorization.verdict.value)
  const reply = await integrate(gateway, event)
  if (!reply.ok) return refuse(reply.error, { call, authorization })
  const { status } = reply.value
  gateway.record(describeCall(gateway, request, { call, authorization, status }))
  return reply.value
}
