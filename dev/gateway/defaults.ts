import type { Api, ApiDefinition, ApiKind, Authorizer, AuthorizerDefinition } from './api.ts'
import { assertGatewayResponses } from './gateway-response.ts'
import { parseIdentitySource } from './identity-source.ts'
import { RESULT_TTL_MAX_SECONDS, REST_RESULT_TTL_DEFAULT_SECONDS } from './limits.ts'
import { parseRoute } from './route.ts'

const FAMILIES = {
  'rest-token': 'rest',
  'rest-request': 'rest',
  'http-1.0': 'http',
  'http-2.0': 'http',
  websocket: 'websocket',
} as const satisfies Record<ApiKind, Api['family']>

const TTL_DEFAULT_SECONDS: Record<Api['family'], number> = {
  rest: REST_RESULT_TTL_DEFAULT_SECONDS,
  http: 0,
  websocket: 0,
}

/** Throws on what the real service refuses to create: that is misuse, not a request's fault. */
const reject = (message: string): never => {
  throw new Error(`gateway: ${message}`)
}

const assertTtl = (family: Api['family'], ttl: number, sources: number): void => {
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > RESULT_TTL_MAX_SECONDS) {
    reject(`resultTtlSeconds must be 0 to ${RESULT_TTL_MAX_SECONDS}, not ${ttl}`)
  }
  // "TTL is HTTP API only" in the v2 resource: WebSocket results are never cached (AG-CFG).
  if (family === 'websocket' && ttl > 0) reject('a WebSocket API caches no authorizer results')
  if (ttl > 0 && sources === 0) reject('caching needs at least one identity source')
}

const assertOptions = (kind: ApiKind, definition: AuthorizerDefinition): void => {
  if (definition.simpleResponses && kind !== 'http-2.0') {
    reject('simple responses exist on HTTP APIs with payload 2.0 only')
  }
  if (definition.identityValidationExpression !== undefined && kind !== 'rest-token') {
    reject('identityValidationExpression exists on REST TOKEN authorizers only')
  }
}

const resolveAuthorizer = (kind: ApiKind, definition: AuthorizerDefinition): Authorizer => {
  const identitySources = (definition.identitySources ?? []).map((expression) =>
    parseIdentitySource(FAMILIES[kind], expression),
  )
  if (kind === 'rest-token' && identitySources.map((source) => source.place).join() !== 'header') {
    reject('a REST TOKEN authorizer needs exactly one header as its identity source')
  }
  const resultTtlSeconds = definition.resultTtlSeconds ?? TTL_DEFAULT_SECONDS[FAMILIES[kind]]
  assertTtl(FAMILIES[kind], resultTtlSeconds, identitySources.length)
  assertOptions(kind, definition)
  const expression = definition.identityValidationExpression
  return {
    identitySources,
    resultTtlSeconds,
    // UNVERIFIED whether the whole token has to match; `^` and `$` in the expression settle it.
    identityValidation: expression === undefined ? null : new RegExp(expression),
    simpleResponses: definition.simpleResponses ?? false,
  }
}

const place = (definition: ApiDefinition) => {
  const region = definition.region ?? 'us-east-1'
  const apiId = definition.apiId ?? 'a1b2c3d4e5'
  return {
    partition: definition.partition ?? 'aws',
    region,
    accountId: definition.accountId ?? '123456789012',
    apiId,
    domainName: definition.domainName ?? `${apiId}.execute-api.${region}.amazonaws.com`,
  }
}

/** Copies a definition, fills in the platform's defaults, and throws on an impossible one. */
export const resolveApi = (definition: ApiDefinition): Api => {
  const family = FAMILIES[definition.kind]
  if (definition.gatewayResponses && family !== 'rest') {
    reject('gateway responses exist on REST APIs only')
  }
  assertGatewayResponses(definition.gatewayResponses ?? {})
  const routes = definition.routes.map((route) => parseRoute(family, route))
  if (family === 'websocket' && !routes.some((route) => route.key === '$connect')) {
    reject('a WebSocket API needs its $connect route here')
  }
  return {
    ...place(definition),
    kind: definition.kind,
    family,
    stage: definition.stage ?? (family === 'http' ? '$default' : 'dev'),
    routes,
    authorizer: definition.authorizer
      ? resolveAuthorizer(definition.kind, definition.authorizer)
      : null,
    gatewayResponses: { ...definition.gatewayResponses },
    stageVariables: { ...definition.stageVariables },
    arnPath: definition.arnPath ?? 'raw',
    trailingSlash: definition.trailingSlash ?? (family === 'rest' ? 'ignored' : 'significant'),
    thrownUnauthorizedStatus: definition.thrownUnauthorizedStatus ?? 401,
    clientCert: definition.clientCert ?? (() => undefined),
  }
}
