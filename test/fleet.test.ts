/** The fleet simulation: its clock, its peers, its idea of right and wrong, and what it says of us. */
import { generateKeyPairSync } from 'node:crypto'
import { createRemoteJWKSet, customFetch, errors } from 'jose'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createClock } from '../bench/fleet/clock.ts'
import { drawPlots } from '../bench/fleet/figures.ts'
import { exchange } from '../bench/fleet/issuer.ts'
import { createRemoteSet } from '../bench/fleet/jose.ts'
import { createRandom } from '../bench/random.ts'
import { askedInAll, createReport, writeHours, writeTable } from '../bench/fleet/report.ts'
import {
  createCalm,
  createScenario,
  lastAcceptance,
  publishedAt,
  signerOf,
} from '../bench/fleet/scenario.ts'
import { simulate } from '../bench/fleet/simulate.ts'
import { createNamespace } from '../bench/fleet/stores.ts'
import { createHistogram, createHourly } from '../bench/fleet/tally.ts'
import { judge } from '../bench/fleet/truth.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('simulated time', () => {
  test('stands still while anything can still run', async () => {
    const clock = createClock()
    const seen: number[] = []
    const work = async () => {
      await clock.sleep(10)
      for (let hop = 0; hop < 1_000; hop += 1) await Promise.resolve()
      seen.push(clock.now())
      await clock.sleep(5)
      seen.push(clock.now())
    }
    clock.start(1, () => void work())
    clock.at(12, () => seen.push(-clock.now()))
    await clock.runTo(100)
    expect(seen).toEqual([11, -12, 16])
    expect(clock.now()).toBe(100)
  })

  test('keeps the order of appointments, and none that was cancelled', async () => {
    const clock = createClock()
    const seen: string[] = []
    const cancel = clock.at(3, () => seen.push('cancelled'))
    for (const name of ['a', 'b', 'c']) clock.at(5, () => seen.push(name))
    clock.at(4, () => seen.push('first'))
    cancel()
    await clock.runTo(10)
    expect(seen).toEqual(['first', 'a', 'b', 'c'])
  })

  test('lets a thousand requests pass that make no appointment, and settles them in between', async () => {
    const clock = createClock()
    let settled = 0
    for (let time = 0; time < 1_000; time += 1) {
      if (!clock.isIdle(time)) await clock.runTo(time)
      clock.start(time, () => void Promise.resolve().then(() => (settled += 1)))
      expect(time - settled).toBeLessThanOrEqual(256)
    }
    await clock.runTo(1_000)
    expect(settled).toBe(1_000)
  })

  test('notices work that made its first appointment too late', async () => {
    const clock = createClock()
    clock.start(1, () => void Promise.resolve().then(() => clock.sleep(1)))
    await expect(clock.runTo(5)).rejects.toThrow('before an instant was over')
  })

  test('does not go back, nor past what is due', async () => {
    const clock = createClock()
    await clock.runTo(10)
    expect(() => clock.at(9, () => {})).toThrow('in the past')
    clock.at(20, () => {})
    expect(clock.isIdle(20)).toBe(false)
    expect(() => clock.start(20, () => {})).toThrow('run to this time')
  })
})

describe('KV', () => {
  test('shows a write to each location within a minute, and remembers misses for half of one', async () => {
    const clock = createClock()
    const random = createRandom('kv')
    const namespace = createNamespace({ clock, random })
    const stores = Array.from({ length: 50 }, (_, place) => namespace.at(String(place)))
    const [writer] = stores
    const seen: number[] = []
    const watch = async () => {
      await Promise.all(stores.map((store) => store.get('key', 0)))
      await writer?.put('key', 'value', { now: 0, ttlSeconds: 60 })
      for (let second = 0; second < 100; second += 1) {
        const texts = await Promise.all(stores.map((store) => store.get('key', 0)))
        seen.push(texts.filter((text) => text !== null).length)
        await clock.sleep(1_000)
      }
    }
    clock.start(0, () => void watch())
    await clock.runTo(200_000)
    expect(seen.slice(0, 24).every((count) => count === 0)).toBe(true)
    expect(seen[45]).toBeGreaterThan(5)
    expect(seen[45]).toBeLessThan(50)
    expect(seen.at(-1)).toBe(50)
  })

  test('takes one write a second', async () => {
    const clock = createClock()
    const namespace = createNamespace({ clock, random: createRandom('kv') })
    const put = (place: string) => namespace.at(place).put('key', place, { now: 0, ttlSeconds: 60 })
    const outcomes = Promise.allSettled([put('1'), put('2'), put('3')])
    await clock.runTo(5_000)
    expect((await outcomes).filter(({ status }) => status === 'rejected')).toHaveLength(2)
    expect(namespace.refusedWrites()).toBe(2)
  })
})

describe('the model of jose', () => {
  const scenario = createScenario(6)
  const jwks = Object.fromEntries(
    scenario.keys.map(({ kid }) => {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return [kid, { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256' }]
    }),
  )
  /** Seconds between requests; every fifth token names a random key. */
  const PACES = [5, 40, 400]

  function createOriginal(clock: ReturnType<typeof createClock>) {
    const random = createRandom('issuer')
    let asked = 0
    const answer = async () => {
      asked += 1
      const { outcome, endsAt, readAt } = exchange(scenario, random, clock.now(), 5_000)
      await clock.sleep(endsAt - clock.now())
      if (outcome !== 'answered') throw Object.assign(new Error(outcome), { name: 'TimeoutError' })
      const keys = publishedAt(scenario, readAt / 1000).map(({ kid }) => jwks[kid])
      // The body is there at once: only simulated time may pass.
      return Object.assign(new Response(), { json: async () => ({ keys }) })
    }
    const find = createRemoteJWKSet(new URL('https://issuer.example.com/keys.json'), {
      [customFetch]: answer,
    })
    return { find, asked: () => asked }
  }

  test.each(PACES.flatMap((pace) => [true, false].map((shares) => ({ pace, shares }))))(
    'asks and answers as the original does: a request in $pace s, shared fetches: $shares',
    async ({ pace, shares }) => {
      if (!shares) vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
      const clock = createClock()
      vi.spyOn(Date, 'now').mockImplementation(() => clock.now())
      const original = createOriginal(clock)
      const counts = { discovery: createHourly(6), jwks: createHourly(6) }
      const link = { clock, scenario, random: createRandom('issuer'), asked: counts }
      const model = createRemoteSet(link, shares)
      const trace = createRandom(`trace ${pace}`)
      const [expected, seen]: [string[], Promise<string>[]] = [[], []]
      for (let at = 1_000; at < 6 * 3_600_000; at += trace.exponential(pace * 1_000)) {
        const isRandom = trace.next() < 0.2
        const signer = signerOf(scenario, at / 1000 - trace.between(0, 1_800))
        expected.push(model.ask(isRandom ? undefined : signer, at).outcome)
        const kid = isRandom ? `random-${at}` : signer.kid
        // It may find out only in a micro-task that it has to fetch.
        clock.at(at, () => seen.push(ask(original.find, kid)))
        await clock.runTo(at)
      }
      await clock.runTo(6 * 3_600_000 + 60_000)
      expect(await Promise.all(seen)).toEqual(expected)
      expect(original.asked()).toBe(counts.jwks.sum())
      expect(new Set(expected)).toEqual(new Set(['allow', 'deny', 'unavailable']))
    },
  )

  const ask = (find: ReturnType<typeof createRemoteJWKSet>, kid: string): Promise<string> =>
    find({ alg: 'ES256', kid }).then(
      () => 'allow',
      (error: unknown) => (error instanceof errors.JWKSNoMatchingKey ? 'deny' : 'unavailable'),
    )
})

describe('right and wrong', () => {
  const scenario = createScenario(24)
  const withdrawn = scenario.keys[1]
  const at = scenario.emergency * 1_000
  const bound = lastAcceptance(scenario, scenario.emergency) * 1_000
  const answer = (outcome: 'allow' | 'deny' | 'unavailable', time: number) => ({
    outcome,
    at: time,
    hasWaited: false,
  })

  test.each([
    { what: 'good', time: at - 1, signer: withdrawn, allow: 'allowed', deny: 'refusedWrongly' },
    { what: 'withdrawn', time: at, signer: withdrawn, allow: 'allowedStale', deny: 'refused' },
    { what: 'late', time: bound - 1, signer: withdrawn, allow: 'allowedStale', deny: 'refused' },
    { what: 'too late', time: bound, signer: withdrawn, allow: 'allowedWrongly', deny: 'refused' },
    { what: 'invented', time: at, signer: undefined, allow: 'allowedWrongly', deny: 'refused' },
  ])('of a $what key: $allow, $deny', ({ time, signer, allow, deny }) => {
    const visit = { at: time, kid: 'second', signer }
    expect(judge(scenario, visit, answer('allow', time))).toBe(allow)
    expect(judge(scenario, visit, answer('deny', time))).toBe(deny)
    expect(judge(scenario, visit, answer('unavailable', time))).toBe('unavailable')
  })

  test('the bound is ten minutes and a renewal, and longer only through an outage', () => {
    expect(bound - at).toBe(618_000)
    const outage = { from: scenario.emergency + 300, until: scenario.emergency + 900 }
    expect(lastAcceptance({ ...scenario, outage }, scenario.emergency) * 1_000 - at).toBe(4_200_000)
  })
})

test('a histogram gives back what was put in, to the bin', () => {
  const histogram = createHistogram(10, 1_000)
  for (let value = 0; value < 1_000; value += 1) histogram.add(value)
  expect([0.5, 0.99, 1].map((share) => histogram.quantile(share))).toEqual([500, 990, 999])
  expect(histogram.between(100, 200)).toBe(100)
  histogram.add(5_000)
  expect(histogram.max).toBe(5_000)
})

describe('a small fleet', () => {
  const SMALL = { locations: 4, isolates: 40, environments: 40, gapSeconds: 120 }
  const live = async (seed: string, hours = 6) => {
    const day = await simulate(seed, SMALL, createScenario(hours))
    return { day, report: createReport(day) }
  }

  test('has the same day from the same seed, to the byte, and another one from another', async () => {
    const tiny = { locations: 3, isolates: 5, environments: 10, gapSeconds: 120 }
    const write = async (seed: string) => {
      const day = await simulate(seed, tiny, createScenario(6))
      const report = createReport(day)
      const plots = Object.values(drawPlots(day, report))
      return [writeTable(report), writeHours(report), ...plots].join('\n')
    }
    const [first, again, other] = [await write('a'), await write('a'), await write('b')]
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  test.each(['1', '2'])(
    'accepts and refuses nothing wrongly, and spares its issuer (seed %s)',
    async (seed) => {
      const { report } = await live(seed)
      const { ours, jose, each } = report.peers
      expect(ours.verdicts).toMatchObject({ allowedWrongly: 0, refusedWrongly: 0 })
      expect(each.verdicts).toMatchObject({ allowedWrongly: 0, allowedStale: 0 })
      // The aim is fifty times in a day of a hundred isolates at a location. Here are forty, and all
      // the troubles of a day within six hours.
      expect(askedInAll(jose) / askedInAll(ours)).toBeGreaterThan(8)
      expect(ours.waited / report.requests).toBeLessThan(0.03)
      expect(ours.verdicts.unavailable).toBeLessThan(jose.verdicts.unavailable / 10)
      expect(ours.staleSeconds.count).toBeGreaterThan(0)
    },
  )

  test('asks its issuer by locations, not by isolates or traffic', async () => {
    const ask = async (size: Partial<typeof SMALL>) => {
      const base = { locations: 5, isolates: 10, environments: 0, gapSeconds: 120 }
      const { tallies } = await simulate('1', { ...base, ...size }, createCalm(3))
      const { discovery, jwks } = tallies.ours.asked
      return discovery.sum() + jwks.sum()
    }
    const few = await ask({})
    expect(await ask({ isolates: 60 })).toBeLessThan(2 * few)
    expect(await ask({ gapSeconds: 20 })).toBeLessThan(2 * few)
  })
})
