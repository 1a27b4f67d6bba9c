import type { IncomingHttpHeaders } from 'node:http'
import { isObject, own } from '../shared/json.ts'
import { listenOnLoopback } from './issuer/server.ts'

/** What the sample "patients" API got to see of a request. It answers with exactly that. */
interface Received {
  readonly method: unknown
  readonly path: unknown
  readonly authorization: 'absent' | 'present'
  readonly identity: unknown
}

const write = (received: Received): string =>
  `${JSON.stringify({ upstream: 'patients', ...received }, null, 2)}\n`

const findAuthorization = (names: readonly string[]): Received['authorization'] =>
  names.some((name) => name.toLowerCase() === 'authorization') ? 'present' : 'absent'

/** The upstream behind the Worker. */
export async function startUpstream() {
  const { origin, shut } = await listenOnLoopback(0, ({ method, url, headers }, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(
      write({
        method,
        path: url,
        authorization: findAuthorization(Object.keys(headers)),
        identity: identityHeaders(headers),
      }),
    )
  })
  return { origin, close: shut }
}

const identityHeaders = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-auth-')))

/**
 * The same API as a Lambda proxy integration behind API Gateway, which hands over what the
 * authorizer said as context. It passes `Authorization` on as well: only the Worker can remove it.
 */
export function serveEvent(event: unknown) {
  const sent = isObject(event) ? event : {}
  const context = member(sent, 'requestContext')
  const http = member(context, 'http')
  const authorizer = member(context, 'authorizer')
  const body = write({
    method: own(sent, 'httpMethod') ?? own(http, 'method') ?? own(context, 'routeKey'),
    path: own(sent, 'path') ?? own(sent, 'rawPath') ?? own(context, 'stage'),
    authorization: findAuthorization(Object.keys(member(sent, 'headers'))),
    identity: own(authorizer, 'lambda') ?? authorizer,
  })
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body }
}

function member(object: Readonly<Record<string, unknown>>, name: string) {
  const value = own(object, name)
  return isObject(value) ? value : {}
}
