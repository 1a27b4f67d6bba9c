import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { authorize, type Authorization } from './authorize.ts'
import type { Call } from './call.ts'
import { authorizerContext } from './event.ts'
import { connectEvent, occurrenceEvent, type Occurrence } from './event-websocket.ts'
import { describeCall, placeCall, type Gateway } from './exchange.ts'
import { integrate } from './integration.ts'
import { WEBSOCKET_MESSAGE_MAX_BYTES } from './limits.ts'
import { isRecord } from './policy.ts'
import { renderRefusal, type Refusal } from './refusal.ts'
import type { Reply } from './reply.ts'
import { createShortId, readRequest, type GatewayRequest } from './request.ts'
import { err, ok, type Result } from './result.ts'
import { findRoute, type Route } from './route.ts'

/** A connection that `$connect` has allowed. */
interface Session {
  readonly call: Call
  readonly authorizer: object | undefined
}

interface Admission extends Session {
  readonly authorization: Authorization
  /** The subprotocol that the `$connect` integration chose. */
  readonly protocol: string | undefined
}

interface Turned {
  readonly reply: Reply
  readonly refusal?: Refusal
  readonly call?: Call
  readonly authorization?: Authorization
}

const turnAway = (
  gateway: Gateway,
  request: GatewayRequest,
  refusal: Refusal,
  known: { readonly call?: Call; readonly authorization?: Authorization },
): Result<never, Turned> =>
  err({ ...known, refusal, reply: renderRefusal(gateway.api, refusal, request) })

const headerOf = (reply: Reply, name: string): string | undefined =>
  reply.headers.find(([other]) => other.toLowerCase() === name)?.[1]

/**
 * AG-WS: the upgrade waits for the authorizer and then for the `$connect` integration, which may
 * name a subprotocol in `Sec-WebSocket-Protocol` or refuse by its status.
 */
const admit = async (
  gateway: Gateway,
  request: GatewayRequest,
): Promise<Result<Admission, Turned>> => {
  const placed = placeCall(gateway.api, request)
  if (!placed.ok) return turnAway(gateway, request, placed.error, {})
  const call = placed.value
  const authorization = await authorize(call, gateway.guard)
  const known = { call, authorization }
  if (!authorization.verdict.ok) {
    return turnAway(gateway, request, authorization.verdict.error, known)
  }
  const authorizer = authorizerContext('websocket', authorization.verdict.value)
  const event = connectEvent(call, authorizer)
  const reply = await integrate(gateway, event)
  if (!reply.ok) return turnAway(gateway, request, reply.error, known)
  if (reply.value.status >= 300) return err({ ...known, reply: reply.value })
  const protocol = headerOf(reply.value, 'sec-websocket-protocol')
  return ok({ ...known, authorizer, protocol })
}

const writeReply = (socket: Duplex, reply: Reply): void => {
  const head = [
    `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}`,
    ...reply.headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(reply.body)}`,
    'Connection: close',
  ]
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(reply.body)]))
}

/** AG-WS: `$request.body.action` names the route, as by default; without a match `$default` takes it. */
const selectRoute = (gateway: Gateway, body: string): Route | undefined => {
  const { api } = gateway
  let message: unknown
  try {
    message = JSON.parse(body)
  } catch {
    message = undefined
  }
  const key = isRecord(message) ? message['action'] : undefined
  const named = typeof key === 'string' && !key.startsWith('$') ? findRoute(api, key) : undefined
  return named ?? findRoute(api, '$default')
}

const readText = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)).toString()

const deliver = (gateway: Gateway, session: Session, route: Route, occurrence: Occurrence) => {
  const { authorizer } = session
  const event = occurrenceEvent({ ...session.call, route }, { ...occurrence, authorizer })
  return integrate(gateway, event)
}

/** UNVERIFIED: the wording of the frames with which the gateway reports a message's failure. */
const reportFailure = (socket: WebSocket, session: Session, message: string): void => {
  const { connectionId } = session.call.request
  socket.send(JSON.stringify({ message, connectionId, requestId: createShortId() }))
}

const receive = async (
  gateway: Gateway,
  session: Session,
  socket: WebSocket,
  body: string,
): Promise<void> => {
  const route = selectRoute(gateway, body)
  if (!route) return reportFailure(socket, session, 'Forbidden')
  const atMs = gateway.guard.now()
  const reply = await deliver(gateway, session, route, { type: 'MESSAGE', atMs, body })
  if (!reply.ok) return reportFailure(socket, session, 'Internal server error')
  if (route.respond) socket.send(reply.value.body)
}

const attach = (gateway: Gateway, session: Session, socket: WebSocket): void => {
  // A frame that is none: `ws` closes the connection with the code for it, and says so here.
  socket.on('error', () => undefined)
  socket.on('message', (data) => void receive(gateway, session, socket, readText(data)))
  socket.on('close', (code, reason) => {
    const route = findRoute(gateway.api, '$disconnect')
    const close = { code, reason: reason.toString() }
    const atMs = gateway.guard.now()
    if (route) void deliver(gateway, session, route, { type: 'DISCONNECT', atMs, close })
  })
}

export interface WebSocketDoor {
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
  close(): void
}

/** The upgrade side of a WebSocket API. Idle and two-hour limits are not modelled. */
export const createWebSocketDoor = (gateway: Gateway): WebSocketDoor => {
  const protocols = new WeakMap<IncomingMessage, string>()
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: WEBSOCKET_MESSAGE_MAX_BYTES,
    // Without a choice by the integration the platform sends no subprotocol back.
    handleProtocols: (_offered, message) => protocols.get(message) ?? false,
  })
  return {
    async upgrade(message, socket, head) {
      const request = readRequest(message, Buffer.alloc(0), gateway.guard.now())
      const admission = await admit(gateway, request)
      if (!admission.ok) {
        const { reply, ...known } = admission.error
        gateway.record(describeCall(gateway, request, { ...known, status: reply.status }))
        writeReply(socket, reply)
        return
      }
      const { call, authorization, protocol } = admission.value
      if (protocol !== undefined) protocols.set(message, protocol)
      gateway.record(describeCall(gateway, request, { call, authorization, status: 101 }))
      server.handleUpgrade(message, socket, head, (webSocket) =>
        attach(gateway, admission.value, webSocket),
      )
    },
    close() {
      for (const client of server.clients) client.terminate()
      server.close()
    },
  }
}
