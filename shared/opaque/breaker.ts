/**
 * Leaves a failing source alone: after several failures in a short time nobody asks for a while,
 * then one call tries whether it is well again (§3.7).
 */
import { isPast } from '../deadline.ts'
import { BREAKER_FAILURES, BREAKER_PAUSE_SECONDS, BREAKER_WINDOW_SECONDS } from '../limits.ts'

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

export function createBreaker(): Breaker {
  let failures: number[] = []
  let [closedAt, closedSeconds] = [0, 0]
  let isProbing = false
  /** Of the source's own: an answer to an earlier question does not end it. */
  let isAskedFor = false
  // Since then; or as long before, where the clock was put back.
  const waitSeconds = (now: number) =>
    Math.max(0, Math.ceil(closedSeconds - Math.abs(now - closedAt)))
  const close = (now: number, seconds: number) => {
    if (seconds > waitSeconds(now)) [closedAt, closedSeconds] = [now, seconds]
    isProbing = true
  }
  return {
    waitSeconds,
    began(now) {
      isAskedFor = false
      if (isProbing) close(now, BREAKER_PAUSE_SECONDS)
    },
    succeeded() {
      if (isAskedFor) return
      failures = []
      closedSeconds = 0
      isProbing = false
    },
    failed(now) {
      failures = [...failures, now].filter((at) => !isPast(at, BREAKER_WINDOW_SECONDS, now))
      const isTooMany = isProbing || failures.length >= BREAKER_FAILURES
      if (isTooMany) close(now, BREAKER_PAUSE_SECONDS)
      return isTooMany
    },
    pause(now, seconds) {
      isAskedFor = true
      close(now, seconds)
    },
  }
}
