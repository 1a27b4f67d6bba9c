/** The very second at which a time begins to count (RFC 7519 §4.1.4, §4.1.5), with and without tolerance. */
import { describe, expect, it } from 'vitest'
import { checkLifetime, checkValidity } from '../../../shared/token/lifetime.ts'

const TIMES = { issuedAt: 1000, notBefore: 1100, expiresAt: 2000 }

describe.each([0, 5, 300])('with a tolerance of %i s', (tolerance) => {
  const judge = (now: number, times = TIMES) => checkValidity(times, now, tolerance)?.code

  it('is good from nbf on', () => {
    expect(judge(1100 - tolerance - 0.001)).toBe('token_not_yet_valid')
    expect(judge(1100 - tolerance)).toBeUndefined()
  })

  it('is good before exp, and not at exp', () => {
    expect(judge(2000 + tolerance - 0.001)).toBeUndefined()
    expect(judge(2000 + tolerance)).toBe('token_expired')
  })

  it('may be issued now, and no later', () => {
    const times = { ...TIMES, notBefore: 0 }
    expect(judge(1000 - tolerance, times)).toBeUndefined()
    expect(judge(1000 - tolerance - 0.001, times)).toBe('token_issued_in_future')
  })

  it('may be as old as the route allows', () => {
    const limits = { maxLifetimeSeconds: Infinity, maxAgeSeconds: 60 }
    const ask = (now: number) => checkLifetime(TIMES, now, tolerance, limits)?.code
    expect(ask(1060 + tolerance)).toBeUndefined()
    expect(ask(1060 + tolerance + 0.001)).toBe('token_too_old')
  })
})

it.each([
  [1000, undefined],
  [999, 'token_lifetime_exceeded'],
])('lives no longer than %i s, whatever the tolerance', (maxLifetimeSeconds, code) => {
  const limits = { maxLifetimeSeconds, maxAgeSeconds: Infinity }
  expect(checkLifetime(TIMES, 1000, 300, limits)?.code).toBe(code)
})
