/**
 * The `Http` port over Node's own client. `fetch` would load Node's whole fetch implementation on
 * the first call, tens of milliseconds of every cold start; this loads what TLS needs anyway.
 */
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, request } from 'node:http'
import type { Http, HttpFault, HttpRequest, HttpResponse } from '../../shared/ports.ts'

export const nodeHttp: Http = (request) => new Promise((resolve) => exchange(request, resolve))

/** An `import` of `node:http` would read all its exports, some of which load `fetch`. */
export const loadClient = (url: string): Client =>
  process.getBuiltinModule(/^https:/i.test(url) ? 'node:https' : 'node:http')

interface Client {
  readonly request: typeof request
}

/** Nothing here inflates an answer; `fetch` would. */
const PLAIN = { 'accept-encoding': 'identity' }

type Answer = HttpResponse | HttpFault

function exchange(request: HttpRequest, resolve: (answer: Answer) => void): void {
  const { url, method = 'GET', headers = {}, body = '', timeoutMs, maxBytes } = request
  const length = method === 'POST' ? { 'content-length': Buffer.byteLength(body) } : {}
  // A kept connection would not survive the sleep of an environment between two invocations.
  const client = loadClient(url).request(url, {
    method,
    headers: { ...PLAIN, ...headers, ...length },
    agent: false,
  })
  // One timer for the whole exchange: a socket's own timeout only notices silence.
  const timer = setTimeout(() => finish('timeout'), timeoutMs)
  const finish = (answer: Answer) => {
    clearTimeout(timer)
    resolve(answer)
    if (typeof answer === 'string') client.destroy()
  }
  client.on('error', () => finish('network'))
  client.on('response', (response) => collect(response, maxBytes, finish))
  client.end(body)
}

function collect(
  response: IncomingMessage,
  maxBytes: number,
  finish: (answer: Answer) => void,
): void {
  const pieces: Buffer[] = []
  let size = 0
  response.on('data', (piece: Buffer) => {
    size += piece.length
    if (size > maxBytes) finish('too_large')
    else pieces.push(piece)
  })
  response.on('aborted', () => finish('network'))
  response.on('error', () => finish('network'))
  response.on('end', () => finish(toResponse(response, Buffer.concat(pieces))))
}

function toResponse({ statusCode = 0, headers }: IncomingMessage, body: Buffer): Answer {
  if (!isUtf8(body)) return 'network'
  const header = (name: string) => [headers[name] ?? []].flat().join(', ') || null
  return { status: statusCode, header, text: body.toString().replace(/^\ufeff/, '') }
}
