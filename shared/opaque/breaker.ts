/**
 * Leaves a failing source alone: after several failures in a short time nobody asks for a while,
 * then one call tries whether it is well again (§3.7).
 */
import {
  BREAKER_FAILURES,
  BREAKER_PAUSE_SECONDS,
  BREAKER_WINDOW_SECONDS,
  FLIGHT_SECONDS,
  RETRY_AFTER_MAX_SECONDS,
} from '../limits.ts'

/** All times in epoch seconds. */
export interface Breaker {
  /** 0: a call may be made; else in how many seconds to ask again. */
  waitSeconds(now: number): number
  /** To be told before each call: after a pause, it is the probe, and nobody else's turn. */
  began(now: number): void
  succeeded(): void
  /** true: the source is left alone from now on. */
  failed(now: number): boolean
  /** The source asked for it. */
  pause(now: number, seconds: number): void
}

/** A question may have begun before the one that paused. */
const LONGEST_SECONDS = RETRY_AFTER_MAX_SECONDS + FLIGHT_SECONDS

export function createBreaker(): Breaker {
  let failures: number[] = []
  let closedUntil = -Infinity
  let isProbing = false
  const pause = (now: number, seconds: number) => {
    closedUntil = Math.max(closedUntil, now + seconds)
    isProbing = true
  }
  return {
    pause,
    waitSeconds(now) {
      const seconds = Math.ceil(closedUntil - now)
      // So long is nobody left alone: the clock was put back.
      return seconds > LONGEST_SECONDS ? 0 : Math.max(0, seconds)
    },
    began(now) {
      if (isProbing) closedUntil = now + BREAKER_PAUSE_SECONDS
    },
    succeeded() {
      failures = []
      closedUntil = -Infinity
      isProbing = false
    },
    failed(now) {
      failures = [...failures, now].filter((at) => at > now - BREAKER_WINDOW_SECONDS)
      const isTooMany = isProbing || failures.length >= BREAKER_FAILURES
      if (isTooMany) pause(now, BREAKER_PAUSE_SECONDS)
      return isTooMany
    },
  }
}
