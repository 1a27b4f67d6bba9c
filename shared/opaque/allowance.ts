/**
 * How many calls a source is sent, whatever callers send us: a bucket that fills with time. Invented
 * tokens cannot empty it, because the last of it is kept for tokens that are known to be good.
 */
import { CALLS_BURST_SECONDS, CALLS_RESERVE, FLIGHT_SECONDS } from '../limits.ts'

export interface Allowance {
  /** 0: the call is counted and may be made; else in how many seconds to ask again. */
  take(now: number, isKnown: boolean): number
  /** The call was not made after all. */
  giveBack(): void
}

export function createAllowance(callsPerSecond: number): Allowance {
  const burst = Math.max(1, callsPerSecond * CALLS_BURST_SECONDS)
  let [level, filledAt] = [burst, -Infinity]
  return {
    take(now, isKnown) {
      if (now > filledAt) {
        level = Math.min(burst, level + (now - filledAt) * callsPerSecond)
        filledAt = now
      } else if (now < filledAt - FLIGHT_SECONDS) {
        // The clock was put back. A little earlier is a question that began before another one.
        filledAt = now
      }
      const least = isKnown ? 1 : 1 + Math.floor(burst * CALLS_RESERVE)
      if (level < least) return Math.max(1, Math.ceil((least - level) / callsPerSecond))
      level -= 1
      return 0
    },
    giveBack() {
      level = Math.min(burst, level + 1)
    },
  }
}
