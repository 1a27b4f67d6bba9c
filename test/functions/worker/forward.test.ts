/** What the runtime that sends a request to the upstream is told, and no upstream can see. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createGuard, type WorkerEnv } from '../../../functions/worker/library.ts'
import { environment, mint, trustSecret } from '../lambda/tokens.ts'

const CONFIG = {
  issuers: trustSecret,
  cookie: 'session',
  webSocket: { subprotocol: 'bearer' },
  routes: { 'GET /a': 'authenticated', 'GET /open': 'public' },
} as const

beforeEach(() => void vi.stubGlobal('caches', {}))
afterEach(() => void vi.unstubAllGlobals())

/** As the guard sends it on. */
async function forward(path: string, headers: Record<string, string> = {}): Promise<Request> {
  const sent: Request[] = []
  const fetch = async (request: Request) => {
    sent.push(request)
    return new Response()
  }
  const guard = createGuard(CONFIG, { ...environment, UPSTREAM: { fetch } as never } as WorkerEnv)
  const token = mint({ sub: 'auth0|1', scope: '', permissions: [], lifetime: 60 })
  const request = new Request(`https://api.example.com${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  await guard.fetch(request, {}, { waitUntil: () => undefined })
  return sent[0] ?? expect.fail()
}

test.each(['/a', '/open'])('a redirect of the upstream is not followed, at %s', async (path) => {
  expect((await forward(path)).redirect).toBe('manual')
})

test.each([
  ['cookie', { cookie: 'session=x' }],
  ['sec-websocket-protocol', { upgrade: 'websocket', 'sec-websocket-protocol': 'bearer, x' }],
])('of the field %s nothing is left, not even its name', async (name, headers) => {
  expect((await forward('/open', headers)).headers.has(name)).toBe(false)
})

test('no cache on the way answers for somebody, and any may for nobody', async () => {
  expect((await forward('/a')).cache).toBe('no-store')
  expect((await forward('/open')).cache).toBe('default')
})
