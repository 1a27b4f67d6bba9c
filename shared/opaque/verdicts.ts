/**
 * Verdicts in memory, by token: found by its last characters and compared whole, so a look-up hashes
 * a few characters and no token can pass for another. Bounded in entries and bytes: two generations,
 * of which the older is dropped when the younger is full; what is used moves to the younger.
 */
import { TAIL_CHARACTERS } from '../limits.ts'
import { deny } from '../reasons.ts'
import type { Denial, Refusal, Result } from '../reasons.ts'
import type { VerifiedToken } from '../token/jwt.ts'
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

interface Entry {
  readonly token: string
  readonly result: Result<VerifiedToken>
  readonly askedAt: number
  readonly freshUntil: number
  /** Of the token; Infinity where nobody said. */
  readonly expiresAt: number
  readonly bytes: number
}

export interface VerdictBounds {
  readonly entries: number
  readonly bytes: number
}

const EXPIRED: Result<VerifiedToken, Denial> = deny('token_expired')

const tailOf = (token: string): string => token.slice(-TAIL_CHARACTERS)

export function createVerdicts({ entries, bytes }: VerdictBounds): Verdicts {
  let young = new Map<string, Entry>()
  let old = new Map<string, Entry>()
  let size = 0

  function add(tail: string, entry: Entry): void {
    size += entry.bytes
    if (young.size >= entries || size > bytes) {
      old = young
      young = new Map()
      size = entry.bytes
    }
    young.set(tail, entry)
  }

  function find(token: string): Entry | undefined {
    const tail = tailOf(token)
    let entry = young.get(tail)
    if (!entry) {
      entry = old.get(tail)
      // Its text is compared before it moves: else a stranger of the same tail would keep it alive.
      if (entry?.token === token) add(tail, entry)
    }
    return entry?.token === token ? entry : undefined
  }

  return {
    look(token, now, maxAgeSeconds) {
      const entry = find(token)
      if (!entry) return undefined
      // RFC 7662 §4: nothing is believed beyond `exp`; and nobody need be asked to know that.
      if (now >= entry.expiresAt) return EXPIRED
      const isYoung = now < entry.freshUntil && now - entry.askedAt < maxAgeSeconds
      return isYoung ? entry.result : undefined
    },
    isKnown: (token) => find(token)?.result.ok === true,
    put(token, { result, keepSeconds }, now) {
      const freshUntil = now + keepSeconds
      const expiresAt = result.ok ? result.value.times.expiresAt : Infinity
      const remembered = result.ok
        ? { ...result, value: { ...result.value, keyTier: 'memory' } }
        : result
      const bytes = token.length + weigh(result)
      add(tailOf(token), { token, result: remembered, askedAt: now, freshUntil, expiresAt, bytes })
    },
    hold(token, error, until) {
      const result = { ok: false, error } as const
      const times = { askedAt: Infinity, freshUntil: until, expiresAt: Infinity }
      add(tailOf(token), { token, result, ...times, bytes: token.length })
    },
  }
}

/** Once for each call of a source, which costs a thousand times more. */
const weigh = (result: Result<VerifiedToken>): number =>
  result.ok ? JSON.stringify(result.value.identity).length : 0
