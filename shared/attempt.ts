/** An attempt at a shared tier, which may fail: then the operator is told, and life goes on. */
import { within } from './deadline.ts'
import { STORE_TIMEOUT_MS } from './limits.ts'
import type { Store, Timer } from './ports.ts'

/** Thrown by a `Store`: its message is logged. Of any other error only that there was one. */
export class StoreError extends Error {}

export type Attempt = <T>(store: Store, work: () => Promise<T>) => Promise<T | undefined>

/** Asks a shared tier; undefined, and `tell` is told which and why, where it throws or dawdles. */
export const createAttempt =
  (timer: Timer, tell: (fault: string) => void): Attempt =>
  async (store, work) => {
    let fault = 'timeout'
    const fail = (error: unknown) => {
      // A client of somebody's own may have its password in the message.
      fault = error instanceof StoreError ? error.message : 'failed'
      throw error
    }
    // A store may also throw before it promises anything.
    const working = Promise.resolve().then(work).catch(fail)
    const outcome = await within(working, STORE_TIMEOUT_MS, timer)
    if (outcome === undefined) tell(`${store.name}: ${fault}`)
    return outcome
  }
