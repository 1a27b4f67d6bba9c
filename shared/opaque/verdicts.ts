/** Verdicts in memory, by token: the good, and those that a source refused. */
import { createTokenCache } from '../cache.ts'
import type { CacheBounds } from '../cache.ts'
import { isPast } from '../deadline.ts'
import { FLIGHT_SECONDS } from '../limits.ts'
import { deny } from '../reasons.ts'
import type { Denial, Refusal, Result } from '../reasons.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import type { Verdict } from './source.ts'

export interface Verdicts {
  /** `maxAgeSeconds`: of the verdict; a route may want a younger one. */
  look(token: string, now: number, maxAgeSeconds: number): Result<VerifiedToken> | undefined
  /** Was it good when it was last asked about? */
  isKnown(token: string): boolean
  /** When it was last asked about; -Infinity: nobody remembers. */
  askedAt(token: string): number
  put(token: string, verdict: Verdict, now: number): void
  /** For so long `look` answers this at the place, and nobody asks: not a verdict on the token. */
  hold(place: string, refusal: Refusal, keepSeconds: number, now: number): void
}

interface Known {
  readonly result: Result<VerifiedToken>
  readonly askedAt: number
  readonly keepSeconds: number
  /** Of the token; Infinity where nobody said. */
  readonly expiresAt: number
}

const EXPIRED: Result<VerifiedToken, Denial> = deny('token_expired')

export function createVerdicts(bounds: CacheBounds): Verdicts {
  const half = { entries: Math.ceil(bounds.entries / 2), bytes: bounds.bytes / 2 }
  /** Tokens that were good once, and others: those that are invented displace none of the first. */
  const [good, bad] = [createTokenCache<Known>(half), createTokenCache<Known>(half)]
  const find = (token: string) => good.get(token) ?? bad.get(token)
  const askedAt = (token: string) => find(token)?.askedAt ?? -Infinity
  const isKnown = (token: string) => good.get(token)?.result.ok === true
  const keep = (token: string, known: Known, bytes: number) => {
    const verdicts = known.result.ok || good.get(token) ? good : bad
    verdicts.set(token, known, bytes)
  }
  return {
    look(token, now, maxAgeSeconds) {
      const known = find(token)
      if (!known) return undefined
      // RFC 7662 §4: nothing is believed beyond `exp`; and nobody need be asked to know that.
      if (now >= known.expiresAt) return EXPIRED
      // Of a time to come is one from before the clock was put back: it may be as old.
      const keptSeconds = Math.min(known.keepSeconds, maxAgeSeconds)
      return isPast(known.askedAt, keptSeconds, now) ? undefined : known.result
    },
    isKnown,
    askedAt,
    put(token, { result, keepSeconds }, now) {
      const lastAt = askedAt(token)
      const isLate = now < lastAt && !isPast(lastAt, FLIGHT_SECONDS, now)
      // Whoever asked after this question began was refused: that is the newer word.
      if (isLate && !isKnown(token)) return
      const expiresAt = result.ok ? result.value.times.expiresAt : Infinity
      const remembered = result.ok
        ? { ...result, value: { ...result.value, keyTier: 'memory' } }
        : result
      const known = { result: remembered, askedAt: now, keepSeconds, expiresAt }
      keep(token, known, token.length + weigh(result))
    },
    hold(place, error, keepSeconds, now) {
      const result = { ok: false, error } as const
      const known = { result, askedAt: now, keepSeconds, expiresAt: Infinity }
      keep(place, known, place.length)
    },
  }
}

/** Once for each call of a source, which costs a thousand times more. */
const weigh = (result: Result<VerifiedToken>): number =>
  result.ok ? JSON.stringify(result.value.identity).length : 0
