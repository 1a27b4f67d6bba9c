/** A path that an HTTP API may read in two ways has to be allowed in both. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createHandler } from '../../../functions/lambda/library.ts'
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
])('%s: %j, asked for %s', async (_, routes, path, isBoth) => {
  expect(await isAllowed('http-2.0', routes, path)).toBe(isBoth)
  expect(await isAllowed('rest-request', routes, path)).toBe(routes['GET /{id}'] === S1)
})
