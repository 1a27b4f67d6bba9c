/**
 * A backend behind each kind of API: it answers with the caller whom the authorizer named. Without
 * one it refuses, for then its route has no authorizer, and anybody may be calling.
 */
export const rest = async ({ requestContext }) => reply(requestContext.authorizer)

export const http = async ({ requestContext }) => reply(requestContext.authorizer?.lambda)

/** `$connect` and every message of the connection; API Gateway keeps the context for both. */
export const websocket = async ({ requestContext }) => reply(requestContext.authorizer)

function reply(identity) {
  if (!identity?.subject) return answer(500, { message: 'no authorizer stands before this route' })
  const { subject, issuer, clientId, scope, permissions, expiresAt, tokenKind } = identity
  return answer(200, { subject, issuer, clientId, scope, permissions, expiresAt, tokenKind })
}

const answer = (statusCode, body) => ({
  statusCode,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'private, no-store',
    // A REST API adds this to what it answers itself only.
    'access-control-allow-origin': '*',
  },
  body: JSON.stringify(body),
})
