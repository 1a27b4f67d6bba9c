/** Verdicts in memory, by token: the good, and those that a source refused. */
import { createTokenCache } from '../cache.ts'
import type { CacheBounds } from '../cache.ts'
import { deny } from '../reasons.ts'
import type { Denial, Refusal, Result } from '../reasons.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import type { Verdict } from './source.ts'

export interface Verdicts {
  /** `maxAgeSeconds`: of the verdict; a route may want a younger one. */
  look(token: string, now: number, maxAgeSeconds: number): Result<VerifiedToken> | undefined
  /** Was it good when it was last asked about? */
  isKnown(token: string): boolean
  put(token: string, verdict: Verdict, now: number): void
  /** Not a verdict: until then nobody asks about this token. */
  hold(token: string, refusal: Refusal, until: number): void
}

interface Known {
  readonly result: Result<VerifiedToken>
  readonly askedAt: number
  readonly freshUntil: number
  /** Of the token; Infinity where nobody said. */
  readonly expiresAt: number
}

const EXPIRED: Result<VerifiedToken, Denial> = deny('token_expired')

export function createVerdicts(bounds: CacheBounds): Verdicts {
  const verdicts = createTokenCache<Known>(bounds)
  return {
    look(token, now, maxAgeSeconds) {
      const known = verdicts.get(token)
      if (!known) return undefined
      // RFC 7662 §4: nothing is believed beyond `exp`; and nobody need be asked to know that.
      if (now >= known.expiresAt) return EXPIRED
      const isYoung = now < known.freshUntil && now - known.askedAt < maxAgeSeconds
      return isYoung ? known.result : undefined
    },
    isKnown: (token) => verdicts.get(token)?.result.ok === true,
    put(token, { result, keepSeconds }, now) {
      const freshUntil = now + keepSeconds
      const expiresAt = result.ok ? result.value.times.expiresAt : Infinity
      const remembered = result.ok
        ? { ...result, value: { ...result.value, keyTier: 'memory' } }
        : result
      const known = { result: remembered, askedAt: now, freshUntil, expiresAt }
      verdicts.set(token, known, token.length + weigh(result))
    },
    hold(token, error, until) {
      const result = { ok: false, error } as const
      const known = { result, askedAt: Infinity, freshUntil: until, expiresAt: Infinity }
      verdicts.set(token, known, token.length)
    },
  }
}

/** Once for each call of a source, which costs a thousand times more. */
const weigh = (result: Result<VerifiedToken>): number =>
  result.ok ? JSON.stringify(result.value.identity).length : 0
