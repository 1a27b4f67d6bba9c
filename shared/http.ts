/** The default `Http` port: the platform's `fetch`, bounded in time and size. */
import type { Http, HttpFault, HttpRequest, HttpResponse } from './ports.ts'
import { err, ok } from './reasons.ts'

export const fetchHttp: Http = async (request) => {
  const signal = AbortSignal.timeout(request.timeoutMs)
  try {
    const response = await fetch(request.url, toInit(request, signal))
    const body = await readBody(response, request.maxBytes)
    if (body === null) return err('too_large')
    return ok(toResponse(response, body))
  } catch {
    return err<HttpFault>(signal.aborted ? 'timeout' : 'network')
  }
}

function toInit({ method, headers, body }: HttpRequest, signal: AbortSignal): RequestInit {
  const init: RequestInit = { method: method ?? 'GET', redirect: 'manual', signal }
  if (headers) init.headers = { ...headers }
  if (body !== undefined) init.body = body
  return init
}

const toResponse = ({ status, headers }: Response, body: Uint8Array): HttpResponse => ({
  status,
  header: (name) => headers.get(name),
  body,
})

/** null: larger than allowed. Read piece by piece, so that a giant answer costs no more than the bound. */
async function readBody(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  if (response.body === null) return new Uint8Array(0)
  const reader = response.body.getReader()
  const pieces: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { value } = await reader.read()
    if (value === undefined) break
    size += value.length
    if (size > maxBytes) {
      await reader.cancel()
      return null
    }
    pieces.push(value)
  }
  return join(pieces, size)
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = pieces
  if (only && pieces.length === 1) return only
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
