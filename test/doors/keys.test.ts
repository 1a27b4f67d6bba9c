/**
 * Keys, as an issuer sees them asked for (token-spec §8): how often, when, and what happens when it does not
 * answer, or not well. The same at the function itself, at the Worker and at Lambda.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { createKey } from '../support/keys.ts'
import { cacheable, pad, redirect, type Reply } from '../support/replies.ts'
import {
  startScriptedIssuer,
  type ScriptedIssuer,
  type ScriptedIssuerOptions,
} from '../support/scripted-issuer.ts'
import { coreKeys, coreKeysApart, createMemoryStore, startCore } from './support/core-keys.ts'
import type { Instance, InstanceOptions, KeyDoor, SharedTier } from './support/key-door.ts'
import { lambdaKeys } from './support/lambda-keys.ts'
import { workerKeys } from './support/worker-keys.ts'

const first = createKey('RS256', { kid: 'first' })
const second = createKey('RS256', { nth: 1, kid: 'second' })

/** Short enough to wait for: workerd's clock cannot be moved. */
const KEYS = { freshSeconds: 1, staleSeconds: 2, cooldownSeconds: 1 }
const FRESH_IS_OVER = 1.1
const STALE_IS_OVER = 3.2

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function opened<T extends { close(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
  const started = await starting
  open.push(started)
  return started
}

const startIssuer = (options: ScriptedIssuerOptions = {}): Promise<ScriptedIssuer> =>
  opened(startScriptedIssuer({ keys: [first], ...options }))

const start = (door: KeyDoor, options: InstanceOptions): Promise<Instance> =>
  opened(door.start(options))

const asked = ({ requests }: ScriptedIssuer) => ({
  discovery: requests.count('discovery'),
  jwks: requests.count('jwks'),
})

/** Asked together; which verdict was whose cannot be told. */
const verdictsOf = async (instance: Instance, tokens: readonly string[]) => {
  const answers = await Promise.all(tokens.map((token) => instance.ask(token)))
  return answers.map(({ verdict }) => verdict)
}

const withKids = (issuer: ScriptedIssuer, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => issuer.sign({}, { kid: `unknown-${index}` }))

/** What must not be taken for keys: at the issuer's key set, or at its metadata. */
const BAD_ANSWERS: Readonly<
  Record<string, (issuer: ScriptedIssuer) => readonly ['jwks' | 'discovery', Reply]>
> = {
  'a key set of 1 MB': (issuer) => ['jwks', { body: pad(issuer.jwks(), 1_000_000) }],
  'a key set of 10,000 keys': () => [
    'jwks',
    { body: { keys: Array.from({ length: 10_000 }, (_, index) => ({ kid: `${index}` })) } },
  ],
  'a key set of 33 keys': ({ keys }) => [
    'jwks',
    { body: { keys: Array.from({ length: 33 }, () => keys[0]?.publicJwk) } },
  ],
  'a key set elsewhere, by redirect': (issuer) => ['jwks', redirect(issuer.url('/moved'))],
  'a key set without keys': () => ['jwks', { body: { keys: [] } }],
  'a key set that is a list': ({ keys }) => ['jwks', { body: [keys[0]?.publicJwk] }],
  'a key set that is a page': () => ['jwks', { body: '<!doctype html><title>Sign in</title>' }],
  'half a key set': (issuer) => ['jwks', { body: JSON.stringify(issuer.jwks()).slice(0, -2) }],
  'a key set that is not UTF-8': () => [
    'jwks',
    { body: Buffer.from('{"keys":[{"kid":"\xff"}]}', 'latin1') },
  ],
  'a key set with status 500': (issuer) => ['jwks', { status: 500, body: issuer.jwks() }],
  'a key set with status 404': () => ['jwks', { status: 404 }],
  'a connection that is cut': () => ['jwks', { fault: 'reset' }],
  'the metadata of an issuer with a slash less': (issuer) => [
    'discovery',
    { body: { ...issuer.discovery(), issuer: issuer.issuer.slice(0, -1) } },
  ],
  'metadata that name a key set on another host': (issuer) => [
    'discovery',
    {
      body: {
        ...issuer.discovery(),
        jwks_uri: issuer.url('jwks').replace('127.0.0.1', 'localhost'),
      },
    },
  ],
  'metadata that name a key set with credentials': (issuer) => [
    'discovery',
    {
      body: { ...issuer.discovery(), jwks_uri: issuer.url('jwks').replace('//', '//user:secret@') },
    },
  ],
  'metadata without a key set': (issuer) => [
    'discovery',
    { body: { ...issuer.discovery(), jwks_uri: undefined } },
  ],
  'metadata elsewhere, by redirect': (issuer) => ['discovery', redirect(issuer.url('/moved'))],
}

describe.each([coreKeys, coreKeysApart, workerKeys, lambdaKeys])('at the door $name', (door) => {
  it('asks once for metadata and once for keys, however many tokens come', async () => {
    const issuer = await startIssuer()
    const instance = await start(door, { issuers: [issuer] })
    const tokens = Array.from({ length: 50 }, (_, index) => issuer.sign({ sub: `user-${index}` }))
    expect(new Set(await verdictsOf(instance, tokens))).toEqual(new Set(['allow']))
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier: 'memory' })
    expect(asked(issuer)).toEqual({ discovery: 1, jwks: 1 })
  })

  it('follows a rotation: the new key at once, the old one no longer', async () => {
    const issuer = await startIssuer()
    const instance = await start(door, { issuers: [issuer], keys: { cooldownSeconds: 0 } })
    const old = issuer.sign()
    expect(await instance.ask(old)).toMatchObject({ verdict: 'allow', tier: 'issuer' })
    issuer.keys.push(second)
    const next = issuer.sign({}, {}, { key: second })
    expect(await instance.ask(next)).toMatchObject({ verdict: 'allow', tier: 'issuer' })
    expect(await instance.ask(old)).toMatchObject({ verdict: 'allow' })
    expect(asked(issuer).jwks).toBe(2)
    issuer.keys.shift()
    // Somebody names a key that is not there, and the set is read anew.
    expect(await instance.ask(issuer.sign({}, { kid: 'third' }))).toMatchObject({
      verdict: 'unknown_key',
    })
    expect(asked(issuer).jwks).toBe(3)
    expect(await instance.ask(old)).toMatchObject({ verdict: 'unknown_key' })
    expect(await instance.ask(next)).toMatchObject({ verdict: 'allow' })
  })

  it('renews behind the answer what is no longer fresh', async () => {
    const issuer = await startIssuer()
    const instance = await start(door, { issuers: [issuer], keys: { ...KEYS, staleSeconds: 60 } })
    await instance.ask(issuer.sign())
    await instance.advance(FRESH_IS_OVER)
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier: 'memory' })
    await expect.poll(() => asked(issuer)).toEqual({ discovery: 1, jwks: 2 })
  })

  it('outlives an outage as long as keys may be stale, and no longer', async () => {
    const issuer = await startIssuer()
    const instance = await start(door, { issuers: [issuer], keys: KEYS })
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow' })
    await issuer.stop()
    await instance.advance(FRESH_IS_OVER)
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow' })
    await instance.advance(STALE_IS_OVER - FRESH_IS_OVER)
    const outage = { verdict: 'keys_unavailable', answer: door.outage }
    expect(await instance.ask(issuer.sign())).toMatchObject(outage)
    await issuer.resume()
    await instance.advance(1.1)
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow' })
  })

  it('judges nothing while the issuer was never reached, and recovers', async () => {
    const issuer = await startIssuer()
    await issuer.stop()
    const instance = await start(door, { issuers: [issuer] })
    const outage = { verdict: 'keys_unavailable', answer: door.outage }
    expect(await instance.ask(issuer.sign())).toMatchObject(outage)
    expect(await instance.ask(issuer.sign({}, { kid: 'unknown' }))).toMatchObject(outage)
    await issuer.resume()
    await instance.advance(1.1)
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow' })
  })

  it('says nothing against a key that it could not ask about', async () => {
    const issuer = await startIssuer()
    const instance = await start(door, { issuers: [issuer], keys: { cooldownSeconds: 0 } })
    await instance.ask(issuer.sign())
    await issuer.stop()
    const outage = { verdict: 'keys_unavailable', answer: door.outage }
    expect(await instance.ask(issuer.sign({}, {}, { key: second }))).toMatchObject(outage)
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow' })
  })

  it('asks once about 100 unknown keys', async () => {
    const issuer = await startIssuer()
    const instance = await start(door, { issuers: [issuer] })
    await instance.ask(issuer.sign())
    issuer.requests.clear()
    const verdicts = await verdictsOf(instance, withKids(issuer, 100))
    expect(verdicts).toEqual(Array.from({ length: 100 }, () => 'unknown_key'))
    expect(asked(issuer).jwks).toBeLessThanOrEqual(1)
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow' })
  })

  it('asks once about 100 unknown keys, cold', async () => {
    const issuer = await startIssuer()
    const instance = await start(door, { issuers: [issuer] })
    const verdicts = await verdictsOf(instance, withKids(issuer, 100))
    expect(verdicts).toEqual(Array.from({ length: 100 }, () => 'unknown_key'))
    expect(asked(issuer)).toEqual({ discovery: 1, jwks: 1 })
  })

  it('leaves a failing issuer alone, whatever keys are asked for', async () => {
    const issuer = await startIssuer()
    issuer.answer('discovery', { status: 500 })
    const instance = await start(door, { issuers: [issuer] })
    const verdicts = await verdictsOf(instance, withKids(issuer, 50))
    expect(new Set(verdicts)).toEqual(new Set(['keys_unavailable']))
    expect(issuer.requests.log.length).toBeLessThanOrEqual(2)
  })

  it('asks the issuer nothing when cold, with a warm store', async () => {
    const issuer = await startIssuer()
    const tier = await opened(door.createTier())
    const warm = await door.start({ issuers: [issuer], tier })
    expect(await warm.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier: 'issuer' })
    await warm.close()
    issuer.requests.clear()
    const cold = await start(door, { issuers: [issuer], tier })
    expect(await cold.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier: tier.name })
    expect(await cold.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier: 'memory' })
    expect(issuer.requests.log).toEqual([])
  })

  it('outlives an outage when cold, with a warm store', async () => {
    const issuer = await startIssuer()
    const tier = await opened(door.createTier())
    const warm = await door.start({ issuers: [issuer], tier, keys: { freshSeconds: 1 } })
    await warm.ask(issuer.sign())
    await warm.close()
    await issuer.stop()
    const cold = await start(door, { issuers: [issuer], tier, keys: { freshSeconds: 1 } })
    await cold.advance(FRESH_IS_OVER)
    expect(await cold.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier: tier.name })
  })

  it('keeps the keys it has when the answers turn bad, and takes none from a bad answer', async () => {
    const scripts = Object.entries(BAD_ANSWERS)
    const issuers = await Promise.all(scripts.map(() => startIssuer()))
    const tokens = issuers.map((issuer) => issuer.sign())
    const all = (verdict: string) => Object.fromEntries(scripts.map(([what]) => [what, verdict]))
    const ask = async (instance: Instance) => {
      const verdicts: Record<string, string> = {}
      for (const [index, [what]] of scripts.entries()) {
        verdicts[what] = (await instance.ask(tokens[index]!)).verdict
      }
      return verdicts
    }
    // The metadata are read again, too: where the last attempt failed, the key set may have moved.
    const warm = await start(door, { issuers, keys: KEYS })
    expect(await ask(warm)).toEqual(all('allow'))
    for (const [index, [, script]] of scripts.entries()) {
      const issuer = issuers[index]!
      issuer.answer('/moved', { body: issuer.jwks() })
      const [target, reply] = script(issuer)
      issuer.answer(target, reply)
      if (target === 'discovery') issuer.answer('jwks', { status: 404 })
    }
    await warm.advance(FRESH_IS_OVER)
    expect(await ask(warm)).toEqual(all('allow'))
    await warm.advance(0.3)
    expect(await ask(warm)).toEqual(all('allow'))
    await warm.advance(STALE_IS_OVER - FRESH_IS_OVER)
    expect(await ask(warm)).toEqual(all('keys_unavailable'))

    for (const [index, [, script]] of scripts.entries()) {
      const issuer = issuers[index]!
      if (script(issuer)[0] === 'discovery') issuer.answer('jwks', { body: issuer.jwks() })
    }
    const cold = await start(door, { issuers })
    expect(await ask(cold)).toEqual(all('keys_unavailable'))
    expect(
      issuers.flatMap(({ requests }) => requests.log).filter(({ path }) => path === '/moved'),
    ).toEqual([])
  })
})

/** Texts as the product writes them into a store, and other ones. */
async function createTexts(issuer: ScriptedIssuer, other: ScriptedIssuer) {
  const write = async (of: ScriptedIssuer, ahead: number): Promise<string> => {
    const store = createMemoryStore()
    await startCore({ issuers: [of], stores: [store], ahead }).ask(of.sign())
    return [...store.texts.values()][0]!
  }
  const own = await write(issuer, 0)
  return {
    nothing: '',
    'no JSON': 'keys',
    null: 'null',
    'a list': '[]',
    'an empty object': '{}',
    'half a record': own.slice(0, -10),
    'a record without keys': JSON.stringify({ ...JSON.parse(own), keys: [] }),
    'keys that are none': JSON.stringify({ ...JSON.parse(own), keys: [null, 1] }),
    'the record of another issuer': await write(other, 0),
    'a record from the future': await write(issuer, 3600),
    'a record from last week': await write(issuer, -604_800),
    'a record of 1 MB': own.replace('{', `{${' '.repeat(1_000_000)}`),
  }
}

describe.each([coreKeys, workerKeys, lambdaKeys])('with a bad store, at the door $name', (door) => {
  async function warmUp(issuer: ScriptedIssuer): Promise<SharedTier> {
    const tier = await opened(door.createTier())
    const warm = await door.start({ issuers: [issuer], tier })
    await warm.ask(issuer.sign())
    await warm.close()
    issuer.requests.clear()
    return tier
  }

  it('works as with none, whatever the store holds', async () => {
    const [issuer, other] = [await startIssuer(), await startIssuer({ keys: [second] })]
    const tier = await warmUp(issuer)
    const seen: Record<string, unknown> = {}
    const texts = await createTexts(issuer, other)
    for (const [what, text] of Object.entries(texts)) {
      issuer.requests.clear()
      tier.break({ text })
      const instance = await door.start({ issuers: [issuer], tier })
      const [good, unknown] = [
        await instance.ask(issuer.sign()),
        await instance.ask(issuer.sign({}, {}, { key: second })),
      ]
      seen[what] = [good.verdict, good.tier, unknown.verdict, asked(issuer).discovery]
      await instance.close()
    }
    const expected = ['allow', 'issuer', 'unknown_key']
    const all = Object.keys(texts).map((what) => [what, [...expected, expect.any(Number)]])
    expect(seen).toEqual(Object.fromEntries(all))
  })

  it.each(['throws', 'hangs'] as const)('works as with none when the store %s', async (fault) => {
    const issuer = await startIssuer()
    const tier = await warmUp(issuer)
    tier.break(fault)
    const instance = await start(door, { issuers: [issuer], tier })
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier: 'issuer' })
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier: 'memory' })
    expect(asked(issuer)).toEqual({ discovery: 1, jwks: 1 })
  })

  it.each(['throws', 'hangs'] as const)(
    'judges nothing when the store %s and the issuer is away',
    async (fault) => {
      const issuer = await startIssuer()
      const tier = await warmUp(issuer)
      tier.break(fault)
      await issuer.stop()
      const instance = await start(door, { issuers: [issuer], tier })
      const outage = { verdict: 'keys_unavailable', answer: door.outage }
      expect(await instance.ask(issuer.sign())).toMatchObject(outage)
    },
  )
})

describe('in its own time, the function', () => {
  const startAt = (issuer: ScriptedIssuer, options: Partial<InstanceOptions> = {}) =>
    start(coreKeys, { issuers: [issuer], ...options })

  it.each([
    { maxAge: undefined, fresh: 600 },
    { maxAge: 60, fresh: 300 },
    { maxAge: 1200, fresh: 1200 },
    { maxAge: 100_000, fresh: 3600 },
  ])('asks again after $fresh seconds where max-age is $maxAge', async ({ maxAge, fresh }) => {
    const issuer = await startIssuer()
    const headers = maxAge === undefined ? {} : { 'cache-control': `public, max-age=${maxAge}` }
    issuer.answer('jwks', { headers, body: issuer.jwks() })
    const instance = await startAt(issuer)
    await instance.ask(issuer.sign())
    await instance.advance(fresh - 2)
    await instance.ask(issuer.sign())
    expect(asked(issuer)).toEqual({ discovery: 1, jwks: 1 })
    await instance.advance(4)
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier: 'memory' })
    await expect.poll(() => asked(issuer)).toEqual({ discovery: 1, jwks: 2 })
  })

  it.each([
    { keys: {}, last: 4200 },
    { keys: { staleSeconds: 0 }, last: 600 },
    { keys: { staleSeconds: 86_400 }, last: 87_000 },
  ])('trusts keys for $last seconds with $keys', async ({ keys, last }) => {
    const issuer = await startIssuer()
    const instance = await startAt(issuer, { keys })
    await instance.ask(issuer.sign())
    await issuer.stop()
    const lasting = issuer.sign({ exp: Math.floor(Date.now() / 1000) + 2 * 86_400 })
    await instance.advance(last - 2)
    expect(await instance.ask(lasting)).toMatchObject({ verdict: 'allow' })
    await instance.advance(4)
    expect(await instance.ask(lasting)).toMatchObject({ verdict: 'keys_unavailable' })
  })

  it('counts the pause between two questions about unknown keys from the question', async () => {
    const [issuer, other] = [await startIssuer(), await startIssuer()]
    const instance = await start(coreKeys, { issuers: [issuer, other] })
    await verdictsOf(instance, [issuer.sign(), other.sign()])
    const counts: number[] = []
    for (const seconds of [1, 31, 10, 10, 31]) {
      await instance.advance(seconds)
      expect(new Set(await verdictsOf(instance, withKids(issuer, 20)))).toEqual(
        new Set(['unknown_key']),
      )
      counts.push(asked(issuer).jwks)
    }
    expect(counts).toEqual([1, 2, 2, 2, 3])
    // The pause is of one issuer and not of another.
    expect(asked(other).jwks).toBe(1)
    await instance.ask(other.sign({}, { kid: 'unknown' }))
    expect(asked(other).jwks).toBe(2)
  })

  it('does not read again what has not changed', async () => {
    const issuer = await startIssuer()
    issuer.answer('jwks', cacheable(issuer.jwks(), { etag: '"1"', maxAge: 600 }))
    const instance = await startAt(issuer)
    await instance.ask(issuer.sign())
    for (const round of [2, 3]) {
      await instance.advance(601)
      expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow' })
      await expect.poll(() => asked(issuer).jwks).toBe(round)
    }
    const [unconditional, ...conditional] = issuer.requests.log
      .filter(({ path }) => path === new URL(issuer.url('jwks')).pathname)
      .map(({ headers }) => headers['if-none-match'])
    expect(unconditional).toBeUndefined()
    expect(conditional).toEqual(['"1"', '"1"'])
  })

  it("finds the metadata of RFC 8414 where OpenID's are missing", async () => {
    const issuer = await startIssuer({ path: '/tenant' })
    issuer.answer('discovery', { status: 404 })
    issuer.answer('/.well-known/oauth-authorization-server/tenant', { body: issuer.discovery() })
    const instance = await startAt(issuer)
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow' })
    expect(asked(issuer)).toEqual({ discovery: 1, jwks: 1 })
  })

  it('sends an issuer neither cookies nor credentials', async () => {
    const issuer = await startIssuer()
    issuer.answer('discovery', { headers: { 'set-cookie': 'a=b' }, body: issuer.discovery() })
    const instance = await startAt(issuer)
    await instance.ask(issuer.sign())
    for (const { headers, method } of issuer.requests.log) {
      expect(method).toBe('GET')
      expect(headers).not.toHaveProperty('cookie')
      expect(headers).not.toHaveProperty('authorization')
    }
  })

  it.each(['discovery', 'jwks'] as const)('waits for %s no longer than it says', async (target) => {
    const issuer = await startIssuer()
    issuer.answer(target, { fault: 'hang' })
    const instance = await startAt(issuer)
    const startedAt = Date.now()
    expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'keys_unavailable' })
    expect(Date.now() - startedAt).toBeLessThan(4000)
  })
})
