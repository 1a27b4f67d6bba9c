/** The bounds themselves are those of `shared/cache.ts`. */
import { expect, it } from 'vitest'
import { createVerdicts } from '../../../shared/opaque/verdicts.ts'
import { deny, ok, outage } from '../../../shared/reasons.ts'
import type { VerifiedToken } from '../../../shared/token/verdict.ts'

const inactive = { result: deny('token_inactive'), keepSeconds: 30 }
const good = {
  result: ok({ times: { expiresAt: 9e9 }, identity: {} } as VerifiedToken),
  keepSeconds: 60,
}
const ROOMY = { entries: 10, bytes: 1e6 }

it('believes a verdict for as long as it is kept, and as long as a route likes', () => {
  const verdicts = createVerdicts(ROOMY)
  verdicts.put('token', inactive, 100)
  expect(verdicts.look('token', 129, Infinity)).toEqual(inactive.result)
  expect(verdicts.look('token', 130, Infinity)).toBeUndefined()
  expect(verdicts.look('token', 109, 10)).toEqual(inactive.result)
  expect(verdicts.look('token', 110, 10)).toBeUndefined()
  expect(verdicts.isKnown('token')).toBe(false)
})

it('believes none from before the clock was put back, but for a while', () => {
  const verdicts = createVerdicts(ROOMY)
  verdicts.put('token', good, 3600)
  expect(verdicts.look('token', 3541, Infinity)).toBeDefined()
  expect(verdicts.look('token', 3540, Infinity)).toBeUndefined()
  expect(verdicts.look('token', 3599, 0)).toBeUndefined()
})

it('takes no answer for newer than that to a question that began later', () => {
  const verdicts = createVerdicts(ROOMY)
  verdicts.put('token', inactive, 102)
  verdicts.put('token', good, 100)
  expect(verdicts.look('token', 103, Infinity)).toEqual(inactive.result)
  // So late is no answer: the clock was put back.
  verdicts.put('token', good, 87)
  expect(verdicts.look('token', 88, Infinity)).toMatchObject({ ok: true })
})

it('holds a token back for so long', () => {
  const verdicts = createVerdicts(ROOMY)
  const refusal = outage('userinfo_rate_limited', 60)
  verdicts.hold('token', refusal, 60, 100)
  expect(verdicts.look('token', 159, Infinity)).toEqual({ ok: false, error: refusal })
  expect(verdicts.look('token', 160, Infinity)).toBeUndefined()
})

it('keeps what was good, however many others come', () => {
  const verdicts = createVerdicts({ entries: 10, bytes: 100_000 })
  verdicts.put('good', good, 0)
  for (let n = 0; n < 100; n += 1) verdicts.put(`invented-${n}`, inactive, 0)
  expect(verdicts.isKnown('good')).toBe(true)
  verdicts.put('good', inactive, 1)
  expect(verdicts.look('good', 1, Infinity)).toEqual(inactive.result)
  expect(verdicts.isKnown('good')).toBe(false)
})

it('counts the bytes of what was said, and of the token', () => {
  const verdicts = createVerdicts({ entries: 1000, bytes: 10_000 })
  const tokens = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(1000, '-'))
  for (const token of tokens) verdicts.put(token, inactive, 0)
  const held = tokens.filter((token) => verdicts.look(token, 0, Infinity))
  // Half of it is for tokens that were good.
  expect(held).toEqual(tokens.slice(-5))
})
