/** Counting in fixed space: by hour, and as histograms. */
export interface Hourly {
  add(time: number, count?: number): void
  readonly hours: readonly number[]
  sum(): number
}

export function createHourly(hours: number): Hourly {
  const counts = Array.from({ length: Math.ceil(hours) }, () => 0)
  return {
    hours: counts,
    add(time, count = 1) {
      // Work that began in the last second may end after it.
      const hour = Math.min(Math.floor(time / 3_600_000), counts.length - 1)
      counts[hour] = (counts[hour] ?? 0) + count
    },
    sum: () => counts.reduce((sum, count) => sum + count, 0),
  }
}

export interface Histogram {
  add(value: number): void
  readonly count: number
  readonly max: number
  /** The upper edge of the bin below which that share of the values is, never above `max`. */
  quantile(share: number): number
  /** How many values there are from `least` to below `most`, to the bin. */
  between(least: number, most: number): number
}

export function createHistogram(binSize: number, most: number): Histogram {
  const bins = new Float64Array(Math.ceil(most / binSize) + 1)
  let [count, max] = [0, 0]
  return {
    get count() {
      return count
    },
    get max() {
      return max
    },
    add(value) {
      const bin = Math.min(Math.floor(value / binSize), bins.length - 1)
      bins[bin] = (bins[bin] ?? 0) + 1
      count += 1
      max = Math.max(max, value)
    },
    quantile(share) {
      let [bin, below] = [0, bins[0] ?? 0]
      while (below < share * count && bin < bins.length - 1) below += bins[(bin += 1)] ?? 0
      return Math.min((bin + 1) * binSize, max)
    },
    between: (least, most) =>
      bins.subarray(least / binSize, most / binSize).reduce((sum, held) => sum + held, 0),
  }
}

/** What one way of getting keys did with the trace. */
export interface Tally {
  readonly asked: { readonly discovery: Hourly; readonly jwks: Hourly }
  readonly requests: Hourly
  /** Requests that were answered only after an exchange with the issuer. */
  readonly waited: Hourly
  readonly waitMs: Histogram
  /** Age of a withdrawal at which a token of the withdrawn key was still accepted. Seconds. */
  readonly staleSeconds: Histogram
  /** The same of all tokens of withdrawn keys, accepted or not. */
  readonly withdrawnSeconds: Histogram
  readonly verdicts: Record<Verdict, number>
  /** Good tokens that could not be judged, by hour. */
  readonly unavailable: Hourly
}

export type Verdict =
  'allowed' | 'allowedStale' | 'allowedWrongly' | 'refused' | 'refusedWrongly' | 'unavailable'

export const createTally = (hours: number): Tally => ({
  asked: { discovery: createHourly(hours), jwks: createHourly(hours) },
  requests: createHourly(hours),
  waited: createHourly(hours),
  waitMs: createHistogram(10, 12_000),
  staleSeconds: createHistogram(1, 8_000),
  withdrawnSeconds: createHistogram(1, 8_000),
  verdicts: {
    allowed: 0,
    allowedStale: 0,
    allowedWrongly: 0,
    refused: 0,
    refusedWrongly: 0,
    unavailable: 0,
  },
  unavailable: createHourly(hours),
})
