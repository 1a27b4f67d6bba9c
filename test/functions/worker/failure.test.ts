/** Whatever goes wrong refuses, and is logged without what the caller sent. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createGuard, type WorkerEnv } from '../../../functions/worker/library.ts'

const ISSUER = 'https://issuer.example/'
const CONFIG = {
  issuers: [{ issuer: ISSUER, audience: 'api' }],
  routes: { 'GET /open': 'public' },
  log: 'all',
} as const
const REQUEST = new Request('https://api.example.com/open?access_token=secret')

const logged: string[] = []

beforeEach(() => {
  vi.stubGlobal('caches', {})
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  vi.spyOn(console, 'error').mockImplementation((line) => void logged.push(String(line)))
})

afterEach(() => {
  logged.length = 0
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function ask(fetch: () => Promise<Response>) {
  const guard = createGuard(CONFIG, { UPSTREAM: { fetch } as never } as WorkerEnv)
  const answer = await guard.fetch(REQUEST.clone(), {}, { waitUntil: () => undefined })
  return { status: answer.status, ...((await answer.json()) as { readonly code: string }) }
}

const failure = (code: string, error: string) => [JSON.stringify({ event: 'failure', code, error })]

test.each(['http', 'https'])(
  'an upstream that cannot be asked is 502; its address by %s, which may hold a token, is not told',
  async (scheme) => {
    const url = REQUEST.url.replace('https', scheme)
    const upstream = () => Promise.reject(new TypeError(`cannot reach ${url}\nat ${url}`))
    expect(await ask(upstream)).toMatchObject({ status: 502, code: 'upstream_unreachable' })
    expect(logged).toEqual(failure('upstream_unreachable', 'TypeError: cannot reach …'))
  },
)

test('a decision that fails is 500, and asks no upstream', async () => {
  vi.mocked(console.log).mockImplementation(() => {
    throw new Error('no log')
  })
  const upstream = vi.fn<() => Promise<Response>>()
  expect(await ask(upstream)).toMatchObject({ status: 500, code: 'internal_error' })
  expect(logged).toEqual(failure('internal_error', 'Error: no log'))
  expect(upstream).not.toHaveBeenCalled()
})

test('an answer to HEAD has no body, also where no runtime leaves it out', async () => {
  const guard = createGuard(CONFIG, {})
  const [body, none] = await Promise.all(
    ['GET', 'HEAD'].map(async (method) => {
      const request = new Request('https://api.example.com/a', { method })
      const answer = await guard.fetch(request, {}, { waitUntil: () => undefined })
      return (await answer.text()).length
    }),
  )
  expect(body).toBeGreaterThan(0)
  expect(none).toBe(0)
})
