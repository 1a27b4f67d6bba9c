/**
 * DynamoDB stand-ins take any signature, so ours is held to one that is computed here, step by step as
 * AWS describes it ("Create a signed AWS API request"), also with the `Headers` of the built function.
 */
import { createHash, createHmac } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Headers as LeanHeaders } from '../../../functions/lambda/headers.ts'
import { tableStore } from '../../../functions/lambda/stores.ts'
import type { HttpRequest, HttpResponse } from '../../../shared/index.ts'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a+secret/key' }
const NOTHING: HttpResponse = { status: 200, header: () => null, text: '{}' }

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** `authorization` of the request, from everything else in it. */
function sign({ url, headers = {}, body = '' }: HttpRequest, region: string): string {
  const { authorization: _, ...rest } = headers
  const signed = Object.entries({ ...rest, host: new URL(url).host })
    .filter(([name]) => name !== 'content-type' && name !== 'content-length')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const names = signed.map(([name]) => name).join(';')
  const fields = signed.map(([name, value]) => `${name}:${value}\n`).join('')
  const canonical = ['POST', '/', '', fields, names, sha256(body)].join('\n')
  const time = headers['x-amz-date'] ?? ''
  const scope = [time.slice(0, 8), region, 'dynamodb', 'aws4_request']
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n')
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${CREDENTIALS.secretAccessKey}`)
  const credential = [CREDENTIALS.accessKeyId, ...scope].join('/')
  const signature = hmac(key, toSign).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`
}

async function requestsOf(sessionToken?: string): Promise<readonly HttpRequest[]> {
  const requests: HttpRequest[] = []
  const store = tableStore({
    table: 'keys',
    region: 'eu-west-1',
    endpoint: null,
    credentials: () => ({ ...CREDENTIALS, ...(sessionToken && { sessionToken }) }),
    http: async (request) => {
      requests.push(request)
      return NOTHING
    },
  })
  await store.get('keys:https://issuer.example/', 1_800_000_000)
  await store.put('keys:https://issuer.example/', '{"é":1}', { now: 1_800_000_000, ttlSeconds: 60 })
  return requests
}

afterEach(() => vi.unstubAllGlobals())

describe.each([
  ['Headers of the platform', undefined],
  ['Headers of the built function', LeanHeaders],
])('with the %s', (_, headers) => {
  test.each([[undefined], ['a session token']])('signs as AWS says (%s)', async (sessionToken) => {
    if (headers) vi.stubGlobal('Headers', headers)
    const requests = await requestsOf(sessionToken)
    expect(requests).toHaveLength(2)
    for (const request of requests) {
      expect(request.url).toBe('https://dynamodb.eu-west-1.amazonaws.com/')
      expect(request.headers?.['x-amz-security-token']).toBe(sessionToken)
      expect(request.headers?.['authorization']).toBe(sign(request, 'eu-west-1'))
    }
  })
})
