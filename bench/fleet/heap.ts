/** A queue whose least entry comes out first; of equals, the one that went in first. */
export interface Heap<T> {
  push(rank: number, value: T): void
  pop(): T | undefined
  /** Rank of the next one out; Infinity where there is none. */
  least(): number
}

interface Entry<T> {
  readonly rank: number
  readonly order: number
  readonly value: T
}

const isBefore = <T>(a: Entry<T>, b: Entry<T>): boolean =>
  a.rank < b.rank || (a.rank === b.rank && a.order < b.order)

export function createHeap<T>(): Heap<T> {
  const entries: Entry<T>[] = []
  let order = 0

  /** Puts `entry` at `place` or where its parents are before it. */
  const rise = (entry: Entry<T>, from: number) => {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = entries[above]
      if (!parent || isBefore(parent, entry)) break
      entries[place] = parent
      place = above
    }
    entries[place] = entry
  }

  const sink = (entry: Entry<T>) => {
    let place = 0
    for (;;) {
      const left = entries[2 * place + 1]
      const right = entries[2 * place + 2]
      const isRight = left !== undefined && right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (!child || isBefore(entry, child)) break
      entries[place] = child
      place = 2 * place + (isRight ? 2 : 1)
    }
    entries[place] = entry
  }

  return {
    push(rank, value) {
      order += 1
      rise({ rank, order, value }, entries.length)
    },
    pop() {
      const [first] = entries
      const last = entries.pop()
      if (last && entries.length > 0) sink(last)
      return first?.value
    },
    least: () => entries[0]?.rank ?? Infinity,
  }
}
