/** Where the function finds its table, and as whom: what Lambda sets, and what stands in for it. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createHandler } from '../../../functions/lambda/library.ts'
import { tableStore } from '../../../functions/lambda/stores.ts'
import { StoreError } from '../../../shared/index.ts'
import type { Http, HttpFault, HttpResponse } from '../../../shared/index.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../../support/scripted-issuer.ts'

const asked: IncomingHttpHeaders[] = []
const server = createServer(({ headers }, response) => {
  asked.push(headers)
  response.end('{}')
})
let issuer: ScriptedIssuer
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {})
  issuer = await startScriptedIssuer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
beforeEach(() => void asked.splice(0))
afterAll(async () => {
  vi.restoreAllMocks()
  server.close()
  await issuer.close()
})

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }

async function askWith(environment: Readonly<Record<string, string>>): Promise<void> {
  const { port } = server.address() as AddressInfo
  const endpoint = { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` }
  const issuers = [{ issuer: issuer.issuer, audience: 'https://api.example.com' }]
  const handler = createHandler({ issuers }, { ...CREDENTIALS, ...endpoint, ...environment })
  const methodArn = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/GET/a'
  await handler({ type: 'TOKEN', methodArn, authorizationToken: `Bearer ${issuer.sign()}` })
}

it.each([
  [{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-north-1' }, 'eu-west-1'],
  [{ AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-north-1' }, 'eu-north-1'],
  [{}, 'us-east-1'],
])('the region of %j is %s', async (environment, region) => {
  await askWith({ CACHE_TABLE: 'keys', ...environment })
  expect(asked.length).toBeGreaterThan(0)
  for (const { authorization } of asked) {
    expect(authorization).toContain(`Credential=AKIDEXAMPLE/`)
    expect(authorization).toContain(`/${region}/dynamodb/aws4_request`)
  }
})

it.each([[{}], [{ AWS_SESSION_TOKEN: '' }], [{ AWS_SESSION_TOKEN: 'session' }]])(
  'a session token is sent where there is one: %j',
  async (environment: { readonly AWS_SESSION_TOKEN?: string }) => {
    await askWith({ CACHE_TABLE: 'keys', ...environment })
    const sent = new Set(asked.map((headers) => headers['x-amz-security-token']))
    expect([...sent]).toEqual([environment.AWS_SESSION_TOKEN || undefined])
  },
)

it.each([[{}], [{ CACHE_TABLE: '' }]])(
  'without a table nothing is asked: %j',
  async (environment) => {
    await askWith(environment)
    expect(asked).toEqual([])
  },
)

const storeOver = (region: string, http: Http) =>
  tableStore({
    table: 'keys',
    region,
    endpoint: null,
    credentials: () => ({ accessKeyId: 'a', secretAccessKey: 's' }),
    http,
  })

const answering =
  (text: string): Http =>
  async () => ({ status: 200, header: () => null, text })

it.each([
  ['eu-west-1', 'https://dynamodb.eu-west-1.amazonaws.com/'],
  ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
])('in the region %s the table is asked at %s', async (region, expected) => {
  const http = vi.fn<Http>(answering('{}'))
  await storeOver(region, http).get('key', 0)
  expect(http.mock.calls.map(([{ url }]) => url)).toEqual([expected])
})

it.each([
  ['one second before it expires', { S: 'text' }, { N: '101' }, 'text'],
  ['when it expires', { S: 'text' }, { N: '100' }, null],
  ['whose text is a number', { S: 7 }, { N: '101' }, null],
  ['whose expiry is none', { S: 'text' }, { N: 101 }, null],
])('a record %s is given or not', async (_, value, expiresAt, expected) => {
  const store = storeOver('eu-west-1', answering(JSON.stringify({ Item: { value, expiresAt } })))
  expect(await store.get('key', 100)).toBe(expected)
})

it.each<[string, HttpResponse | HttpFault]>([
  ['timeout', 'timeout'],
  ['status 500', { status: 500, header: () => null, text: '<html>' }],
  [
    'AccessDeniedException',
    {
      status: 400,
      header: () => null,
      text: '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: arn:aws:…"}',
    },
  ],
  ['status 400', { status: 400, header: () => null, text: '{"__type":"a#b c"}' }],
  ['not JSON', { status: 200, header: () => null, text: '<html>' }],
])('a table that fails is logged with %j, and no more', async (fault, answer) => {
  const store = storeOver('eu-west-1', async () => answer)
  await expect(store.get('key', 0)).rejects.toEqual(new StoreError(fault))
})
