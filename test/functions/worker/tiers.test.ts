/** Where a Worker looks for keys, under which address, and for how long it puts them there. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cacheStore, createGuard, kvStore } from '../../../functions/worker/library.ts'
import { createSigner } from '../../support/signer.ts'

const ISSUER = 'https://issuer.example/'
const CONFIG = { issuers: [{ issuer: ISSUER, audience: 'https://api.example.com' }] }
const KEY = encodeURIComponent(`keys:${ISSUER}`)
const { sign } = createSigner({ issuer: ISSUER })

const calls: string[] = []
const context = { waitUntil: () => undefined }
const ask = () =>
  new Request('https://api.example.com/a', {
    headers: { authorization: `Bearer ${sign({ iss: ISSUER })}` },
  })

const storage = {
  open: async (name: string) => ({
    match: async (url: string) => void calls.push(`${name} match ${url}`),
    put: async (url: string, answer: Response) =>
      void calls.push(`${name} put ${url}, ${answer.headers.get('cache-control')}`),
  }),
} as unknown as Parameters<typeof cacheStore>[0]

const namespace = {
  async get(key: string, options: object) {
    calls.push(`get ${key}, ${JSON.stringify(options)}`)
    return null
  },
  put: async (key: string, _: string, options: object) =>
    void calls.push(`put ${key}, ${JSON.stringify(options)}`),
} as unknown as Parameters<typeof kvStore>[0]

beforeEach(() => {
  calls.length = 0
  vi.stubGlobal('caches', storage)
  vi.stubGlobal('fetch', async (url: string) => {
    calls.push(`fetch ${url}`)
    return new Response(null, { status: 500 })
  })
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test.each(['fetch', 'authorize'] as const)(
  'first in the cache, by its own host name, then in KV, then at the issuer: %s',
  async (how) => {
    const guard = createGuard(CONFIG, { AUTH_KV: namespace })
    await (how === 'fetch' ? guard.fetch(ask(), {}, context) : guard.authorize(ask(), context))
    expect(calls.slice(0, 3)).toEqual([
      `edge-authorizer match https://api.example.com/.edge-authorizer/${KEY}`,
      `get keys:${ISSUER}, {"type":"text","cacheTtl":30}`,
      `fetch ${ISSUER}.well-known/openid-configuration`,
    ])
  },
)

test('in the cache where `URL` has no `parse`, as in Node 20', async () => {
  vi.spyOn(URL, 'parse').mockImplementation(() => expect.fail())
  await createGuard(CONFIG, {}).fetch(ask(), {}, context)
  expect(calls[0]).toContain('match https://api.example.com/')
})

test('nowhere else where no KV is bound, and none is said to fail', async () => {
  await createGuard(CONFIG, {}).fetch(ask(), {}, context)
  const where = new Set(calls.map((call) => call.split(' ')[0]))
  expect([...where]).toEqual(['edge-authorizer', 'fetch'])
  const lines = vi.mocked(console.log).mock.calls.map(([line]) => String(line))
  expect(lines.filter((line) => line.includes('store_failed'))).toEqual([])
})

test('further on where one of them fails, and that one is named', async () => {
  const fail = () => Promise.reject(new Error('out of order'))
  vi.stubGlobal('caches', { open: fail })
  await createGuard(CONFIG, { AUTH_KV: { get: fail } as never }).fetch(ask(), {}, context)
  expect(calls[0]).toBe(`fetch ${ISSUER}.well-known/openid-configuration`)
  const events = vi.mocked(console.log).mock.calls.map(([line]) => JSON.parse(String(line)))
  const failed = events.filter(({ outcome }) => outcome === 'store_failed')
  expect(failed.slice(0, 2).map(({ detail }) => detail)).toEqual(['cache: failed', 'kv: failed'])
})

test('in KV for a minute at least: it takes no less', async () => {
  const store = kvStore(namespace)
  for (const ttlSeconds of [59, 60, 61]) await store.put('k', 'text', { now: 0, ttlSeconds })
  expect(calls).toEqual([60, 60, 61].map((ttl) => `put k, {"expirationTtl":${ttl}}`))
})

test('in the cache for as long as is said, and not at all for no time', async () => {
  const store = cacheStore(storage, () => 'https://api.example.com')
  for (const ttlSeconds of [-1, 0, 1]) await store.put('k', 'text', { now: 0, ttlSeconds })
  const url = 'https://api.example.com/.edge-authorizer/k'
  expect(calls).toEqual([`edge-authorizer put ${url}, max-age=1`])
})
