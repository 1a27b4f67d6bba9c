/**
 * The console: one page that explains decisions, on loopback, for whoever runs `npm start`. Part of
 * nothing that is deployed. What is pasted into it is neither written down nor passed on.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { listenOnLoopback } from '../issuer/server.ts'
import { BODY_BYTES, readBody, TOO_LARGE } from './body.ts'
import { createEndpoints, type ConsoleParts, type Endpoints } from './endpoints.ts'
import { createEvents } from './events.ts'
import { readFiles } from './files.ts'
import { turnAway } from './guard.ts'
import { HEADERS } from './headers.ts'

export interface ConsoleOptions extends ConsoleParts {
  readonly port: number
}

export async function startConsole({ port, ...parts }: ConsoleOptions) {
  const files = await readFiles()
  const endpoints = createEndpoints(parts)
  const follow = createEvents(parts.hub, endpoints.stop)
  const get = (path: string, response: ServerResponse) => {
    if (path === '/api/events') return follow(response)
    const file = files.get(path)
    if (!file) return refuse(response, 404, 'there is no such page')
    response.writeHead(200, { ...HEADERS, 'content-type': file.type }).end(file.content)
  }
  const listener: RequestListener = (request, response) => {
    const turned = turnAway({ ...pick(request), method: request.method ?? '' }, port)
    if (turned) return refuse(response, turned.status, turned.problem)
    const path = request.url ?? ''
    if (request.method === 'GET') return get(path, response)
    void post(request, response, endpoints.table[path])
  }
  const { origin, shut } = await listenOnLoopback(port, listener)
  return {
    origin,
    async close() {
      endpoints.stop()
      await shut()
    },
  }
}

const pick = ({ headers, rawHeaders }: IncomingMessage) => ({ headers, rawHeaders })

async function post(
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: Endpoints['table'][string] | undefined,
): Promise<void> {
  if (!endpoint) return refuse(response, 404, 'there is nothing to ask here')
  const body = await readBody(request).catch(() => undefined)
  if (body === TOO_LARGE) return refuse(response, 413, `more than ${BODY_BYTES} bytes`)
  const answering = endpoint(body)
  if (!answering) return refuse(response, 400, 'not a question that this page asks')
  try {
    send(response, 200, await answering)
  } catch (error) {
    // Asked and answered: a world that is broken on purpose is no failure of this server's.
    send(response, 200, { problem: error instanceof Error ? describe(error) : 'it failed' })
  }
}

/** The words of our own errors; those of others may repeat what was sent. */
const describe = ({ message }: Error): string =>
  message.startsWith('the issuer') ? message : 'it failed: a part of the world did not answer'

function refuse(response: ServerResponse, status: number, problem: string): void {
  // The rest of what is being sent is of no interest.
  response.setHeader('connection', 'close')
  send(response, status, { problem })
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
