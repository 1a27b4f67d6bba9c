/**
 * Contenders that take turns in small batches within one run, so that whatever slows the machine
 * down slows all of them down. The order is drawn anew each round, because a batch also pays for
 * the garbage of the one before it: nobody always follows the same neighbour.
 */
import type { Pace } from './pace.ts'
import { createRandom } from './random.ts'
import { rounds } from './rounds.ts'
import type { Cell } from './table.ts'

export interface Contender {
  readonly row: string
  readonly column: string
  /** Prepares so many operations, outside the clock; what it returns performs them. */
  readonly prepare: (count: number) => () => unknown
}

/** Each operation's time in microseconds, by round. */
export async function duel(contenders: readonly Contender[], pace: Pace): Promise<readonly Cell[]> {
  const entries = []
  for (const contender of contenders) {
    entries.push({ contender, count: await warmUp(contender, pace), times: [] as number[] })
  }
  for (const turn of rounds(pace.rounds, pace)) {
    for (const { contender, count, times } of draw(entries, turn)) {
      times.push((await timeBatch(contender, count)) / count)
    }
  }
  return entries.map(({ contender: { row, column }, times }) => ({
    row,
    column,
    rounds: times,
  }))
}

/** The same order each time that the bench is run. */
function draw<T>(entries: readonly T[], turn: number): readonly T[] {
  const { next } = createRandom(`round ${turn}`)
  const lots = entries.map((entry) => ({ entry, lot: next() }))
  return lots.toSorted((one, other) => one.lot - other.lot).map(({ entry }) => entry)
}

/** A batch prepares its input in memory, a kilobyte or so for each operation. */
const BATCH_MAX = 2_000
/** An operation that takes longer than a batch should is still done a few times. */
const BATCH_MIN = 2

/** Until the code is hot; gives the number of operations that fill a batch. */
async function warmUp(contender: Contender, { warmUpMs, batchMs }: Pace): Promise<number> {
  const end = performance.now() + warmUpMs
  let count = BATCH_MIN
  let spent = 0
  do {
    spent = await timeBatch(contender, count)
    const wanted = Math.round((count * batchMs * 1000) / spent)
    count = Math.min(Math.max(wanted, BATCH_MIN), BATCH_MAX, count * 4)
  } while (performance.now() < end)
  return count
}

async function timeBatch({ prepare }: Contender, count: number): Promise<number> {
  const run = prepare(count)
  const start = performance.now()
  await run()
  return (performance.now() - start) * 1000
}

/** One operation by its index: a promise, or not. */
export type Operation = (index: number) => unknown

export type Schedule = (operation: Operation, count: number) => () => unknown

export const inSequence: Schedule = (operation, count) => () => {
  for (let index = 0; index < count; index += 1) operation(index)
}

export const oneAtATime: Schedule = (operation, count) => async () => {
  for (let index = 0; index < count; index += 1) await operation(index)
}

/** As a busy server does: each of so many callers begins its next when its last has ended. */
export const atOnce =
  (callers: number): Schedule =>
  (operation, count) =>
  async () => {
    let next = 0
    const call = async () => {
      while (next < count) {
        const index = next
        next += 1
        await operation(index)
      }
    }
    await Promise.all(Array.from({ length: callers }, call))
  }
