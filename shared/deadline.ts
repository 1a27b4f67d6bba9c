/** Waiting, with an end. */
import type { Timer } from './ports.ts'

export const startTimer: Timer = (callback, milliseconds) => {
  const timer = setTimeout(callback, milliseconds)
  return () => clearTimeout(timer)
}

/** What `work` gives, or `late` when it takes too long or fails; the work itself is not stopped. */
export function within<T, L>(
  work: Promise<T>,
  milliseconds: number,
  timer: Timer,
  late: L,
): Promise<T | L> {
  return new Promise((resolve) => {
    const cancel = timer(() => resolve(late), milliseconds)
    const finish = (value: T | L) => {
      cancel()
      resolve(value)
    }
    work.then(finish, () => finish(late))
  })
}

export const sleep = (milliseconds: number, timer: Timer): Promise<void> =>
  new Promise((resolve) => void timer(resolve, milliseconds))
