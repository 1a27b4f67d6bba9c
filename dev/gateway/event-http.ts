import type { Call } from './call.ts'
import { emptyAsNull, omitEmpty } from './empty.ts'
import {
  allHeaders,
  deliverHeaders,
  groupHeaders,
  lowerCaseHeaders,
  withContentLength,
} from './headers.ts'
import { joinedValues, lastValues, readQuery } from './query.ts'
import { payload1Context, payload2Context } from './request-context.ts'
import type { Header } from './request.ts'

/** The names that payload 1.0 spells in their usual way; the rest stay lower case (CAPTURE). */
const CANONICAL = new Map(
  [
    'Content-Length',
    'Content-Type',
    'Host',
    'User-Agent',
    'X-Amzn-Trace-Id',
    'X-Forwarded-For',
    'X-Forwarded-Port',
    'X-Forwarded-Proto',
  ].map((name) => [name.toLowerCase(), name]),
)

const lowerCased = (call: Call): readonly Header[] =>
  withContentLength(
    lowerCaseHeaders(deliverHeaders(call.api, call.request)),
    call.request.body.length,
  )

const payload1Headers = (call: Call): Map<string, readonly string[]> =>
  groupHeaders(lowerCased(call).map(([name, value]) => [CANONICAL.get(name) ?? name, value]))

/**
 * AG-HTTP. Token and sources are one comma-joined string. No multi-value maps: neither the sample
 * nor the CAPTURE has them, so a repeated header shows its last value (UNVERIFIED).
 */
export const http1AuthorizerEvent = (call: Call, values: readonly string[]) => ({
  version: '1.0' as const,
  type: 'REQUEST' as const,
  methodArn: call.arn,
  identitySource: values.join(','),
  authorizationToken: values.join(','),
  resource: call.route.template || call.route.key,
  path: call.path.event,
  httpMethod: call.request.method,
  headers: lastValues(payload1Headers(call)),
  queryStringParameters: lastValues(readQuery(call.request.query)),
  pathParameters: call.parameters,
  stageVariables: call.api.stageVariables,
  requestContext: payload1Context(call),
})

/** Cookies leave the headers for a list of their own; repeated headers are joined (AG-HTTP). */
const payload2Parts = (call: Call) => {
  const headers = lowerCased(call).filter(([name]) => name !== 'cookie')
  const cookies = allHeaders(call.request.headers, 'cookie').flatMap((line) => line.split(/; */u))
  return {
    routeKey: call.route.key,
    rawPath: call.path.event,
    rawQueryString: call.request.query,
    headers: joinedValues(groupHeaders(headers)),
    // Empty maps are left out (CAPTURE: payload 2.0 authorizer events).
    ...omitEmpty({
      cookies,
      queryStringParameters: joinedValues(readQuery(call.request.query)),
      pathParameters: call.parameters,
      stageVariables: call.api.stageVariables,
    }),
  }
}

/** AG-HTTP. UNVERIFIED: `identitySource` is null when none is configured. */
export const http2AuthorizerEvent = (call: Call, values: readonly string[]) => ({
  version: '2.0' as const,
  type: 'REQUEST' as const,
  routeArn: call.arn,
  identitySource: call.api.authorizer?.identitySources.length ? values : null,
  ...payload2Parts(call),
  requestContext: payload2Context(call),
})

const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|[\w.-]+\+(?:json|xml))|$)/u

/** HTTP APIs pass what is not text as base64. */
const encodeBody = (call: Call): { readonly body?: string; readonly isBase64Encoded: boolean } => {
  const { body, headers } = call.request
  if (body.length === 0) return { isBase64Encoded: false }
  const isBase64Encoded = !TEXT.test(allHeaders(headers, 'content-type').at(-1) ?? '')
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded }
}

export const http2ProxyEvent = (call: Call, authorizer: object | undefined) => ({
  version: '2.0' as const,
  ...payload2Parts(call),
  requestContext: { ...payload2Context(call), ...(authorizer && { authorizer }) },
  ...encodeBody(call),
})

export const http1ProxyEvent = (call: Call, authorizer: object | undefined) => {
  const headers = payload1Headers(call)
  const query = readQuery(call.request.query)
  return {
    version: '1.0' as const,
    resource: call.route.template || call.route.key,
    path: call.path.event,
    httpMethod: call.request.method,
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: emptyAsNull(lastValues(query)),
    multiValueQueryStringParameters: emptyAsNull(Object.fromEntries(query)),
    pathParameters: emptyAsNull(call.parameters),
    stageVariables: emptyAsNull(call.api.stageVariables),
    requestContext: { ...payload1Context(call), ...(authorizer && { authorizer }) },
    body: null,
    ...encodeBody(call),
  }
}
