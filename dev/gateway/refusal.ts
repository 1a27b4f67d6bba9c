import type { Context } from './answer.ts'
import type { Api } from './api.ts'
import { renderGatewayResponse } from './gateway-response.ts'
import type { Reply } from './reply.ts'
import type { GatewayRequest } from './request.ts'

/** Why the gateway itself answers. The first seven are gateway response types of AG-GR. */
export type RefusalType =
  | 'UNAUTHORIZED'
  | 'ACCESS_DENIED'
  | 'AUTHORIZER_FAILURE'
  | 'AUTHORIZER_CONFIGURATION_ERROR'
  | 'MISSING_AUTHENTICATION_TOKEN'
  | 'INTEGRATION_FAILURE'
  | 'INTEGRATION_TIMEOUT'
  | 'UNKNOWN_STAGE'
  | 'BAD_PATH'
  | 'URI_TOO_LONG'
  | 'HEADERS_TOO_LARGE'
  | 'BODY_TOO_LARGE'

export interface Refusal {
  readonly type: RefusalType
  /** ACCESS_DENIED: whether a Deny statement matched, which changes the message. */
  readonly explicitDeny?: boolean
  /** What the authorizer returned beside its Deny; a 401 never has any (AG-GR). */
  readonly context?: Context
  /** For the developer's record, never for the client. */
  readonly cause?: string
}

interface FixedAnswer {
  readonly status: number
  readonly message: string
}

/**
 * HTTP APIs have no gateway responses: status and body are fixed (AG-HTTP, AG-ROUTE; bodies from
 * re:Post answers). A slow integration is a 503 (CAPTURE: anomalyco/sst issue 2232). UNVERIFIED:
 * 400, 413 and 431.
 */
const HTTP_ANSWERS: Record<RefusalType, FixedAnswer> = {
  UNAUTHORIZED: { status: 401, message: 'Unauthorized' },
  ACCESS_DENIED: { status: 403, message: 'Forbidden' },
  AUTHORIZER_FAILURE: { status: 500, message: 'Internal Server Error' },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, message: 'Internal Server Error' },
  MISSING_AUTHENTICATION_TOKEN: { status: 404, message: 'Not Found' },
  INTEGRATION_FAILURE: { status: 500, message: 'Internal Server Error' },
  INTEGRATION_TIMEOUT: { status: 503, message: 'Service Unavailable' },
  UNKNOWN_STAGE: { status: 404, message: 'Not Found' },
  BAD_PATH: { status: 400, message: 'Bad Request' },
  URI_TOO_LONG: { status: 414, message: 'Request URI too long' },
  HEADERS_TOO_LARGE: { status: 431, message: 'Request Header Fields Too Large' },
  BODY_TOO_LARGE: { status: 413, message: 'Request Entity Too Large' },
}

/**
 * AG-WS names 401 and 403; the bodies and the rest are UNVERIFIED, a 414 for a long URL among them. A request that is no upgrade is
 * MISSING_AUTHENTICATION_TOKEN.
 */
const WEBSOCKET_ANSWERS: Record<RefusalType, FixedAnswer> = {
  ...HTTP_ANSWERS,
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token' },
  INTEGRATION_FAILURE: { status: 502, message: 'Internal server error' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out' },
  UNKNOWN_STAGE: { status: 403, message: 'Forbidden' },
}

const fixedReply = ({ status, message }: FixedAnswer, request: GatewayRequest): Reply => ({
  status,
  headers: [
    ['Content-Type', 'application/json'],
    ['Apigw-Requestid', request.extendedRequestId],
  ],
  body: JSON.stringify({ message }),
})

export const renderRefusal = (api: Api, refusal: Refusal, request: GatewayRequest): Reply => {
  if (api.family === 'rest') return renderGatewayResponse(api, refusal, request)
  const answers = api.family === 'http' ? HTTP_ANSWERS : WEBSOCKET_ANSWERS
  return fixedReply(answers[refusal.type], request)
}
