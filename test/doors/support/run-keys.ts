/**
 * Keys, as an issuer sees them asked for (token-spec §8): how often, when, and what happens when it does not
 * answer, or not well. The same at the function itself, at the Worker and at Lambda.
 */
import { describe, expect, it } from 'vitest'
import type { ScriptedIssuer } from '../../support/scripted-issuer.ts'
import { BAD_ANSWERS, createTexts } from './bad-answers.ts'
import {
  FRESH_IS_OVER,
  KEYS,
  STALE_IS_OVER,
  asked,
  opened,
  second,
  start,
  startIssuer,
  verdictsOf,
  withKids,
} from './key-bench.ts'
import type { Instance, KeyDoor, SharedTier } from './key-door.ts'

export const runKeys = (door: KeyDoor) =>
  describe(`at the door ${door.name}`, () => {
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

    it(`renews ${door.renewsBehind ? 'behind' : 'before'} the answer what is no longer fresh`, async () => {
      const issuer = await startIssuer()
      const instance = await start(door, {
        issuers: [issuer],
        keys: { ...KEYS, staleSeconds: 6000 },
      })
      await instance.ask(issuer.sign())
      // Nobody waits for what is less than three seconds late.
      await instance.advance(KEYS.freshSeconds + 0.1)
      const tier = door.renewsBehind ? 'memory' : 'issuer'
      expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow', tier })
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
      await instance.advance(KEYS.cooldownSeconds)
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
      const warm = await door.start({ issuers: [issuer], tier, keys: { freshSeconds: 100 } })
      await warm.ask(issuer.sign())
      await warm.close()
      await issuer.stop()
      const cold = await start(door, { issuers: [issuer], tier, keys: { freshSeconds: 100 } })
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
      const keys = { ...KEYS, staleSeconds: 300 }
      const warm = await start(door, { issuers, keys })
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
      await warm.advance(30)
      expect(await ask(warm)).toEqual(all('allow'))
      await warm.advance(STALE_IS_OVER)
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

export const runKeysWithBadStore = (door: KeyDoor) =>
  describe(`with a bad store, at the door ${door.name}`, () => {
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
