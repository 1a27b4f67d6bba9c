import type { Api } from './api.ts'
import { lastHeader } from './headers.ts'
import { readQuery } from './query.ts'
import type { Refusal, RefusalType } from './refusal.ts'
import type { Reply } from './reply.ts'
import type { GatewayRequest, Header } from './request.ts'

/** One gateway response, in the words of the OpenAPI extension of the same name (AG-GR). */
export interface GatewayResponse {
  readonly statusCode?: number
  /** `gatewayresponse.header.X` to a quoted literal `'…'` or a mapping expression. */
  readonly responseParameters?: Readonly<Record<string, string>>
  /** Media type to a body with `$context.…` variables: substitution only, no VTL. */
  readonly responseTemplates?: Readonly<Record<string, string>>
}

export type GatewayResponseType =
  | 'DEFAULT_4XX'
  | 'DEFAULT_5XX'
  | 'UNAUTHORIZED'
  | 'ACCESS_DENIED'
  | 'AUTHORIZER_FAILURE'
  | 'AUTHORIZER_CONFIGURATION_ERROR'
  | 'MISSING_AUTHENTICATION_TOKEN'
  | 'INTEGRATION_FAILURE'
  | 'INTEGRATION_TIMEOUT'
  | 'EXPIRED_TOKEN'

export type GatewayResponses = Readonly<Partial<Record<GatewayResponseType, GatewayResponse>>>

interface BuiltIn {
  readonly status: number
  readonly message: string | null
  /** `x-amzn-ErrorType`. UNVERIFIED for the last seven. */
  readonly error: string
}

/**
 * Statuses from AG-GR, except that a malformed Lambda proxy answer is seen as 502 (CAPTURE:
 * aws/aws-lambda-dotnet, LambdaTestTool-v2), not 504. 500 bodies hold `null` (CAPTURE:
 * auth0-samples/jwt-rsa-aws-custom-authorizer PR 6). UNVERIFIED: the last four rows.
 */
const BUILT_IN: Record<RefusalType, BuiltIn> = {
  UNAUTHORIZED: { status: 401, message: 'Unauthorized', error: 'UnauthorizedException' },
  ACCESS_DENIED: {
    status: 403,
    message: 'User is not authorized to access this resource',
    error: 'AccessDeniedException',
  },
  AUTHORIZER_CONFIGURATION_ERROR: {
    status: 500,
    message: null,
    error: 'AuthorizerConfigurationException',
  },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: 'Missing Authentication Token',
    error: 'MissingAuthenticationTokenException',
  },
  AUTHORIZER_FAILURE: { status: 500, message: null, error: 'AuthorizerFailureException' },
  INTEGRATION_FAILURE: {
    status: 502,
    message: 'Internal server error',
    error: 'InternalServerErrorException',
  },
  // CAPTURE of the message: serverless/serverless issue 3171.
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: 'Endpoint request timed out',
    error: 'InternalServerErrorException',
  },
  UNKNOWN_STAGE: { status: 403, message: 'Forbidden', error: 'ForbiddenException' },
  URI_TOO_LONG: { status: 414, message: 'Request URI too long', error: 'RequestTooLongException' },
  BAD_PATH: { status: 400, message: 'Bad Request', error: 'BadRequestException' },
  HEADERS_TOO_LARGE: {
    status: 431,
    message: 'Request Header Fields Too Large',
    error: 'RequestTooLargeException',
  },
  BODY_TOO_LARGE: {
    status: 413,
    message: 'Request Too Long',
    error: 'RequestTooLargeException',
  },
}

const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'

/**
 * Without any configured response the 403 of a Lambda authorizer spells the member with a capital
 * (CAPTURE: aws/chalice issues 971 and 1810); AWS support pages print it in lower case.
 */
const UNCONFIGURED_DENIAL_TEMPLATE = '{"Message":$context.error.messageString}'

const MAPPING =
  /^(?:'(?<literal>[^']*)'|context\.(?<variable>[\w.-]+)|method\.request\.(?<place>header|querystring)\.(?<name>[\w.-]+))$/u

const PARAMETER = /^gatewayresponse\.header\.(?<name>[\w-]+)$/u

/** Throws on a mapping that the service would refuse when the response is created. */
export const assertGatewayResponses = (responses: GatewayResponses): void => {
  for (const response of Object.values(responses)) {
    for (const [key, value] of Object.entries(response.responseParameters ?? {})) {
      if (!PARAMETER.test(key) || !MAPPING.test(value)) {
        throw new Error(`gateway: not a gateway response mapping: ${key} = ${value}`)
      }
    }
  }
}

/** The `$context` variables that a gateway response can read. */
const contextVariables = (refusal: Refusal, request: GatewayRequest): Map<string, string> => {
  const { message } = BUILT_IN[refusal.type]
  const text = refusal.explicitDeny && message ? `${message} with an explicit deny` : message
  const variables = new Map([
    ['error.message', text ?? ''],
    ['error.messageString', JSON.stringify(text)],
    ['error.responseType', refusal.type],
    ['requestId', request.requestId],
    ['extendedRequestId', request.extendedRequestId],
    ['httpMethod', request.method],
    ['identity.sourceIp', request.sourceIp],
  ])
  for (const [key, value] of Object.entries(refusal.context ?? {})) {
    variables.set(`authorizer.${key}`, String(value))
  }
  return variables
}

/** Plain substitution: no quoting. UNVERIFIED: an unknown variable becomes empty. */
const fillTemplate = (template: string, variables: Map<string, string>): string =>
  template.replace(
    /\$context\.(?<name>[A-Za-z][\w-]*(?:\.[\w-]+)*)/gu,
    (_, name: string) => variables.get(name) ?? '',
  )

/**
 * UNVERIFIED: `context.authorizer.<key>` fits the mapping grammar of AG-PM, but no example of it in
 * a gateway response header was found. A value that is missing leaves the header out.
 */
const mapHeader = (
  expression: string,
  variables: Map<string, string>,
  request: GatewayRequest,
): string | undefined => {
  const found = MAPPING.exec(expression)?.groups ?? {}
  const { literal, variable, place, name } = found
  if (literal !== undefined) return literal
  if (variable !== undefined) return variables.get(variable)
  return place === 'header'
    ? lastHeader(request.headers, name ?? '')
    : readQuery(request.query)
        .get(name ?? '')
        ?.at(-1)
}

const mapHeaders = (
  response: GatewayResponse,
  variables: Map<string, string>,
  request: GatewayRequest,
): readonly Header[] =>
  Object.entries(response.responseParameters ?? {}).flatMap(([key, expression]): Header[] => {
    const name = PARAMETER.exec(key)?.groups?.['name'] ?? ''
    const value = mapHeader(expression, variables, request)
    return value === undefined ? [] : [[name, value]]
  })

const isConfigurable = (type: RefusalType): type is RefusalType & GatewayResponseType =>
  /^(?:UNAUTHORIZED|ACCESS_DENIED|AUTHORIZER_|MISSING_|INTEGRATION_)/u.test(type)

/** AG-GR: an unspecified type falls back to DEFAULT_4XX or DEFAULT_5XX, its status included. */
const chooseResponse = (api: Api, type: RefusalType): GatewayResponse | undefined => {
  if (!isConfigurable(type)) return undefined
  const fallback = BUILT_IN[type].status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'
  return api.gatewayResponses[type] ?? api.gatewayResponses[fallback]
}

const chooseTemplate = (
  type: RefusalType,
  response: GatewayResponse | undefined,
): readonly [string, string] => {
  const templates = Object.entries(response?.responseTemplates ?? {})
  const json = templates.find(([mediaType]) => mediaType === 'application/json') ?? templates[0]
  const plain = type === 'ACCESS_DENIED' && !response
  return json ?? ['application/json', plain ? UNCONFIGURED_DENIAL_TEMPLATE : DEFAULT_TEMPLATE]
}

/** AG-GR: what a REST API answers when it never reaches the integration. */
export const renderGatewayResponse = (
  api: Api,
  refusal: Refusal,
  request: GatewayRequest,
): Reply => {
  const response = chooseResponse(api, refusal.type)
  const [mediaType, template] = chooseTemplate(refusal.type, response)
  const variables = contextVariables(refusal, request)
  const { status, error } = BUILT_IN[refusal.type]
  return {
    status: response?.statusCode ?? status,
    headers: [
      ['Content-Type', mediaType],
      ['x-amzn-RequestId', request.requestId],
      ['x-amz-apigw-id', request.extendedRequestId],
      ['x-amzn-ErrorType', error],
      ...mapHeaders(response ?? {}, variables, request),
    ],
    body: fillTemplate(template, variables),
  }
}
