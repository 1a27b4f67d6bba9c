/**
 * The shared tier of a Lambda function: one DynamoDB table. Two calls of its JSON protocol,
 * signed by aws4fetch; an SDK would cost more at start than everything else together.
 */
import { AwsV4Signer } from 'aws4fetch'
import { StoreError } from '../../shared/attempt.ts'
import { isObject, memberOf, own, parseJson } from '../../shared/json.ts'
import { STORE_RECORD_BYTES, STORE_TIMEOUT_MS } from '../../shared/limits.ts'
import type { Http, Store } from '../../shared/ports.ts'

export interface TableOptions {
  readonly table: string
  readonly region: string
  /** `AWS_ENDPOINT_URL_DYNAMODB`; null: the region's. */
  readonly endpoint: string | null
  readonly credentials: () => Credentials
  readonly http: Http
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** DynamoDB escapes the record once more, and adds the item around it. */
const RESPONSE_BYTES = 2 * STORE_RECORD_BYTES

/**
 * Partition key `pk`; `expiresAt`, epoch seconds, is the table's TTL attribute. DynamoDB removes
 * expired items within days, so their age is judged on every read.
 */
export const tableStore = (options: TableOptions): Store => ({
  name: 'dynamodb',
  async get(key, now) {
    const answer = await call(options, 'GetItem', {
      TableName: options.table,
      Key: { pk: { S: key } },
    })
    const item = own(answer, 'Item')
    const value = textOf(item, 'value', 'S')
    const expiresAt = Number(textOf(item, 'expiresAt', 'N'))
    return value !== undefined && now < expiresAt ? value : null
  },
  async put(key, value, { now, ttlSeconds }) {
    const expiresAt = { N: String(Math.ceil(now + ttlSeconds)) }
    await call(options, 'PutItem', {
      TableName: options.table,
      Item: { pk: { S: key }, value: { S: value }, expiresAt },
    })
  },
})

/** An attribute of an item: `{ "value": { "S": "…" } }`. */
function textOf(item: unknown, name: string, type: string): string | undefined {
  const text = memberOf(memberOf(item, name), type)
  return typeof text === 'string' ? text : undefined
}

async function call(options: TableOptions, operation: string, input: unknown) {
  const domain = options.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const url = options.endpoint ?? `https://dynamodb.${options.region}.${domain}/`
  const signed = await new AwsV4Signer({
    ...options.credentials(),
    url,
    method: 'POST',
    service: 'dynamodb',
    region: options.region,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify(input),
  }).sign()
  const answer = await options.http({
    url,
    method: 'POST',
    headers: Object.fromEntries(signed.headers),
    body: String(signed.body),
    timeoutMs: STORE_TIMEOUT_MS,
    maxBytes: RESPONSE_BYTES,
  })
  if (typeof answer === 'string') throw new StoreError(answer)
  const body = parseJson(answer.text)
  if (answer.status !== 200) throw new StoreError(exceptionOf(body) ?? `status ${answer.status}`)
  if (!isObject(body)) throw new StoreError('not JSON')
  return body
}

/** What AWS calls it, without the text beside it: a missing permission is `AccessDeniedException`. */
function exceptionOf(body: unknown): string | undefined {
  return /#([A-Za-z]+)$/.exec(String(memberOf(body, '__type')))?.[1]
}
