/** Where a source answers: as configured, or as its metadata says, which is remembered. */
import { DISCOVERY_SECONDS, KEYS_COOLDOWN_SECONDS } from '../limits.ts'
import { err, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'

/** The error is what went wrong, in our own words. */
export type Locate = (now: number) => Promise<Result<string, string>>

export const locateAt =
  (url: string): Locate =>
  async () =>
    ok(url)

/** A document that cannot be had is not asked for again at once: many tokens would ask. */
export function locateBy(discover: () => Promise<string | { readonly fault: string }>): Locate {
  let known: Result<string, string> = err('')
  let [askedAt, keepSeconds] = [-Infinity, 0]
  return async (now) => {
    // Or as long ahead, where the clock was put back.
    if (Math.abs(now - askedAt) < keepSeconds) return known
    const found = await discover()
    askedAt = now
    if (typeof found === 'string') {
      keepSeconds = DISCOVERY_SECONDS
      return (known = ok(found))
    }
    // An endpoint that was good a day ago is better than none.
    keepSeconds = known.ok ? KEYS_COOLDOWN_SECONDS : 1
    return known.ok ? known : (known = err(found.fault))
  }
}
