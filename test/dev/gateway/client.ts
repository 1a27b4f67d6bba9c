import { request } from 'node:http'
import { afterEach } from 'vitest'
import { WebSocket } from 'ws'
import {
  startGateway,
  type GatewayOptions,
  type RunningGateway,
} from '../../../dev/gateway/server.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Sent {
  readonly method?: string
  /** Pairs, so that a name can be sent twice and in any casing. */
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
}

/** Sends the path exactly as given: `fetch` would normalise it and join repeated headers. */
export const send = (base: string, path: string, sent: Sent = {}): Promise<Answer> => {
  const { hostname, port, pathname } = new URL(base)
  const prefix = pathname === '/' ? '' : pathname
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        path: `${prefix}${path}`,
        method: sent.method ?? 'GET',
        headers: [['Host', hostname], ...(sent.headers ?? [])].flat(),
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(sent.body)
  })
}

export const bearer = (token: string): Pick<Sent, 'headers'> => ({
  headers: [['Authorization', `Bearer ${token}`]],
})

/** Starts gateways and closes them after each test. */
export const useGateways = () => {
  const running: RunningGateway[] = []
  afterEach(async () => {
    for (const gateway of running.splice(0)) await gateway.close()
  })
  return async (options: GatewayOptions): Promise<RunningGateway> => {
    const gateway = await startGateway(options)
    running.push(gateway)
    return gateway
  }
}

/** Collects what a function was called with, and passes the call on. */
export const spy = (answer: (event: Record<string, unknown>) => unknown) => {
  const events: Record<string, unknown>[] = []
  return {
    events,
    handler: (event: Record<string, unknown>): unknown => {
      events.push(event)
      return answer(event)
    },
  }
}

export const allow = (resource: unknown, context?: object) => ({
  principalId: 'auth0|1',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource }],
  },
  ...(context && { context }),
})

export const deny = (resource: unknown, context?: object) => ({
  principalId: 'auth0|1',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'execute-api:Invoke', Resource: resource }],
  },
  ...(context && { context }),
})

/** The requested resource, whichever of the two names the event has for it. */
export const arnOf = (event: Record<string, unknown>): string =>
  String(event['methodArn'] ?? event['routeArn'])

export const echo = (event: unknown) => ({ statusCode: 200, body: JSON.stringify(event) })

export type Dialled =
  | { readonly open: true; readonly socket: WebSocket }
  | { readonly open: false; readonly status: number; readonly body: string }

/** Opens a WebSocket, or tells how the upgrade was refused. */
export const dial = (
  url: string,
  options: { readonly headers?: Record<string, string>; readonly protocols?: string[] } = {},
): Promise<Dialled> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, options.protocols ?? [], { headers: options.headers ?? {} })
    socket.on('open', () => resolve({ open: true, socket }))
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, incoming) => {
      let body = ''
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()))
      incoming.on('end', () => resolve({ open: false, status: incoming.statusCode ?? 0, body }))
    })
  })
