/**
 * The `Http` port over Node's own client. `fetch` would load Node's whole fetch implementation on
 * the first call, tens of milliseconds of every cold start; this loads what TLS needs anyway.
 */
import { isUtf8 } from 'node:buffer'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { Http, HttpFault, HttpRequest, HttpResponse } from '../../shared/ports.ts'

type Send = (url: string, options: RequestOptions) => ClientRequest

export const nodeHttp: Http = async (request) => {
  const send = await loadClient(request.url)
  return new Promise((resolve) => exchange(send, request, resolve))
}

async function loadClient(url: string): Promise<Send> {
  const { request } = url.startsWith('https:')
    ? await import('node:https')
    : await import('node:http')
  return request
}

/** See `preload.ts`. */
export const preloadHttp = (): void => void loadClient('https:')

/** Nothing here inflates an answer; `fetch` would. */
const PLAIN = { 'accept-encoding': 'identity' }

type Answer = HttpResponse | HttpFault

function exchange(send: Send, request: HttpRequest, resolve: (answer: Answer) => void): void {
  const { url, method = 'GET', headers = {}, body = '', timeoutMs, maxBytes } = request
  const length = method === 'POST' ? { 'content-length': Buffer.byteLength(body) } : {}
  // A kept connection would not survive the sleep of an environment between two invocations.
  const client = send(url, { method, headers: { ...PLAIN, ...headers, ...length }, agent: false })
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
