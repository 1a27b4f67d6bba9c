import type { Api, LambdaFunction } from './api.ts'
import { invokeFunction } from './invoke.ts'
import { isRecord } from './policy.ts'
import type { Refusal } from './refusal.ts'
import type { Reply } from './reply.ts'
import type { Header } from './request.ts'
import { err, ok, type Result } from './result.ts'

type Fields = Readonly<Record<string, unknown>>

/** AG-NOTE: a REST API renames these when an integration sends them. Gateway responses keep them. */
const REMAPPED = new Set(['authorization', 'connection', 'date', 'server', 'www-authenticate'])

/** Set by the server from the body; a second copy would break the answer. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection'])

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

const readHeaders = (value: unknown): readonly Header[] | null => {
  if (value === undefined || value === null) return []
  if (!isRecord(value)) return null
  const headers: Header[] = []
  for (const [name, item] of Object.entries(value)) {
    const list: readonly unknown[] = Array.isArray(item) ? item : [item]
    if (!list.every(isScalar)) return null
    headers.push(...list.map((one): Header => [name, String(one)]))
  }
  return headers
}

const renameHeader =
  (api: Api) =>
  ([name, value]: Header): Header =>
    api.family === 'rest' && REMAPPED.has(name.toLowerCase())
      ? [`x-amzn-Remapped-${name}`, value]
      : [name, value]

/** A name in both maps: the list has it (CAPTURE: aws/aws-lambda-dotnet, LambdaTestTool-v2). */
const mergeHeaders = (api: Api, fields: Fields): readonly Header[] | null => {
  const single = readHeaders(fields['headers'])
  const multi = readHeaders(fields['multiValueHeaders'])
  const cookies = readHeaders({ 'set-cookie': fields['cookies'] ?? [] })
  if (!single || !multi || !cookies) return null
  const names = new Set(multi.map(([name]) => name.toLowerCase()))
  const merged = [...single.filter(([name]) => !names.has(name.toLowerCase())), ...multi]
  return [...merged, ...cookies]
    .map(renameHeader(api))
    .filter(([name]) => !FRAMING.has(name.toLowerCase()))
}

const withContentType = (headers: readonly Header[], mediaType: string): readonly Header[] =>
  headers.some(([name]) => name.toLowerCase() === 'content-type')
    ? headers
    : [...headers, ['Content-Type', mediaType]]

const readBody = (fields: Fields): string | Buffer | null => {
  const body = fields['body'] ?? ''
  if (typeof body !== 'string') return null
  return fields['isBase64Encoded'] === true ? Buffer.from(body, 'base64') : body
}

/** A Lambda proxy answer: status, headers, body. Null when it is malformed. */
const readProxyAnswer = (api: Api, fields: Fields): Reply | null => {
  const status = Number(fields['statusCode'])
  const headers = mergeHeaders(api, fields)
  const body = readBody(fields)
  if (!Number.isInteger(status) || status < 200 || status > 599) return null
  if (!headers || body === null) return null
  const mediaType = api.family === 'rest' ? 'application/json' : 'text/plain; charset=utf-8'
  return { status, headers: withContentType(headers, mediaType), body }
}

/** Payload 2.0: an answer without a status is the body of a 200. */
const inferReply = (value: unknown): Reply => ({
  status: 200,
  headers: [['Content-Type', 'application/json']],
  body: typeof value === 'string' ? value : JSON.stringify(value),
})

const readReply = (api: Api, value: unknown): Reply | null => {
  const complete = isRecord(value) && 'statusCode' in value
  if (api.kind === 'http-2.0' && !complete) return inferReply(value)
  return isRecord(value) ? readProxyAnswer(api, value) : null
}

/** What stands behind an API. */
export interface Backend {
  readonly api: Api
  readonly integration: LambdaFunction
  readonly integrationTimeoutMs: number
}

/** Calls the integration function and reads its answer; a failing one is a 5xx of the gateway. */
export const integrate = async (
  { api, integration, integrationTimeoutMs }: Backend,
  event: object,
): Promise<Result<Reply, Refusal>> => {
  const result = await invokeFunction(integration, event, integrationTimeoutMs)
  if (!result.ok) {
    const { kind, cause } = result.error
    return err({ type: kind === 'timeout' ? 'INTEGRATION_TIMEOUT' : 'INTEGRATION_FAILURE', cause })
  }
  const reply = readReply(api, result.value)
  return reply ? ok(reply) : err({ type: 'INTEGRATION_FAILURE', cause: 'malformed proxy answer' })
}
