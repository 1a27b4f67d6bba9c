import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApiDefinition, LambdaFunction } from './api.ts'
import { createCache } from './cache.ts'
import { resolveApi } from './defaults.ts'
import { exchange, type Gateway } from './exchange.ts'
import { AUTHORIZER_TIMEOUT_MS, BODY_MAX_BYTES, INTEGRATION_TIMEOUT_MS } from './limits.ts'
import { createCallLog, type CallRecord } from './record.ts'
import type { Reply } from './reply.ts'
import { readRequest } from './request.ts'
import { createWebSocketDoor } from './websocket.ts'

export interface GatewayOptions extends ApiDefinition {
  /** The authorizer function, as its bundle exports it. */
  readonly handler: LambdaFunction
  /** The backend: a Lambda proxy integration; on a WebSocket API it serves every route. */
  readonly integration: LambdaFunction
  /** Milliseconds, as `Date.now`; the result cache and policy conditions go by it. */
  readonly now?: () => number
  /** Milliseconds; default 10 000. */
  readonly authorizerTimeoutMs?: number
  /** Milliseconds; default 29 000, and 30 000 on an HTTP API. */
  readonly integrationTimeoutMs?: number
  readonly observe?: (call: CallRecord) => void
}

export interface RunningGateway {
  /** Where clients start, with the stage: `http://127.0.0.1:41234/dev`, or `ws://…`. */
  readonly url: string
  /** The latest requests, oldest first. */
  readonly calls: readonly CallRecord[]
  close(): Promise<void>
}

/** The service counts header bytes; Node must not cut in first. */
const MAX_HEADER_BYTES = 64 * 1024

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    // One byte over the limit is kept, so that the length shows the excess.
    chunks.push(chunk.subarray(0, Math.max(0, BODY_MAX_BYTES + 1 - length)))
    length += chunk.length
  }
  return Buffer.concat(chunks)
}

const sendReply = (response: ServerResponse, reply: Reply): void => {
  response.statusCode = reply.status
  for (const [name, value] of reply.headers) response.appendHeader(name, value)
  response.end(reply.body)
}

/** A header value that HTTP cannot carry, say; without this the client would see a reset. */
const sendFailure = (response: ServerResponse): void => {
  if (response.headersSent) response.destroy()
  else response.writeHead(500).end()
}

const serve = async (
  gateway: Gateway,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const request = readRequest(message, await readBody(message), gateway.guard.now())
  sendReply(response, await exchange(gateway, request))
}

const openGateway = (options: GatewayOptions, record: Gateway['record']): Gateway => {
  const api = resolveApi(options)
  const now = options.now ?? Date.now
  return {
    api,
    guard: {
      handler: options.handler,
      cache: createCache(api.authorizer?.resultTtlSeconds ?? 0, now),
      now,
      timeoutMs: options.authorizerTimeoutMs ?? AUTHORIZER_TIMEOUT_MS,
    },
    integration: options.integration,
    integrationTimeoutMs: options.integrationTimeoutMs ?? INTEGRATION_TIMEOUT_MS[api.family],
    record,
  }
}

const baseUrl = ({ api }: Gateway, port: number): string => {
  const scheme = api.family === 'websocket' ? 'ws' : 'http'
  return `${scheme}://127.0.0.1:${port}${api.stage === '$default' ? '' : `/${api.stage}`}`
}

/**
 * A gateway in front of one API, not yet listening. Several APIs are several gateways, each on its
 * own port, because real APIs differ by host name and never by path.
 */
export const createGateway = (options: GatewayOptions) => {
  const { calls, record } = createCallLog(options.observe ?? (() => undefined))
  const gateway = openGateway(options, record)
  const door = createWebSocketDoor(gateway)
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (message, response) => {
    serve(gateway, message, response).catch(() => sendFailure(response))
  })
  if (gateway.api.family === 'websocket') {
    server.on('upgrade', (message, socket, head: Buffer) => {
      door.upgrade(message, socket, head).catch(() => socket.destroy())
    })
  }
  return {
    calls,
    /** Loopback only; port 0 takes a free one. */
    async listen(port = 0): Promise<{ readonly url: string; readonly port: number }> {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, '127.0.0.1', resolve)
      })
      const { port: bound } = server.address() as AddressInfo
      return { url: baseUrl(gateway, bound), port: bound }
    },
    async close(): Promise<void> {
      door.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** `createGateway`, listening on `port` or a free one. */
export const startGateway = async (
  options: GatewayOptions & { readonly port?: number },
): Promise<RunningGateway> => {
  const { calls, listen, close } = createGateway(options)
  const { url } = await listen(options.port)
  return { url, calls, close }
}
