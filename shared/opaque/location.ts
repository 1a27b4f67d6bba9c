/** Where a source answers: as configured, or as its metadata says, which is remembered. */
import { isPast } from '../deadline.ts'
import { DISCOVERY_SECONDS, KEYS_COOLDOWN_SECONDS } from '../limits.ts'
import { err, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'

/** `hasFailed`: what it gave last did not do. The error is what went wrong, in our own words. */
export interface Locate {
  (now: number): Promise<Result<string, string>>
  hasFailed?: boolean
}

export const locateAt =
  (url: string): Locate =>
  async () =>
    ok(url)

/** A document that cannot be had is not asked for again at once: many tokens would ask. */
export function locateBy(discover: () => Promise<string | { readonly fault: string }>): Locate {
  let known: Result<string, string> = err('')
  let askedAt = -Infinity
  const locate: Locate = async (now) => {
    const keepSeconds = locate.hasFailed ? KEYS_COOLDOWN_SECONDS : DISCOVERY_SECONDS
    if (!isPast(askedAt, known.ok ? keepSeconds : 1, now)) return known
    // Meanwhile others go on with what is known.
    if (known.ok) askedAt = now
    const found = await discover()
    askedAt = now
    if (typeof found === 'string') known = ok(found)
    // An endpoint that was good a day ago is better than none.
    else if (!known.ok) known = err(found.fault)
    return known
  }
  return locate
}
