/** Rounds of a duel: as many as the pace says, fewer where the machine is so slow that time runs out. */
import type { Pace } from './pace.ts'

/** A median of less is no median. */
const LEAST = 5

export function* rounds(count: number, { limitMs }: Pace): Generator<number> {
  const end = performance.now() + limitMs
  for (let turn = 0; turn < count; turn += 1) {
    if (turn >= LEAST && performance.now() > end) return
    yield turn
  }
}
