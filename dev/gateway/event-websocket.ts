import type { Call } from './call.ts'
import { omitEmpty } from './empty.ts'
import { allHeaders, deliverHeaders, groupHeaders, withContentLength } from './headers.ts'
import { lastValues, readQuery } from './query.ts'
import { webSocketContext } from './request-context.ts'
import { createShortId, type Header } from './request.ts'

const headerMaps = (headers: readonly Header[]) => {
  const groups = groupHeaders(headers)
  return { headers: lastValues(groups), multiValueHeaders: Object.fromEntries(groups) }
}

/** The upgrade fields reach the authorizer and not the integration (CAPTURE: both events). */
const upgradeHeaders = (call: Call): readonly Header[] => [
  ['Connection', 'upgrade'],
  ['Upgrade', allHeaders(call.request.headers, 'upgrade').at(-1) ?? 'websocket'],
  ...withContentLength(deliverHeaders(call.api, call.request), 0),
]

const connectContext = (call: Call) =>
  webSocketContext(call, {
    type: 'CONNECT',
    atMs: call.request.receivedAtMs,
    requestId: call.request.extendedRequestId,
  })

/** AG-WS: as REST REQUEST, but without path parameters, and `methodArn` ends in `$connect`. */
export const webSocketAuthorizerEvent = (call: Call) => {
  const query = readQuery(call.request.query)
  return {
    type: 'REQUEST' as const,
    methodArn: call.arn,
    ...headerMaps(upgradeHeaders(call)),
    queryStringParameters: lastValues(query),
    multiValueQueryStringParameters: Object.fromEntries(query),
    stageVariables: call.api.stageVariables,
    requestContext: connectContext(call),
  }
}

export const connectEvent = (call: Call, authorizer: object | undefined) => {
  const query = readQuery(call.request.query)
  return {
    ...headerMaps(deliverHeaders(call.api, call.request)),
    ...omitEmpty({
      queryStringParameters: lastValues(query),
      multiValueQueryStringParameters: Object.fromEntries(query),
      stageVariables: call.api.stageVariables,
    }),
    requestContext: { ...connectContext(call), ...(authorizer && { authorizer }) },
    isBase64Encoded: false,
  }
}

/** What happens on an open connection. */
export interface Occurrence {
  readonly type: 'MESSAGE' | 'DISCONNECT'
  readonly atMs: number
  /** MESSAGE: `body`; DISCONNECT: code and reason of the close frame. */
  readonly body?: string
  readonly close?: { readonly code: number; readonly reason: string }
}

/** AG-WS: the authorizer ran at `$connect` only; its context comes along with every later event. */
export const occurrenceEvent = (
  call: Call,
  occurrence: Occurrence & { readonly authorizer: object | undefined },
) => {
  const { type, atMs, body, close, authorizer } = occurrence
  const requestId = createShortId()
  return {
    requestContext: {
      ...webSocketContext(call, { type, atMs, requestId }),
      ...(type === 'MESSAGE' && { messageId: createShortId() }),
      ...(close && { disconnectStatusCode: close.code, disconnectReason: close.reason }),
      ...(authorizer && { authorizer }),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  }
}
