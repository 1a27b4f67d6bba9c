import { describe, expect, it } from 'vitest'
import { alarm } from '../support/cost.ts'
import { cacheable } from '../support/replies.ts'
import type { ScriptedIssuer } from '../support/scripted-issuer.ts'
import { coreKeys, coreKeysApart, startCore } from './support/core-keys.ts'
import { asked, start, startIssuer, verdictsOf, withKids } from './support/key-bench.ts'
import type { InstanceOptions } from './support/key-door.ts'
import { runKeys, runKeysWithBadStore } from './support/run-keys.ts'

runKeys(coreKeys)
runKeys(coreKeysApart)
runKeysWithBadStore(coreKeys)

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
    await instance.advance(fresh - 10)
    await instance.ask(issuer.sign())
    expect(asked(issuer)).toEqual({ discovery: 1, jwks: 1 })
    // Nobody waits for what is less than three seconds late.
    await instance.advance(10.1)
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
    await instance.advance(last - 10)
    expect(await instance.ask(lasting)).toMatchObject({ verdict: 'allow' })
    await instance.advance(11)
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
    const outcomes: string[] = []
    const instance = startCore({
      issuers: [issuer],
      observe(event) {
        if (event.event === 'keys') outcomes.push(event.outcome)
      },
    })
    await instance.ask(issuer.sign())
    for (const round of [2, 3]) {
      await instance.advance(601)
      expect(await instance.ask(issuer.sign())).toMatchObject({ verdict: 'allow' })
      // Before the clock leaps again.
      await expect.poll(() => outcomes).toEqual(Array.from({ length: round }, () => 'refreshed'))
      expect(asked(issuer).jwks).toBe(round)
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

  it('waits for an issuer no longer than 3 seconds', async () => {
    const hang = async (target: 'discovery' | 'jwks') => {
      const issuer = await startIssuer()
      issuer.answer(target, { fault: 'hang' })
      const instance = await startAt(issuer)
      return Promise.race([instance.ask(issuer.sign()), alarm(4500)])
    }
    const outage = { verdict: 'keys_unavailable' }
    expect(await Promise.all([hang('discovery'), hang('jwks')])).toMatchObject([outage, outage])
  })
})
