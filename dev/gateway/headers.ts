import type { Api } from './api.ts'
import type { GatewayRequest, Header } from './request.ts'

const isNamed =
  (name: string) =>
  ([other]: Header): boolean =>
    other.toLowerCase() === name.toLowerCase()

/** Looked up in any casing: HTTP/2 clients send lower case and are served all the same. */
export const allHeaders = (headers: readonly Header[], name: string): readonly string[] =>
  headers.filter(isNamed(name)).map(([, value]) => value)

export const lastHeader = (headers: readonly Header[], name: string): string | undefined =>
  allHeaders(headers, name).at(-1)

/** Connection-bound fields end at the gateway; a WebSocket authorizer still sees its upgrade. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'upgrade'])

const REPLACED = new Set(['host', 'x-forwarded-port', 'x-forwarded-proto', 'x-amzn-trace-id'])

const traceId = (request: GatewayRequest): string => {
  const seconds = Math.floor(request.receivedAtMs / 1000).toString(16)
  const random = request.requestId.replaceAll('-', '').slice(0, 24)
  return `Root=1-${seconds.padStart(8, '0')}-${random}`
}

/**
 * The client's headers as functions see them, in the client's casing, with the fields that the
 * gateway sets itself. `Host` is the API's host name, as every client of the real one sends it.
 */
export const deliverHeaders = (api: Api, request: GatewayRequest): readonly Header[] => {
  const kept = request.headers.filter(([name]) => {
    const lower = name.toLowerCase()
    return !HOP_BY_HOP.has(lower) && !REPLACED.has(lower) && lower !== 'x-forwarded-for'
  })
  const forwarded = [...allHeaders(request.headers, 'x-forwarded-for'), request.sourceIp]
  return [
    ...kept,
    ['Host', api.domainName],
    ['X-Amzn-Trace-Id', traceId(request)],
    ['X-Forwarded-For', forwarded.join(', ')],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ]
}

/** Two casings of one name stay two entries, as REST is case-sensitive about them (AG-NOTE). */
export const groupHeaders = (headers: readonly Header[]): Map<string, readonly string[]> => {
  const groups = new Map<string, readonly string[]>()
  for (const [name, value] of headers) groups.set(name, [...(groups.get(name) ?? []), value])
  return groups
}

/** HTTP APIs lower-case header names (AG-HTTP). */
export const lowerCaseHeaders = (headers: readonly Header[]): readonly Header[] =>
  headers.map(([name, value]) => [name.toLowerCase(), value])

/** `content-length: 0` is there without a body too (CAPTURE: payload 2.0 and WebSocket events). */
export const withContentLength = (headers: readonly Header[], length: number): readonly Header[] =>
  headers.some(isNamed('content-length'))
    ? headers
    : [...headers, ['content-length', String(length)]]
