import type { Api } from './api.ts'
import type { Call } from './call.ts'
import { lastHeader } from './headers.ts'

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `27/Jan/2025:16:39:47 +0000` */
const clockTime = (ms: number): string => {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T')
  const [year, month, day] = date.split('-')
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`
}

const host = (api: Api) => ({
  apiId: api.apiId,
  domainName: api.domainName,
  domainPrefix: api.domainName.split('.', 1)[0] ?? '',
  stage: api.stage,
})

const userAgent = ({ request }: Call): string => lastHeader(request.headers, 'user-agent') ?? ''

/** Present only when the request came through mutual TLS (AG-HTTP, REST REQUEST sample). */
const identity = (call: Call) => {
  const clientCert = call.api.clientCert(call.request)
  return {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: call.request.sourceIp,
    user: null,
    userAgent: userAgent(call),
    userArn: null,
    ...(clientCert && { clientCert }),
  }
}

/** Six characters out of the template, the same for every request, as resource ids are. */
const resourceId = (template: string): string => {
  let hash = 0
  for (const character of template) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 36 ** 6
  return hash.toString(36).padStart(6, '0')
}

/** REST and HTTP payload 1.0. CAPTURE: REST REQUEST authorizer events, `path` with the stage. */
export const payload1Context = (call: Call) => ({
  ...host(call.api),
  accountId: call.api.accountId,
  extendedRequestId: call.request.extendedRequestId,
  httpMethod: call.request.method,
  identity: identity(call),
  path: call.path.context,
  protocol: call.request.protocol,
  requestId: call.api.family === 'rest' ? call.request.requestId : call.request.extendedRequestId,
  requestTime: clockTime(call.request.receivedAtMs),
  requestTimeEpoch: call.request.receivedAtMs,
  resourceId: call.api.family === 'rest' ? resourceId(call.route.template) : call.route.key,
  resourcePath: call.route.template || call.route.key,
})

/** HTTP payload 2.0 (AG-HTTP and CAPTURE: payload 2.0 authorizer events). */
export const payload2Context = (call: Call) => {
  const clientCert = call.api.clientCert(call.request)
  return {
    accountId: call.api.accountId,
    ...host(call.api),
    ...(clientCert && { authentication: { clientCert } }),
    http: {
      method: call.request.method,
      path: call.path.context,
      protocol: call.request.protocol,
      sourceIp: call.request.sourceIp,
      userAgent: userAgent(call),
    },
    requestId: call.request.extendedRequestId,
    routeKey: call.route.key,
    time: clockTime(call.request.receivedAtMs),
    timeEpoch: call.request.receivedAtMs,
  }
}

/**
 * WebSocket. CAPTURE: aws-powertools/powertools-lambda-python `apiGatewayAuthorizerWebSocketEvent`
 * and its siblings: no account id, `identity` with the address, `connectionId` from `$connect` on.
 */
export const webSocketContext = (
  call: Call,
  event: { readonly type: string; readonly atMs: number; readonly requestId: string },
) => ({
  routeKey: call.route.key,
  eventType: event.type,
  extendedRequestId: event.requestId,
  requestTime: clockTime(event.atMs),
  messageDirection: 'IN',
  stage: call.api.stage,
  connectedAt: call.request.receivedAtMs,
  requestTimeEpoch: event.atMs,
  identity: {
    sourceIp: call.request.sourceIp,
    ...(userAgent(call) && { userAgent: userAgent(call) }),
  },
  requestId: event.requestId,
  domainName: call.api.domainName,
  connectionId: call.request.connectionId,
  apiId: call.api.apiId,
})
