import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { startScriptedIssuer } from '../../support/scripted-issuer.ts'
import { active, callsOf, introspecting, openBench, NOW } from './bench.ts'

const issuer = await startScriptedIssuer({ now: () => NOW })
afterAll(() => issuer.close())

const routes = {
  'GET /a': { scopes: 'read:a' },
  'GET /always': { verdictSeconds: 0 },
  'GET /often': { verdictSeconds: 10 },
} as const

const open = (options: object = {}, ports: object = {}) => {
  const bench = openBench({ issuers: [introspecting(issuer, options)], routes }, ports)
  issuer.answer('introspection', () => ({ body: active(bench.now()) }))
  return bench
}

const TOKEN = 'an-opaque-token-of-more-than-forty-characters-in-all'
const dead = () => issuer.answer('introspection', { body: { active: false } })

beforeEach(() => issuer.requests.clear())

describe('a verdict is remembered', () => {
  it('for a minute, unless told', async () => {
    const bench = open()
    expect(await bench.ask(TOKEN)).toBe('allow')
    dead()
    bench.pass(59)
    expect(await bench.ask(TOKEN)).toBe('allow')
    expect(callsOf(issuer)).toBe(1)
    bench.pass(1)
    expect(await bench.ask(TOKEN)).toBe('token_inactive')
    expect(callsOf(issuer)).toBe(2)
  })

  it('for as long as configured, and on a route for as long as that says', async () => {
    const bench = open({ cacheSeconds: 300 })
    await bench.ask(TOKEN)
    bench.pass(11)
    expect(await bench.ask(TOKEN)).toBe('allow')
    expect(callsOf(issuer)).toBe(1)
    expect(await bench.ask(TOKEN, '/often')).toBe('allow')
    expect(callsOf(issuer)).toBe(2)
    bench.pass(1)
    expect(await bench.ask(TOKEN, '/always')).toBe('allow')
    expect(callsOf(issuer)).toBe(3)
  })

  it('not at all with 0', async () => {
    const bench = open({ cacheSeconds: 0 })
    await bench.ask(TOKEN)
    await bench.ask(TOKEN)
    expect(callsOf(issuer)).toBe(2)
  })

  it('never beyond exp, and a little longer to say so without a call', async () => {
    const bench = open({ cacheSeconds: 300 })
    const exp = bench.now() + 20
    issuer.answer('introspection', { body: active(bench.now(), { exp }) })
    expect(await bench.ask(TOKEN)).toBe('allow')
    bench.pass(19)
    expect(await bench.ask(TOKEN)).toBe('allow')
    bench.pass(1)
    expect(await bench.ask(TOKEN)).toBe('token_expired')
    bench.pass(1000)
    expect(await bench.ask(TOKEN)).toBe('token_expired')
    expect(callsOf(issuer)).toBe(1)
  })

  it('for thirty seconds where the token is not active', async () => {
    const bench = open({ cacheSeconds: 300 })
    dead()
    expect(await bench.ask(TOKEN)).toBe('token_inactive')
    issuer.answer('introspection', () => ({ body: active(bench.now()) }))
    bench.pass(29)
    expect(await bench.ask(TOKEN)).toBe('token_inactive')
    expect(callsOf(issuer)).toBe(1)
    bench.pass(1)
    expect(await bench.ask(TOKEN)).toBe('allow')
  })

  it('not for a Management API token', async () => {
    const bench = open()
    const body = active(bench.now(), { aud: `${issuer.issuer}api/v2/` })
    issuer.answer('introspection', { body })
    expect(await bench.ask(TOKEN)).toBe('management_api_token')
    expect(await bench.ask(TOKEN)).toBe('management_api_token')
    expect(callsOf(issuer)).toBe(2)
  })

  it('of the whole token: another with the same end is another', async () => {
    const bench = open()
    expect(await bench.ask(`a${TOKEN}`)).toBe('allow')
    dead()
    expect(await bench.ask(`b${TOKEN}`)).toBe('token_inactive')
    expect(await bench.ask(`a${TOKEN}`)).toBe('allow')
  })
})

describe('1,000 requests at once with one new token', () => {
  const flood = (bench: ReturnType<typeof open>) =>
    Promise.all(Array.from({ length: 1000 }, () => bench.ask(TOKEN)))

  it.each([true, false])('make one call (promises are shared: %s)', async (sharesPromises) => {
    const bench = open({}, { sharesPromises })
    const body = active(bench.now())
    issuer.answer('introspection', { body, delayMs: 50 })
    expect(new Set(await flood(bench))).toEqual(new Set(['allow']))
    expect(callsOf(issuer)).toBe(1)
  })

  it('make one call that fails, for all of them', async () => {
    const bench = open()
    issuer.answer('introspection', { status: 500, delayMs: 50 })
    expect(new Set(await flood(bench))).toEqual(new Set(['introspection_unavailable']))
    expect(callsOf(issuer)).toBe(1)
  })

  it('wait no longer for a call that was lost with its request, nor for room that such calls take', async () => {
    const bench = open({}, { sharesPromises: false })
    issuer.answer('introspection', { fault: 'hang' })
    for (const token of [TOKEN, ...Array.from({ length: 24 }, (_, n) => `lost-${n}`)]) {
      void bench.ask(token)
    }
    await expect.poll(() => callsOf(issuer)).toBe(25)
    expect(await bench.ask('one-more')).toBe('introspection_unavailable')
    issuer.answer('introspection', { body: active(bench.now()) })
    bench.pass(15)
    expect(await bench.ask(TOKEN)).toBe('allow')
  })
})

describe('10,000 invented tokens in a minute', () => {
  it('make at most 1,280 calls, and renew what is known to be good', async () => {
    const bench = open()
    expect(await bench.ask(TOKEN)).toBe('allow')
    bench.pass(10)
    dead()
    issuer.requests.clear()
    const codes: string[] = []
    for (let second = 0; second < 60; second += 1) {
      for (let wave = 0; wave < 8; wave += 1) {
        const tokens = Array.from({ length: 21 }, (_, n) => `invented-${second}-${wave}-${n}`)
        codes.push(...(await Promise.all(tokens.map((token) => bench.ask(token)))))
      }
      bench.pass(1)
    }
    expect(codes).toHaveLength(10_080)
    expect(new Set(codes)).toEqual(new Set(['token_inactive', 'introspection_unavailable']))
    // A burst of 100 of which 20 are kept, then 20 a second.
    expect(callsOf(issuer)).toBeGreaterThan(1000)
    expect(callsOf(issuer)).toBeLessThanOrEqual(80 + 60 * 20)
    for (let n = 0; n < 100; n += 1) await bench.ask(`more-${n}`)
    expect(await bench.decide('one-more')).toMatchObject({ retryAfterSeconds: 1 })
    issuer.answer('introspection', { body: active(bench.now()) })
    expect(await bench.ask('one-more')).toBe('introspection_unavailable')
    expect(await bench.ask(TOKEN)).toBe('allow')
  })

  it('at once make 25 calls, and leave room for what is known to be good', async () => {
    const bench = open()
    expect(await bench.ask(TOKEN)).toBe('allow')
    bench.pass(61)
    issuer.requests.clear()
    issuer.answer('introspection', { body: { active: false }, delayMs: 50 })
    const tokens = Array.from({ length: 1000 }, (_, n) => `invented-${n}`)
    const flood = Promise.all(tokens.map((token) => bench.ask(token)))
    const known = bench.ask(TOKEN)
    await flood
    expect(await known).toBe('token_inactive')
    expect(callsOf(issuer)).toBe(26)
  })

  it('make no more where questions come out of order', async () => {
    const bench = open({ callsPerSecond: 10 })
    dead()
    for (let n = 0; n < 400; n += 1) {
      bench.pass(n % 2 ? 2.05 : -2)
      await bench.ask(`invented-${n}`)
    }
    // Ten seconds, and a burst of fifty of which ten are kept.
    expect(callsOf(issuer)).toBeLessThanOrEqual(40 + 13 * 10)
  })

  it('make as many as configured', async () => {
    const bench = open({ callsPerSecond: 1 })
    dead()
    for (let n = 0; n < 20; n += 1) await bench.ask(`invented-${n}`)
    expect(callsOf(issuer)).toBe(4)
  })
})

describe('an issuer that fails', () => {
  it('is left alone after five failures in ten seconds, and tried by one call', async () => {
    const bench = open()
    issuer.answer('introspection', { status: 500 })
    for (let n = 0; n < 20; n += 1) await bench.ask(`token-${n}`)
    expect(callsOf(issuer)).toBe(5)
    expect(bench.events.at(-1)).toMatchObject({ outcome: 'paused' })
    expect(await bench.decide('token')).toMatchObject({ retryAfterSeconds: 10 })
    bench.pass(10)
    await Promise.all(Array.from({ length: 20 }, (_, n) => bench.ask(`probe-${n}`)))
    expect(callsOf(issuer)).toBe(6)
    bench.pass(10)
    issuer.answer('introspection', { body: active(bench.now()) })
    expect(await bench.ask('token')).toBe('allow')
    await Promise.all(Array.from({ length: 5 }, (_, n) => bench.ask(`after-${n}`)))
    expect(callsOf(issuer)).toBe(12)
  })

  it('is not left alone for failures far apart', async () => {
    const bench = open()
    issuer.answer('introspection', { status: 500 })
    for (let n = 0; n < 10; n += 1) {
      await bench.ask(`token-${n}`)
      bench.pass(3)
    }
    expect(callsOf(issuer)).toBe(10)
  })

  it('is not left alone because of a token that it dislikes', async () => {
    const bench = open()
    issuer.answer('introspection', { status: 400 })
    for (let n = 0; n < 10; n += 1) await bench.ask(`token-${n}`)
    expect(callsOf(issuer)).toBe(10)
  })

  it.each([60, 5])(
    'is left alone for the %i s it asks for, whatever it still answers to others',
    async (seconds) => {
      const bench = open()
      await bench.ask('warm')
      const late = Promise.withResolvers<void>()
      issuer.answer('introspection', () => ({ body: active(bench.now()), after: late.promise }))
      const earlier = bench.ask('earlier')
      await expect.poll(() => callsOf(issuer)).toBe(2)
      issuer.answer('introspection', { status: 429, headers: { 'retry-after': `${seconds}` } })
      expect(await bench.decide('one')).toMatchObject({ retryAfterSeconds: seconds })
      late.resolve()
      expect(await earlier).toBe('allow')
      expect(await bench.decide('other')).toMatchObject({ retryAfterSeconds: seconds })
      bench.pass(seconds)
      issuer.answer('introspection', () => ({ body: active(bench.now()) }))
      expect(await bench.ask('other')).toBe('allow')
      expect(await bench.ask('third')).toBe('allow')
      expect(callsOf(issuer)).toBe(5)
    },
  )

  it('does no harm to verdicts that are remembered', async () => {
    const bench = open()
    await bench.ask(TOKEN)
    issuer.answer('introspection', { status: 500 })
    for (let n = 0; n < 10; n += 1) await bench.ask(`token-${n}`)
    expect(await bench.ask(TOKEN)).toBe('allow')
  })
})

describe('an endpoint that has moved', () => {
  it.each([
    ['is gone', { status: 404 }],
    ['answers with a page', { body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['answers something else', { body: { message: 'moved' } }],
  ])('is looked for again where the old one %s, once in thirty seconds', async (_, answer) => {
    const bench = open()
    await bench.ask(TOKEN)
    issuer.answer('introspection', answer)
    const unmove = issuer.answer('/oauth/moved', () => ({ body: active(bench.now()) }))
    const introspection_endpoint = issuer.url('/oauth/moved')
    const restore = issuer.answer('discovery', {
      body: { ...issuer.discovery(), introspection_endpoint },
    })
    bench.pass(10)
    for (const token of ['one', 'other']) {
      expect(await bench.ask(token)).toBe('introspection_unavailable')
    }
    bench.pass(20)
    expect(await bench.ask('one')).toBe('allow')
    expect(await bench.ask('other')).toBe('allow')
    bench.pass(3600)
    expect(await bench.ask('third')).toBe('allow')
    expect(issuer.requests.count('discovery')).toBe(2)
    unmove()
    restore()
  })

  it('is looked for by one of many who ask', async () => {
    const bench = open()
    await bench.ask(TOKEN)
    issuer.answer('introspection', { status: 404 })
    await bench.ask('one')
    bench.pass(30)
    const all = Array.from({ length: 10 }, (_, n) => bench.ask(`token-${n}`))
    await Promise.all(all)
    expect(issuer.requests.count('discovery')).toBe(2)
  })

  it('is the old one as long as nobody names another', async () => {
    const bench = open()
    await bench.ask(TOKEN)
    issuer.answer('introspection', { status: 503 })
    const restore = issuer.answer('discovery', { status: 503 })
    await bench.ask('one')
    bench.pass(60)
    await bench.ask('one')
    await bench.ask('other')
    expect(issuer.requests.count('discovery')).toBe(2)
    issuer.answer('introspection', () => ({ body: active(bench.now()) }))
    expect(await bench.ask(TOKEN)).toBe('allow')
    restore()
  })
})

describe('a clock that is put back', () => {
  it('makes nobody believe in a verdict for longer', async () => {
    const bench = open()
    await bench.ask(TOKEN)
    bench.pass(-3600)
    dead()
    expect(await bench.ask(TOKEN)).toBe('token_inactive')
  })

  it('keeps nobody from looking for the endpoint again', async () => {
    const bench = open()
    const mend = issuer.answer('discovery', { status: 500 })
    expect(await bench.ask(TOKEN)).toBe('introspection_unavailable')
    bench.pass(-3600)
    mend()
    expect(await bench.ask(TOKEN)).toBe('allow')
  })

  it('closes no source for longer than it was to be left alone', async () => {
    const bench = open()
    for (const seconds of [3600, 200, 11]) {
      issuer.answer('introspection', { status: 500 })
      for (let n = 0; n < 5; n += 1) await bench.ask(`invented-${n}`)
      bench.pass(-seconds)
      dead()
      expect(await bench.ask(`${TOKEN}-${seconds}`)).toBe('token_inactive')
    }
  })

  it('makes no failure of then one of now', async () => {
    const bench = open()
    issuer.answer('introspection', { status: 500 })
    for (let n = 0; n < 4; n += 1) await bench.ask(`invented-${n}`)
    bench.pass(-3600)
    for (let n = 0; n < 2; n += 1) await bench.ask(`invented-${n}`)
    expect(callsOf(issuer)).toBe(6)
  })

  it('takes nothing from the allowance of calls', async () => {
    const bench = open()
    dead()
    await bench.ask('first')
    bench.pass(-3600)
    for (let n = 0; n < 200; n += 1) {
      expect(await bench.ask(`invented-${n}`)).toBe('token_inactive')
      bench.pass(0.1)
    }
  })
})
