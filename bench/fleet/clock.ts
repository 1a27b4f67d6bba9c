/**
 * Simulated time for code that waits by promises. Time stands still while any of that code can
 * still run: it moves on to the next appointment only once every micro-task has settled.
 */
import type { Timer } from '../../shared/ports.ts'
import { createHeap } from './heap.ts'

export interface Clock {
  /** Milliseconds since the simulation began. */
  now(): number
  /** Calls back once, unless cancelled. Appointments of one instant keep their order. */
  at(time: number, callback: () => void): () => void
  readonly timer: Timer
  sleep(milliseconds: number): Promise<void>
  /** Keeps every appointment up to then, and those they lead to, and stops there. */
  runTo(time: number): Promise<void>
  /**
   * May `start` be called for that time without `runTo` before it? A turn of the event loop costs
   * ten times what a request costs that finds its key in memory.
   */
  isIdle(time: number): boolean
  start(time: number, work: () => void): void
  /** How many were ever made: work that makes none is over but for its micro-tasks. */
  appointments(): number
}

interface Appointment {
  readonly time: number
  readonly callback: () => void
  isCancelled: boolean
}

/** Micro-tasks of works that made no appointment may wait; their memory should not pile up. */
const QUIET_WORKS = 256

export function createClock(): Clock {
  const heap = createHeap<Appointment>()
  let now = 0
  let made = 0
  /** Since micro-tasks last settled: works that made no appointment, and did any make one? */
  let quiet = 0
  let isStirred = false

  const at = (time: number, callback: () => void) => {
    if (time < now) throw new Error(`an appointment in the past: ${time} < ${now}`)
    made += 1
    const appointment = { time, callback, isCancelled: false }
    heap.push(time, appointment)
    return () => {
      appointment.isCancelled = true
    }
  }
  const timer: Timer = (callback, milliseconds) => at(now + milliseconds, callback)

  const settle = async () => {
    const before = made
    const wasQuiet = !isStirred
    // The event loop takes its next turn only when no micro-task is left.
    if (isStirred || quiet > 0) await new Promise((resolve) => setImmediate(resolve))
    if (wasQuiet && made !== before) throw new Error('time moved on before an instant was over')
    isStirred = false
    quiet = 0
  }

  const keep = (appointment: Appointment | undefined) => {
    if (!appointment || appointment.isCancelled) return
    isStirred = true
    appointment.callback()
  }

  return {
    now: () => now,
    at,
    timer,
    sleep: (milliseconds) => new Promise((resolve) => void timer(resolve, milliseconds)),
    async runTo(time) {
      for (await settle(); heap.least() <= time; await settle()) {
        now = heap.least()
        while (heap.least() <= now) keep(heap.pop())
      }
      now = time
    },
    isIdle: (time) => !isStirred && quiet < QUIET_WORKS && heap.least() > time,
    start(time, work) {
      if (time < now || isStirred || heap.least() <= time) throw new Error('run to this time first')
      now = time
      const before = made
      work()
      isStirred = made !== before
      if (!isStirred) quiet += 1
    },
    appointments: () => made,
  }
}
