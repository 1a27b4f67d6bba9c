import { setTimeout } from 'node:timers/promises'

/**
 * What a piece of synchronous work gives, and the milliseconds this thread computed for it. The time
 * in which others had the processor is not among them.
 */
export function measure<T>(work: () => T): { readonly outcome: T; readonly ms: number } {
  const before = process.threadCpuUsage()
  const outcome = work()
  const { user, system } = process.threadCpuUsage(before)
  return { outcome, ms: (user + system) / 1000 }
}

/**
 * For `Promise.race`: rings after what should be over before. A machine that keeps this process from
 * its work keeps the alarm from ringing as well.
 */
export const alarm = (milliseconds: number): Promise<'too late'> =>
  setTimeout(milliseconds, 'too late' as const, { ref: false })
