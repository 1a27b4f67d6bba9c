/** Platform quotas and timeouts. AG-LIM: API Gateway quota pages; AG-OUT: authorizer output page. */

/** AG-LIM: all header names and values together; an HTTP API counts the request line as well. */
export const HEADERS_MAX_BYTES = 10_240

/** AG-OUT: a longer method ARN is answered with 414. */
export const METHOD_ARN_MAX_BYTES = 1_600

/** AG-OUT: one `Resource` string in an authorizer policy. */
export const POLICY_RESOURCE_MAX_CHARACTERS = 512

/** AG-LIM: the whole authorizer answer, WebSocket APIs only. */
export const WEBSOCKET_RESULT_MAX_BYTES = 8_192

/** AG-LIM: the URL of a WebSocket API, a token in its query included. */
export const WEBSOCKET_URL_MAX_CHARACTERS = 4_096

/** AG-LIM: a message; a longer one closes the connection with 1009. Frames, 32 KB, are not counted. */
export const WEBSOCKET_MESSAGE_MAX_BYTES = 131_072

/** AG-CFG: authorizer result cache, REST and HTTP APIs. */
export const RESULT_TTL_MAX_SECONDS = 3_600

/** AG-CFG: what a REST API uses when the TTL is not set. */
export const REST_RESULT_TTL_DEFAULT_SECONDS = 300

/** AG-LIM: a Lambda authorizer has to answer within this time. */
export const AUTHORIZER_TIMEOUT_MS = 10_000

/** AG-LIM: default integration timeout; an HTTP API's is a second longer. */
export const INTEGRATION_TIMEOUT_MS = { rest: 29_000, http: 30_000, websocket: 29_000 } as const

/** Ours: the authorizer result cache forgets its oldest entry beyond this many. */
export const CACHE_MAX_ENTRIES = 10_000

/** Ours: how many request records a gateway keeps for its reader. */
export const RECORDS_MAX = 1_000

/** AG-LIM: payload size; a larger body is cut off by the platform and refused here. */
export const BODY_MAX_BYTES = 10 * 1024 * 1024
