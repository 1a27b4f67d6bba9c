import type { Config } from '../shared/config/types.ts'
import type { ApiDefinition, ApiKind, RouteDefinition } from './gateway/api.ts'
import type { GatewayResponse, GatewayResponses } from './gateway/gateway-response.ts'

// What can be set is set as serverless.yml sets it.
const RESULT_TTL_SECONDS = 60

const SOURCES: Readonly<Record<ApiKind, string>> = {
  'rest-token': 'method.request.header.Authorization',
  'rest-request': 'method.request.header.Authorization',
  'http-1.0': '$request.header.Authorization',
  'http-2.0': '$request.header.Authorization',
  websocket: 'route.request.header.Authorization',
}

/** The API that somebody would declare for these rules, with our function as its authorizer. */
export function describeApi(kind: ApiKind, rules: Config): ApiDefinition {
  const isRest = kind.startsWith('rest')
  return {
    kind,
    routes: kind === 'websocket' ? CONNECTION_ROUTES : describeRoutes(rules),
    authorizer: {
      identitySources: [SOURCES[kind]],
      resultTtlSeconds: ttlOf(kind, rules),
      simpleResponses: answersSimply(kind, rules),
    },
    ...(isRest && { gatewayResponses: GATEWAY_RESPONSES }),
  }
}

const answersSimply = (kind: ApiKind, { apiGateway }: Config): boolean =>
  kind === 'http-2.0' && apiGateway?.httpApiResponse !== 'iam'

/** A policy speaks of the whole API and may be kept; a yes or no speaks of one request. */
const ttlOf = (kind: ApiKind, rules: Config): number =>
  kind === 'websocket' || answersSimply(kind, rules) || rules.apiGateway?.policy === 'request'
    ? 0
    : RESULT_TTL_SECONDS

const CONNECTION_ROUTES: readonly (string | RouteDefinition)[] = [
  '$connect',
  { key: '$default', respond: true },
]

/** A public route has no authorizer, or API Gateway would refuse who sends no token. */
function describeRoutes({ routes, otherwise }: Config): readonly RouteDefinition[] {
  const own = Object.entries(routes ?? {})
    .filter(([pattern]) => pattern !== '$connect')
    .map(([pattern, policy]): RouteDefinition => {
      const key = pattern.replace(/^\*/, 'ANY')
      return policy === 'public' ? { key, authorizer: 'none' } : { key }
    })
  const others = routes === undefined || otherwise === 'authenticated'
  return others ? [...own, { key: 'ANY /{proxy+}' }] : own
}

/** REST only. No reason from the authorizer's context: kept with the policy, it may be of an earlier request. */
const GATEWAY_RESPONSES: GatewayResponses = {
  UNAUTHORIZED: challenge('invalid_token'),
  ACCESS_DENIED: challenge('insufficient_scope'),
  AUTHORIZER_FAILURE: sendHeader('Retry-After', '5'),
  AUTHORIZER_CONFIGURATION_ERROR: sendHeader('Retry-After', '5'),
}

function challenge(error: string): GatewayResponse {
  return sendHeader('WWW-Authenticate', `Bearer realm="api", error="${error}"`)
}

function sendHeader(name: string, value: string): GatewayResponse {
  return { responseParameters: { [`gatewayresponse.header.${name}`]: `'${value}'` } }
}
