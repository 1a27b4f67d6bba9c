/** Waiting, with an end. */
import type { Timer } from './ports.ts'

export const startTimer: Timer = (callback, milliseconds) => {
  const timer = setTimeout(callback, milliseconds)
  return () => clearTimeout(timer)
}

/** What `work` gives; undefined where it fails or takes too long. The work itself is not stopped. */
export function within<T>(
  work: Promise<T>,
  milliseconds: number,
  timer: Timer,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const giveUp = () => resolve(undefined)
    const cancel = timer(giveUp, milliseconds)
    work.then(resolve, giveUp).finally(cancel)
  })
}

export const sleep = (milliseconds: number, timer: Timer): Promise<void> =>
  new Promise((resolve) => void timer(resolve, milliseconds))

/** So long ago; or as long ahead, where the clock was put back. */
export const isPast = (since: number, seconds: number, now: number): boolean =>
  Math.abs(now - since) >= seconds
