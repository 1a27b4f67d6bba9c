/** The bounds themselves are those of `shared/cache.ts`. */
import { expect, it } from 'vitest'
import { createVerdicts } from '../../../shared/opaque/verdicts.ts'
import { deny, outage } from '../../../shared/reasons.ts'

const inactive = { result: deny('token_inactive'), keepSeconds: 30 }
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

it('holds a token back until then, whatever a route likes', () => {
  const verdicts = createVerdicts(ROOMY)
  const refusal = outage('userinfo_rate_limited', 60)
  verdicts.hold('token', refusal, 160)
  expect(verdicts.look('token', 159, 0)).toEqual({ ok: false, error: refusal })
  expect(verdicts.look('token', 160, Infinity)).toBeUndefined()
})

it('counts the bytes of what was said, and of the token', () => {
  const verdicts = createVerdicts({ entries: 1000, bytes: 10_000 })
  const tokens = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(1000, '-'))
  for (const token of tokens) verdicts.put(token, inactive, 0)
  const held = tokens.filter((token) => verdicts.look(token, 0, Infinity))
  expect(held).toEqual(tokens.slice(-10))
})
