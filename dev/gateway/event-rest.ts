import type { Call } from './call.ts'
import { emptyAsNull } from './empty.ts'
import { deliverHeaders, groupHeaders } from './headers.ts'
import { lastValues, readQuery } from './query.ts'
import { payload1Context } from './request-context.ts'

/** AG-IN: these three fields and nothing else; no headers, no method, no certificate. */
export const restTokenEvent = (call: Call, values: readonly string[]) => ({
  type: 'TOKEN' as const,
  authorizationToken: values[0] ?? '',
  methodArn: call.arn,
})

const maps = (call: Call) => {
  const headers = groupHeaders(deliverHeaders(call.api, call.request))
  const query = readQuery(call.request.query)
  return {
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: lastValues(query),
    multiValueQueryStringParameters: Object.fromEntries(query),
    pathParameters: call.parameters,
    stageVariables: call.api.stageVariables,
  }
}

/**
 * AG-IN. No `version`, no token field; empty maps are `{}` (CAPTURE and @types/aws-lambda; only the
 * console's test button sends null). Behind an `ANY` method `httpMethod` says `ANY` while
 * `requestContext.httpMethod` and the ARN hold the real one (one CAPTURE, a proxy resource in 2021).
 */
export const restRequestEvent = (call: Call) => ({
  type: 'REQUEST' as const,
  methodArn: call.arn,
  resource: call.route.template,
  path: call.path.event,
  httpMethod: call.route.method,
  ...maps(call),
  requestContext: payload1Context(call),
})

/** The integration's event: the same, with the body, the authorizer, and null for empty maps. */
export const restProxyEvent = (call: Call, authorizer: object | undefined) => {
  const { queryStringParameters, multiValueQueryStringParameters, ...rest } = maps(call)
  return {
    resource: call.route.template,
    path: call.path.event,
    httpMethod: call.request.method,
    ...rest,
    queryStringParameters: emptyAsNull(queryStringParameters),
    multiValueQueryStringParameters: emptyAsNull(multiValueQueryStringParameters),
    pathParameters: emptyAsNull(call.parameters),
    stageVariables: emptyAsNull(call.api.stageVariables),
    requestContext: { ...payload1Context(call), ...(authorizer && { authorizer }) },
    body: call.request.body.length === 0 ? null : call.request.body.toString(),
    isBase64Encoded: false,
  }
}
