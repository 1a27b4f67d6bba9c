/** One decision for whatever a request may be read as. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { inspect } from '../../../functions/lambda/inspect.ts'
import { createHandler } from '../../../functions/lambda/library.ts'
import { createEngine } from '../../../shared/authorize.ts'
import { arnOf, buildEvent, type EventKind } from '../../doors/support/events.ts'
import { evaluate, statementsOf } from './evaluate.ts'
import { environment, mint, trustSecret, verifyAtOnce } from './tokens.ts'

beforeAll(() => {
  verifyAtOnce()
  vi.spyOn(console, 'log').mockImplementation(() => {})
})
afterAll(() => void vi.restoreAllMocks())

const S1 = { scopes: 's1' }
const S2 = { scopes: 's2' }
const token = mint({ sub: 'me', scope: 's1', permissions: [], lifetime: 900 })

async function isAllowed(kind: EventKind, routes: object, path: string): Promise<boolean> {
  const handler = createHandler({ issuers: trustSecret, routes: { ...routes } }, environment)
  const sent = { path, headers: [['Authorization', `Bearer ${token}`]] } as const
  const answer = await handler(buildEvent(kind, sent) as never)
  return 'isAuthorized' in answer
    ? answer.isAuthorized
    : evaluate(statementsOf(answer), arnOf(kind, sent))
}

it.each([
  ['refused as the second', { 'GET /{id}': S1, 'GET /admin': S2 }, '/admin%3Fx', false],
  ['refused as the first', { 'GET /{id}': S2, 'GET /admin': S1 }, '/admin%3Fx', false],
  ['allowed as both', { 'GET /{id}': S1, 'GET /admin': S1 }, '/admin%3Fx', true],
  ['refused as an escape of the first', { 'GET /{id}': S1, 'GET /a': S2 }, '/%2561', false],
])(
  'a path that an HTTP API may read twice is %s: %j, asked for %s',
  async (_, routes, path, isBoth) => {
    expect(await isAllowed('http-2.0', routes, path)).toBe(isBoth)
    expect(await isAllowed('rest-request', routes, path)).toBe(routes['GET /{id}'] === S1)
  },
)

it.each(['/open', '/none'])(
  'a query of the request for %s is not held against the token, whose policy is kept',
  async (path) => {
    const routes = { 'GET /open': 'public', 'GET /a': S1 } as const
    const handler = createHandler({ issuers: trustSecret, routes }, environment)
    const headers = [['Authorization', `Bearer ${token}`]] as const
    const sent = { path, headers, query: 'access_token=x' }
    const answer = await handler(buildEvent('rest-request', sent) as never)
    expect(evaluate(statementsOf(answer), arnOf('rest-request', { path: '/a' }))).toBe(true)
    const refused = handler(buildEvent('rest-request', { ...sent, path: '/a' }) as never)
    await expect(refused).rejects.toThrow('Unauthorized')
  },
)

it('a decision is told with the time it took', async () => {
  const routes = { 'GET /a': 'public' } as const
  const engine = createEngine(
    { issuers: trustSecret, routes },
    { environment, http: () => Promise.reject(new Error('no network')) },
  )
  const times = [1_000, 1_007]
  const clock = () => times.shift() ?? expect.fail()
  const request = { method: 'GET', path: '/a', headers: {} }
  const { event, now } = await inspect({ ...engine, clock }, [request], false)
  expect({ now, durationMs: event.durationMs }).toEqual({ now: 1, durationMs: 7 })
})
