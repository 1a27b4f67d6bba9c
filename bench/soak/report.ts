import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { format } from 'prettier'
import type { Door } from './doors.ts'
import type { Answered } from './load.ts'
import { growthOf, median, quantile, type Sample } from './memory.ts'
import { PHASES, type Phase } from './phases.ts'
import { KINDS, type Kind } from './tokens.ts'

const PAGE = 'bench/soak.md'

/** After a fault, or a start, an unknown key may still be one that nobody could ask about. */
const RECOVERY_MS = 12_000
/** Freshness and a refresh behind an answer: until then a withdrawn key may be trusted. */
const WITHDRAWAL_MS = 9_000
/**
 * Megabytes of growth. An isolate's heap after a garbage collection is exact. A process grows and
 * shrinks by itself, workerd's under a Worker that only forwards, too: it is told, and not judged.
 */
const FLAT: Readonly<Record<keyof Sample, number>> = {
  guard: 2,
  function: 2,
  node: Infinity,
  workerd: Infinity,
}

/** Such a token is refused, unless the machine is too busy for the issuer to answer in time. */
const UNJUDGED = 0.25

interface Row {
  requests: number
  readonly milliseconds: number[]
  asked: number
}

export interface SoakRecord {
  begin(phase: Phase): void
  asked(count: number): void
  add(door: Door, answered: Answered): void
  readonly phases: ReadonlyMap<string, Row>
  /** Door, kind and status → how often. */
  readonly counts: ReadonlyMap<string, number>
  /** Which answers were wrong. */
  readonly wrong: readonly string[]
  /** Tokens that named a key the issuer does not list, while it was well. */
  readonly unlisted: { readonly asked: number; readonly unjudged: number }
}

export function createRecord(): SoakRecord {
  const phases = new Map<string, Row>()
  const counts = new Map<string, number>()
  const wrong: string[] = []
  const unlisted = { asked: 0, unjudged: 0 }
  let current: Phase | undefined
  // Cold instances have asked nobody yet.
  let lastFaultAt = performance.now()
  let withdrawnAt = -Infinity
  const rowOf = (): Row => {
    const name = current?.name ?? ''
    const row = phases.get(name) ?? { requests: 0, milliseconds: [], asked: 0 }
    phases.set(name, row)
    return row
  }
  const judge = (kind: Kind, status: number, outage: number): 'right' | 'wrong' | 'none' => {
    const now = performance.now()
    if (status === EXPECTED[kind]) return 'right'
    // About a key that is not listed the issuer has to be asked, and may not answer in time.
    if (kind === 'unknown' || kind === 'withdrawn') {
      if (status === outage) return 'none'
      return kind === 'withdrawn' && status === 200 && now < withdrawnAt + WITHDRAWAL_MS
        ? 'right'
        : 'wrong'
    }
    return 'wrong'
  }
  const isWell = () => current?.isWell === true && performance.now() > lastFaultAt + RECOVERY_MS
  return {
    phases,
    counts,
    wrong,
    unlisted,
    begin(phase) {
      if (current?.isWell === false) lastFaultAt = performance.now()
      if (phase.name.includes('withdrawn')) withdrawnAt = performance.now()
      current = phase
    },
    asked: (count) => void (rowOf().asked += count),
    add({ name, outage }, { kind, status, milliseconds }) {
      const row = rowOf()
      row.requests += 1
      row.milliseconds.push(milliseconds)
      const key = `${name} | ${kind} | ${status}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
      const verdict = judge(kind, status, outage)
      if (verdict === 'wrong') wrong.push(`${current?.name}: ${key}`)
      if (isWell() && (kind === 'unknown' || kind === 'withdrawn')) {
        unlisted.asked += 1
        if (verdict === 'none') unlisted.unjudged += 1
      }
    },
  }
}

const EXPECTED: Readonly<Record<Kind, number>> = {
  good: 200,
  poor: 403,
  expired: 401,
  forged: 401,
  unknown: 401,
  withdrawn: 401,
}

export interface Run {
  readonly minutes: number
  readonly perSecond: number
}

const NAMES: readonly (keyof Sample)[] = ['guard', 'function', 'node', 'workerd']

/** True where nothing was wrong. */
export async function writeReport(
  record: SoakRecord,
  memory: readonly Sample[],
  run: Run,
): Promise<boolean> {
  const growth = (name: keyof Sample) => growthOf(memory.map((sample) => sample[name]))
  const describeGrowth = (name: keyof Sample): string => {
    const usual = median(memory.map((sample) => sample[name]))
    return `${usual.toFixed(1)} MB (${growth(name) < 0 ? '' : '+'}${growth(name).toFixed(1)})`
  }
  const isFlat = NAMES.every((name) => growth(name) <= FLAT[name])
  const [cpu] = cpus()
  const text = `# Soak

\`npm run soak\`: ${run.minutes} min, ${run.perSecond} requests a second at each door; one in twenty of each bad kind.
Node ${process.version}, ${availableParallelism()} × ${cpu?.model.trim() ?? 'unknown processor'}, shared with the load and the issuer.
Keys are fresh for 2 s and stale for 60 s.

**${record.wrong.length} wrong verdicts** among ${sum(record.counts)}; ${failuresOf(record)} answers 5xx, or none, to good tokens.
Of ${record.unlisted.asked} tokens that named a key the issuer does not list, ${record.unlisted.unjudged} were left unjudged (5xx) while it was well.
Memory, and its growth from the second quarter to the last. After a garbage collection: the guard's isolate
${describeGrowth('guard')}, the function's ${describeGrowth('function')}. Of the processes: workerd ${describeGrowth('workerd')}, and the one that holds
function, gateway, load and issuer, with every answer that it counts, ${describeGrowth('node')}.

${table(['phase of a minute', 'requests', 'p50 ms', 'p99 ms', 'asked of the issuer a second'], phaseRows(record, run))}

${table(['door', 'token', ...STATUSES.map(String)], countRows(record))}
`
  process.stdout.write(`\n${text}${isFlat ? '' : '\nmemory grows\n'}`)
  for (const line of new Set(record.wrong)) process.stdout.write(`wrong: ${line}\n`)
  const { asked, unjudged } = record.unlisted
  const isRight = record.wrong.length === 0 && isFlat && unjudged <= asked * UNJUDGED
  if (isRight) writeFileSync(PAGE, await format(text, { parser: 'markdown' }))
  return isRight
}

const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0)

const failuresOf = ({ counts }: SoakRecord): number =>
  [...counts]
    .filter(([key]) => / good \| (?:0|5\d\d)$/.test(key))
    .reduce((total, [, count]) => total + count, 0)

const phaseRows = ({ phases }: SoakRecord, { minutes }: Run): readonly string[][] =>
  [...phases].map(([name, { requests, milliseconds, asked }]) => [
    name,
    String(requests),
    median(milliseconds).toFixed(1),
    quantile(milliseconds, 0.99).toFixed(1),
    (asked / minutes / secondsOf(name)).toFixed(1),
  ])

const secondsOf = (name: string): number => PHASES.find((one) => one.name === name)?.seconds ?? 1

const STATUSES = [200, 401, 403, 500, 503, 0] as const

function countRows({ counts }: SoakRecord): readonly string[][] {
  const doors = [...new Set([...counts.keys()].map((key) => key.split(' | ')[0] ?? ''))]
  return doors.flatMap((door) =>
    KINDS.map((kind) => [
      door,
      kind,
      ...STATUSES.map((status) => String(counts.get(`${door} | ${kind} | ${status}`) ?? '')),
    ]),
  )
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
