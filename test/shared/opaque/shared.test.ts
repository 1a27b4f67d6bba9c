import { afterAll, beforeEach, expect, it } from 'vitest'
import type { Store } from '../../../shared/index.ts'
import { startScriptedIssuer } from '../../support/scripted-issuer.ts'
import { active, asking, callsOf, introspecting, openBench, NOW } from './bench.ts'

const issuer = await startScriptedIssuer({ now: () => NOW })
afterAll(() => issuer.close())

const TOKEN = 'an-opaque-token-of-more-than-forty-characters-in-all'
const SECRET = 'thirty-two bytes are what it takes to seal'

/** A tier that anybody may look into, and write to. */
function createTier() {
  const held = new Map<string, string>()
  const store: Store = {
    name: 'tier',
    get: async (key) => held.get(key) ?? null,
    put: async (key, value) => void held.set(key, value),
  }
  const verdicts = () => [...held].filter(([key]) => key.startsWith('verdict:'))
  return { held, store, verdicts }
}

let tier = createTier()
const now = NOW
beforeEach(() => {
  tier = createTier()
  issuer.requests.clear()
  issuer.answer('introspection', { body: active(now, { email: 'ada@example.com' }) })
})

/** A new instance, whose memory is empty. */
const open = (
  more: object = {},
  stores: readonly Store[] = [tier.store],
  secret = SECRET,
  ports: object = {},
) =>
  openBench(
    {
      issuers: [introspecting(issuer, { cacheSeconds: 120 })],
      verdictSecret: { env: 'SEAL' },
      routes: {
        'GET /a': { scopes: 'read:a' },
        'GET /b': { scopes: 'read:b' },
        'GET /now': { verdictSeconds: 0 },
      },
      ...more,
    },
    { stores, environment: { SECRET: 'secret', SEAL: secret }, ...ports },
  )

it('spares a new instance the call', async () => {
  expect(await open().ask(TOKEN)).toBe('allow')
  expect(await open().ask(TOKEN)).toBe('allow')
  expect(await open().ask(TOKEN, '/b')).toBe('insufficient_scope')
  expect(callsOf(issuer)).toBe(1)
})

it('is off unless it is asked for', async () => {
  const bench = openBench({ issuers: [introspecting(issuer)] }, { stores: [tier.store] })
  expect(await bench.ask(TOKEN)).toBe('allow')
  expect(tier.verdicts()).toEqual([])
})

it('holds nothing of the token and of its user', async () => {
  await open().ask(TOKEN)
  const [[key = '', value = ''] = []] = tier.verdicts()
  const digest = Buffer.from(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${issuer.issuer}\0${TOKEN}`)),
  )
  expect(key.replace(/=*$/, '')).toBe(`verdict:${digest.toString('base64url')}`)
  const bytes = Buffer.from(value, 'base64').toString('latin1')
  for (const secret of [TOKEN, 'auth0|123', 'ada@', 'read:a']) {
    expect(value + bytes).not.toContain(secret)
  }
})

it('believes a verdict no longer than memory would', async () => {
  await open().ask(TOKEN)
  issuer.answer('introspection', { body: { active: false } })
  const later = open()
  later.pass(119)
  expect(await later.ask(TOKEN)).toBe('allow')
  later.pass(1)
  expect(await later.ask(TOKEN)).toBe('token_inactive')
  expect(await open().ask(TOKEN, '/now')).toBe('token_inactive')
})

it('believes none of a time to come, but for a tolerance', async () => {
  await open().ask(TOKEN)
  issuer.answer('introspection', { body: { active: false } })
  const earlier = open()
  earlier.pass(-5)
  expect(await earlier.ask(TOKEN)).toBe('allow')
  const long = open()
  long.pass(-6)
  expect(await long.ask(TOKEN)).toBe('token_inactive')
})

it('looks past an old record of one store for a younger one of another', async () => {
  const far = createTier()
  await open().ask(TOKEN)
  const later = open({}, [far.store])
  later.pass(130)
  await later.ask(TOKEN)
  const both = open({}, [tier.store, far.store])
  both.pass(130)
  expect(await both.ask(TOKEN)).toBe('allow')
  expect(callsOf(issuer)).toBe(2)
})

it('keeps what has no end apart from what ends soon', async () => {
  issuer.answer('introspection', { body: active(now, { exp: undefined, iat: undefined }) })
  await open().ask(TOKEN)
  expect(await open().ask(TOKEN)).toBe('allow')
  issuer.answer('introspection', { body: active(now, { exp: now + 20 }) })
  await open().ask('another')
  const later = open()
  later.pass(20)
  expect(await later.ask('another')).toBe('token_expired')
  expect(callsOf(issuer)).toBe(2)
})

it.each<[string, (value: string) => string]>([
  ['made up', () => btoa(JSON.stringify({ askedAt: 1e12, keepSeconds: 300, value: {} }))],
  ['cut', (value) => value.slice(0, -8)],
  ['changed', (value) => value.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
  ['no base64', () => '%'],
  ['empty', () => ''],
])('takes no record that is %s', async (_, spoil) => {
  await open().ask(TOKEN)
  for (const [key, value] of tier.verdicts()) tier.held.set(key, spoil(value))
  issuer.answer('introspection', { body: { active: false } })
  expect(await open().ask(TOKEN)).toBe('token_inactive')
})

it('takes no record of another token, secret or configuration', async () => {
  await open().ask(TOKEN)
  const [[, value = ''] = []] = tier.verdicts()
  issuer.answer('introspection', { body: { active: false } })
  await open().ask('another')
  const poisoned: Store = { ...tier.store, get: async () => value }
  expect(await open({}, [poisoned]).ask('another')).toBe('token_inactive')
  expect(await open({}, [tier.store], `${SECRET}!`).ask(TOKEN)).toBe('token_inactive')
  const moved = { issuers: [introspecting(issuer, { cacheSeconds: 120 }, { audience: 'other' })] }
  expect(await open(moved).ask(TOKEN)).toBe('token_inactive')
  expect(await open().ask(TOKEN)).toBe('allow')
})

it('shares no refusal, no outage, and nothing that is not kept', async () => {
  const issuers = [introspecting(issuer, { cacheSeconds: 0 })]
  expect(await open({ issuers }).ask(TOKEN)).toBe('allow')
  issuer.answer('introspection', { body: { active: false } })
  await open().ask(TOKEN)
  issuer.answer('introspection', { status: 500 })
  await open().ask(TOKEN)
  expect(tier.verdicts()).toEqual([])
})

it.each<[string, Partial<Store>]>([
  [
    'throws',
    { get: () => Promise.reject(new Error('down')), put: () => Promise.reject(new Error('down')) },
  ],
  [
    'throws at once',
    {
      get: () => {
        throw new Error('down')
      },
      put: () => {
        throw new Error('down')
      },
    },
  ],
  ['dawdles', { get: () => new Promise(() => {}), put: () => new Promise(() => {}) }],
])('is no worse than none where the store %s', async (_, broken) => {
  const bench = open({}, [{ ...tier.store, ...broken }])
  expect(await bench.ask(TOKEN)).toBe('allow')
  expect(bench.events.map(({ outcome }) => outcome)).toContain('store_failed')
})

it('shares what /userinfo says', async () => {
  issuer.answer('userinfo', { body: { sub: 'auth0|123', nickname: 'ada' } })
  const more = { issuers: [asking(issuer)], routes: { 'GET /a': { accept: ['userinfo'] } } }
  await open(more).ask(TOKEN)
  const decision = await open(more).decide(TOKEN)
  expect(decision).toMatchObject({ identity: { userinfo: { nickname: 'ada' } } })
  expect(callsOf(issuer, 'userinfo')).toBe(1)
})

it('wants a secret that is worth the name', () => {
  expect(() => open({}, [], 'short')).toThrow('verdictSecret.env')
  expect(() => open({ verdictSecret: 'written here' })).toThrow('verdictSecret')
})

it.each([10, 60])(
  'puts none over what this instance was told %i seconds later',
  async (seconds) => {
    await open().ask(TOKEN)
    issuer.answer('introspection', { body: { active: false } })
    const bench = open()
    bench.pass(seconds)
    expect(await bench.ask(TOKEN, '/now')).toBe('token_inactive')
    issuer.answer('introspection', { status: 500 })
    expect(await bench.ask(TOKEN, '/now')).toBe('introspection_unavailable')
    expect(await bench.ask(TOKEN)).toBe('token_inactive')
  },
)

it.each([true, false])(
  'answers no route that wants a young verdict by an old one, even at once (promises are shared: %s)',
  async (sharesPromises) => {
    await open().ask(TOKEN)
    issuer.answer('introspection', { body: { active: false } })
    const bench = open({}, [tier.store], SECRET, { sharesPromises })
    bench.pass(100)
    const [, now] = await Promise.all([bench.ask(TOKEN), bench.ask(TOKEN, '/now')])
    expect(now).toBe('token_inactive')
  },
)

it('spares a new instance the calls for as many tokens as come', async () => {
  const tokens = Array.from({ length: 150 }, (_, n) => `${TOKEN}-${n}`)
  const bench = open()
  for (const token of tokens) {
    expect(await bench.ask(token)).toBe('allow')
    bench.pass(0.1)
  }
  const later = open()
  later.pass(15)
  issuer.requests.clear()
  for (const token of tokens) expect(await later.ask(token)).toBe('allow')
  expect(callsOf(issuer)).toBe(0)
})

it('is looked at while the source is left alone, and takes nobody the one call that tries it', async () => {
  await open().ask(TOKEN)
  const bench = open()
  issuer.answer('introspection', { status: 500 })
  for (let n = 0; n < 5; n += 1) await bench.ask(`new-${n}`)
  expect(await bench.ask('another')).toBe('introspection_unavailable')
  expect(await bench.ask(TOKEN)).toBe('allow')
  issuer.answer('introspection', { body: active(now) })
  await open().ask('shared')
  bench.pass(10)
  expect(await bench.ask('shared')).toBe('allow')
  expect(await bench.ask('another')).toBe('allow')
})
