/**
 * A key that the issuer withdrew: no token of it is let through past the bound, however often the same
 * token was let through before, and whichever tier the key came from.
 */
import { expect, test } from 'vitest'
import { createAuthorizer } from '../../../shared/index.ts'
import type { HttpResponse, Store } from '../../../shared/index.ts'
import { createMemoryStore } from '../../doors/support/core-keys.ts'
import { createKey } from '../../support/keys.ts'
import { createSigner } from '../../support/signer.ts'

const ISSUER = 'https://issuer.example/'
const START = 1_800_000_000

function createBench() {
  const [former, next] = [
    createKey('RS256', { kid: 'a' }),
    createKey('RS256', { kid: 'b', nth: 1 }),
  ]
  const published = [former, next]
  const time = { now: START }
  const signer = createSigner({ issuer: ISSUER, keys: [former, next], now: () => time.now })
  const http = async ({ url }: { readonly url: string }): Promise<HttpResponse> => {
    const body = url.endsWith('configuration')
      ? { issuer: ISSUER, jwks_uri: `${ISSUER}keys` }
      : { keys: published.map(({ publicJwk }) => publicJwk) }
    return { status: 200, header: () => null, text: JSON.stringify(body) }
  }
  const start = (stores: readonly Store[] = []) => {
    const authorizer = createAuthorizer(
      { issuers: [{ issuer: ISSUER, audience: signer.audience }] },
      { http, stores, clock: () => time.now * 1000 },
    )
    return async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      const decision = await authorizer.authorize({ method: 'GET', path: '/', headers })
      return decision.outcome === 'allow' ? 'allow' : decision.code
    }
  }
  const withdraw = () => void published.shift()
  return { start, time, withdraw, token: signer.sign(), other: signer.sign({}, {}, { key: next }) }
}

/** Asked every second, from the withdrawal on: when was the token let through for the last time? */
async function lastAllowed(
  ask: (token: string) => Promise<string>,
  { time, token }: ReturnType<typeof createBench>,
): Promise<number> {
  let last = -1
  for (let second = 0; second < 1300; second += 1) {
    if ((await ask(token)) === 'allow') last = second
    time.now += 1
  }
  expect(await ask(token)).toBe('unknown_key')
  return last
}

test('a token asked about every second is let through for 600 s and a refresh', async () => {
  const bench = createBench()
  const ask = bench.start()
  for (let count = 0; count < 3; count += 1) expect(await ask(bench.token)).toBe('allow')
  bench.withdraw()
  expect(await lastAllowed(ask, bench)).toBeLessThanOrEqual(601)
})

test('the same where the key came from a shared tier, and counts from when it was fetched', async () => {
  const bench = createBench()
  const store = createMemoryStore()
  expect(await bench.start([store])(bench.token)).toBe('allow')
  bench.withdraw()
  bench.time.now += 300
  const ask = bench.start([store])
  expect(await ask(bench.token)).toBe('allow')
  expect(await lastAllowed(ask, bench)).toBeLessThanOrEqual(301)
})

test('a token let through before is refused at once when another one makes the set be read', async () => {
  const bench = createBench()
  const ask = bench.start()
  expect(await ask(bench.token)).toBe('allow')
  bench.withdraw()
  bench.time.now += 31
  const stranger = bench.other.replace(/^[^.]+/, btoa('{"alg":"RS256","typ":"JWT","kid":"c"}'))
  expect(await ask(stranger.replaceAll('=', ''))).toBe('unknown_key')
  expect(await ask(bench.token)).toBe('unknown_key')
  expect(await ask(bench.other)).toBe('allow')
})

test('a token let through before is refused after a pause, without being let through once more', async () => {
  const bench = createBench()
  const ask = bench.start()
  for (let count = 0; count < 3; count += 1) expect(await ask(bench.token)).toBe('allow')
  bench.withdraw()
  bench.time.now += 604
  expect(await Promise.all([ask(bench.token), ask(bench.token)])).toEqual([
    'unknown_key',
    'unknown_key',
  ])
})
