/** How much is measured: enough for a claim, or enough for a look. */

export interface Pace {
  readonly name: 'full' | 'quick'
  /** Of each duel; medians are taken over them. */
  readonly rounds: number
  /** A batch is sized to take about this long. */
  readonly batchMs: number
  readonly warmUpMs: number
  /** After this a duel ends with the rounds it has. */
  readonly limitMs: number
  /** Distinct tokens of each algorithm: more than any cache that is measured holds. */
  readonly tokens: number
  /** Fresh processes of each kind. */
  readonly processes: number
  /** Requests a Worker serves in one turn. */
  readonly requests: number
  readonly workerRounds: number
  /** Distinct tokens through one instance, for its heap. */
  readonly heapTokens: number
}

export const PACES: Readonly<Record<Pace['name'], Pace>> = {
  full: {
    name: 'full',
    rounds: 41,
    batchMs: 12,
    warmUpMs: 300,
    limitMs: 40_000,
    tokens: 6_000,
    processes: 21,
    requests: 2_000,
    workerRounds: 21,
    heapTokens: 100_000,
  },
  quick: {
    name: 'quick',
    rounds: 11,
    batchMs: 5,
    warmUpMs: 60,
    limitMs: 8_000,
    tokens: 4_000,
    processes: 5,
    requests: 1_000,
    workerRounds: 7,
    heapTokens: 20_000,
  },
}
