/** Waiting, with an end. */
import { STORE_TIMEOUT_MS } from './limits.ts'
import type { Store, Timer } from './ports.ts'

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

export type Attempt = <T>(store: Store, work: () => Promise<T>) => Promise<T | undefined>

/** Asks a shared tier; undefined, and `tell` is told, where it throws or dawdles. */
export const createAttempt =
  (timer: Timer, tell: (store: string) => void): Attempt =>
  async (store, work) => {
    // A store may also throw before it promises anything.
    const outcome = await within(Promise.resolve().then(work), STORE_TIMEOUT_MS, timer)
    if (outcome === undefined) tell(store.name)
    return outcome
  }

export const sleep = (milliseconds: number, timer: Timer): Promise<void> =>
  new Promise((resolve) => void timer(resolve, milliseconds))
