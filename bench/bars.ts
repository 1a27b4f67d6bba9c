/**
 * What is promised of speed and size: data, judged by `judge.ts`. A bar that is missed stays here and
 * is reported as missed.
 */
import budget from './budget.json' with { type: 'json' }
import {
  ACCEPTED,
  ALGORITHMS,
  atOnce,
  AWS,
  BARE,
  BARE_DECODING,
  COLD,
  FAST_CACHED,
  GROWTH,
  JOSE,
  OPAQUE,
  OURS,
  POLICY,
  REFUSALS,
  ROUTING,
  SIZE,
  WORKER,
} from './names.ts'

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
  subject: [OURS, atOnce(algorithm, 1)],
  against: [JOSE, atOnce(algorithm, 1)],
  atLeast: 1,
  reason: 'all checks of ours, in the time that jose takes for signature and claims alone',
  possible: [
    [BARE, atOnce(algorithm, 1)],
    [BARE_DECODING, atOnce(algorithm, 1)],
  ],
}))

const crowd = ALGORITHMS.flatMap((algorithm): readonly Bar[] => {
  const column = atOnce(algorithm, 64)
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
    subject: [ROUTING.routes(1_000), ROUTING.match],
    against: [ROUTING.routes(10), ROUTING.match],
    atMost: 2,
    reason: 'a match costs what the path is long, not what the table is',
  },
  ...[POLICY.other, POLICY.first].map((row): Bar => ({
    name: `policy: ${row}`,
    measure: 'value',
    table: 'policy',
    subject: [row, POLICY.column],
    atMost: 200,
    reason: 'a policy is compiled while a caller waits',
  })),
]

const told: Bar = {
  name: 'opaque: against a JWT, both remembered',
  measure: 'cost',
  table: 'opaque',
  subject: [OPAQUE.opaque, OPAQUE.column],
  against: [OPAQUE.jwt, OPAQUE.column],
  atMost: 3,
  reason: 'a token that the issuer was asked about is as good as a JWT for a while',
}

const workers = ['RS256', 'ES256'].flatMap((column): readonly Bar[] => [
  {
    name: `Worker ${column}: repeated token against no guard`,
    measure: 'speed',
    table: 'worker',
    subject: [WORKER.repeated, column],
    against: [WORKER.unguarded, column],
    atLeast: 0.85,
    reason: 'the guard stands before every request',
    possible: [[WORKER.identified, column]],
  },
  {
    name: `Worker ${column}: distinct tokens against jose alone`,
    measure: 'speed',
    table: 'worker',
    subject: [WORKER.distinct, column],
    against: [WORKER.jose, column],
    atLeast: 0.9,
    reason: 'routes, rules and clean headers may cost a tenth of a bare check',
    possible: [[WORKER.joseForwarding, column]],
  },
])

const colds: readonly Bar[] = [
  {
    name: 'cold start: keys at hand, against jose',
    measure: 'cost',
    table: 'cold',
    subject: [COLD.oursSecret, COLD.loadAndCall],
    against: [COLD.joseSecret, COLD.loadAndCall],
    atMost: 1.25,
    reason: 'API Gateway waits for the first call',
    possible: [
      [COLD.webCrypto, COLD.loadAndCall],
      [COLD.oursCompiled, COLD.loadAndCall],
      [COLD.joseCompiled, COLD.loadAndCall],
    ],
  },
  {
    name: 'cold start: one fetch of the keys, against an empty process',
    measure: 'cost',
    table: 'cold',
    subject: [COLD.oursFetch, COLD.process],
    against: [COLD.empty, COLD.process],
    atMost: 2.1,
    reason: '`fetch` would load tens of milliseconds of Node; a lean client does not',
    possible: [
      [COLD.emptyHttp, COLD.process],
      [COLD.joseFetch, COLD.process],
    ],
  },
  {
    name: 'cold start: loading and deciding, over an empty process',
    measure: 'added',
    table: 'cold',
    subject: [COLD.oursSecret, COLD.process],
    against: [COLD.empty, COLD.process],
    atMost: 25,
    reason: 'what the function adds to a start that the platform makes anyway',
    possible: [
      [COLD.webCrypto, COLD.process],
      [COLD.joseSecret, COLD.process],
    ],
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
    subject: [SIZE.worker, SIZE.gzip],
    atMost: budget.worker.gzipBytes,
    reason: 'budget.json',
  },
  {
    name: 'size: Lambda',
    measure: 'value',
    table: 'size',
    subject: [SIZE.lambda, SIZE.gzip],
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
  told,
  ...workers,
  ...colds,
  ...sizes,
]
