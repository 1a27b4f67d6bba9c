/**
 * What is promised of speed and size: data, judged by `judge.ts`. A bar that is missed stays here and
 * is reported as missed.
 */
import budget from './budget.json' with { type: 'json' }
import { OURS } from './ours.ts'
import { AWS, BARE, BARE_DECODING, FAST_CACHED, JOSE } from './peers.ts'
import * as cold from './sections/cold.ts'
import { GROWTH } from './sections/memory.ts'
import * as policy from './sections/policy.ts'
import { ACCEPTED, REFUSALS } from './sections/refuse.ts'
import { MATCH, rowOf } from './sections/routing.ts'
import * as size from './sections/size.ts'
import * as worker from './sections/worker.ts'
import { ALGORITHMS } from './tokens.ts'

export type Place = readonly [row: string, column: string]

export interface Bar {
  readonly name: string
  /** `speed`: times as fast as; `cost`: times the cost of; `added`: on top of; `value`: by itself. */
  readonly measure: 'speed' | 'cost' | 'added' | 'value'
  readonly table: string
  readonly subject: Place
  readonly against?: Place
  readonly atLeast?: number
  readonly atMost?: number
  readonly reason: string
  /** Others to hold against the same, where the bar is missed: what would be possible. */
  readonly possible?: readonly Place[]
}

const repeated = ALGORITHMS.flatMap((column): readonly Bar[] => [
  {
    name: `repeated ${column}: as fast as fast-jwt's cache`,
    measure: 'speed',
    table: 'repeat',
    subject: [OURS, column],
    against: [FAST_CACHED, column],
    atLeast: 1,
    reason: 'the whole decision costs no more than the look-up alone does in the fastest peer',
  },
  {
    name: `repeated ${column}: against jose`,
    measure: 'speed',
    table: 'repeat',
    subject: [OURS, column],
    against: [JOSE, column],
    atLeast: 40,
    reason: 'nearly every request of a session brings a token that was seen before',
  },
])

const distinct = ALGORITHMS.map((algorithm): Bar => ({
  name: `distinct ${algorithm}: against jose`,
  measure: 'speed',
  table: 'accept',
  subject: [OURS, `${algorithm} ×1`],
  against: [JOSE, `${algorithm} ×1`],
  atLeast: 1,
  reason: 'jose verifies the signature for us: every check of ours has to hide behind it',
  possible: [
    [BARE, `${algorithm} ×1`],
    [BARE_DECODING, `${algorithm} ×1`],
  ],
}))

const crowd = ALGORITHMS.flatMap((algorithm): readonly Bar[] => {
  const column = `${algorithm} ×64`
  const ofBare: Bar = {
    name: `64 at once ${algorithm}: against the bare signature`,
    measure: 'speed',
    table: 'accept',
    subject: [OURS, column],
    against: [BARE, column],
    atLeast: 0.8,
    reason: 'the signature is what a token has to cost; the rest may add a quarter',
    possible: [
      [BARE_DECODING, column],
      [JOSE, column],
    ],
  }
  const ofAws: Bar = {
    name: `64 at once ${algorithm}: against aws-jwt-verify`,
    measure: 'speed',
    table: 'accept',
    subject: [OURS, column],
    against: [AWS, column],
    atLeast: 2,
    reason: 'a synchronous verifier uses one CPU; ours leaves the signature to the platform',
    possible: [
      [BARE, column],
      [JOSE, column],
    ],
  }
  return algorithm === 'PS256' ? [ofBare] : [ofBare, ofAws]
})

const refusals = REFUSALS.map((row): Bar => ({
  name: `refused, ${row}: against accepting`,
  measure: 'cost',
  table: 'refuse',
  subject: [row, OURS],
  against: [ACCEPTED, OURS],
  atMost: 1,
  reason: 'who sends bad tokens must not cost more than who sends good ones',
}))

/** At most so many times what the same refusal costs jose. */
const AGAINST_JOSE: Readonly<Record<string, number>> = {
  expired: 1.15,
  'bad signature': 1.15,
  'wrong audience': 1.15,
  'unknown kid': 0.8,
  'alg none': 0.5,
  garbage: 0.5,
  '1 MB of dots': 0.001,
}

const refusalsOfJose = Object.entries(AGAINST_JOSE).map(([row, atMost]): Bar => ({
  name: `refused, ${row}: against jose`,
  measure: 'cost',
  table: 'refuse',
  subject: [row, OURS],
  against: [row, JOSE],
  atMost,
  reason: 'shape, header and key are looked at before the signature',
}))

const floods: readonly Bar[] = [
  {
    name: 'refused, garbage',
    measure: 'value',
    table: 'refuse',
    subject: ['garbage', OURS],
    atMost: 3,
    reason: 'a flood of nonsense is refused by its shape',
  },
  {
    name: 'refused, 1 MB without dots',
    measure: 'value',
    table: 'refuse',
    subject: ['1 MB, no dots', OURS],
    atMost: 10,
    reason: 'the length is looked at first',
  },
]

const rules: readonly Bar[] = [
  {
    name: 'routing: 1,000 routes against 10',
    measure: 'cost',
    table: 'routing',
    subject: [rowOf(1_000), MATCH],
    against: [rowOf(10), MATCH],
    atMost: 2,
    reason: 'a match costs what the path is long, not what the table is',
  },
  ...[policy.OTHER, policy.FIRST].map((row): Bar => ({
    name: `policy: ${row}`,
    measure: 'value',
    table: 'policy',
    subject: [row, policy.POLICY],
    atMost: 200,
    reason: 'a policy is compiled while a caller waits',
  })),
]

const workers = ['RS256', 'ES256'].flatMap((column): readonly Bar[] => [
  {
    name: `Worker ${column}: repeated token against no guard`,
    measure: 'speed',
    table: 'worker',
    subject: [worker.REPEATED, column],
    against: [worker.UNGUARDED, column],
    atLeast: 0.85,
    reason: 'the guard stands before every request',
  },
  {
    name: `Worker ${column}: distinct tokens against jose alone`,
    measure: 'speed',
    table: 'worker',
    subject: [worker.DISTINCT, column],
    against: [worker.JOSE_WORKER, column],
    atLeast: 0.9,
    reason: 'routes, rules and clean headers may cost a tenth of a bare check',
  },
])

const colds: readonly Bar[] = [
  {
    name: 'cold start: keys at hand, against jose',
    measure: 'cost',
    table: 'cold',
    subject: [cold.OURS_SECRET, cold.LOAD_AND_CALL],
    against: [cold.JOSE_SECRET, cold.LOAD_AND_CALL],
    atMost: 1.25,
    reason: 'API Gateway waits for the first call',
  },
  {
    name: 'cold start: one fetch of the keys, against an empty process',
    measure: 'cost',
    table: 'cold',
    subject: [cold.OURS_FETCH, cold.PROCESS],
    against: [cold.EMPTY, cold.PROCESS],
    atMost: 2.1,
    reason: '`fetch` would load tens of milliseconds of Node; a lean client does not',
    possible: [
      [cold.EMPTY_HTTP, cold.PROCESS],
      [cold.JOSE_FETCH, cold.PROCESS],
    ],
  },
  {
    name: 'cold start: loading and deciding, over an empty process',
    measure: 'added',
    table: 'cold',
    subject: [cold.OURS_SECRET, cold.PROCESS],
    against: [cold.EMPTY, cold.PROCESS],
    atMost: 25,
    reason: 'what the function adds to a start that the platform makes anyway',
  },
]

const sizes: readonly Bar[] = [
  {
    name: 'memory: 100,000 distinct tokens',
    measure: 'value',
    table: 'memory',
    subject: [OURS, GROWTH],
    atMost: 16,
    reason: 'whatever is remembered is bounded; a Worker has 128 MB',
  },
  {
    name: 'size: Worker',
    measure: 'value',
    table: 'size',
    subject: [size.WORKER, size.GZIP],
    atMost: budget.worker.gzipBytes,
    reason: 'budget.json',
  },
  {
    name: 'size: Lambda',
    measure: 'value',
    table: 'size',
    subject: [size.LAMBDA, size.GZIP],
    atMost: budget.lambda.gzipBytes,
    reason: 'budget.json',
  },
]

export const BARS: readonly Bar[] = [
  ...repeated,
  ...distinct,
  ...crowd,
  ...refusals,
  ...refusalsOfJose,
  ...floods,
  ...rules,
  ...workers,
  ...colds,
  ...sizes,
]
