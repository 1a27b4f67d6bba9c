import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import type { Door } from './doors.ts'
import type { Answered } from './load.ts'
import { growthOf, median, quantile, type Memory } from './memory.ts'
import { PHASES, type Phase } from './phases.ts'
import { KINDS, type Kind } from './tokens.ts'

const PAGE = 'bench/soak.md'

/** After a fault ends, an unknown key may still be one that nobody could ask about. */
const RECOVERY_MS = 12_000
/** Freshness and a refresh behind an answer: until then a withdrawn key may be trusted. */
const WITHDRAWAL_MS = 9_000
/** Megabytes of growth, in processes that grow and shrink by themselves. */
const FLAT = 48

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
}

export function createRecord(): SoakRecord {
  const phases = new Map<string, Row>()
  const counts = new Map<string, number>()
  const wrong: string[] = []
  let current: Phase | undefined
  let lastFaultAt = -Infinity
  let withdrawnAt = -Infinity
  const rowOf = (): Row => {
    const name = current?.name ?? ''
    const row = phases.get(name) ?? { requests: 0, milliseconds: [], asked: 0 }
    phases.set(name, row)
    return row
  }
  const isAsExpected = (kind: Kind, status: number, outage: number): boolean => {
    const now = performance.now()
    const isWell = current?.isWell === true && now - lastFaultAt > RECOVERY_MS
    if (status === EXPECTED[kind]) return true
    if (kind === 'unknown') return !isWell && status === outage
    // An outage that comes soon after may make it last until the set is read again.
    if (kind === 'withdrawn') {
      return status === 200 ? now - withdrawnAt < WITHDRAWAL_MS : !isWell && status === outage
    }
    return false
  }
  return {
    phases,
    counts,
    wrong,
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
      if (!isAsExpected(kind, status, outage)) wrong.push(`${current?.name}: ${key}`)
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

/** True where nothing was wrong. */
export function writeReport(record: SoakRecord, memory: readonly Memory[], run: Run): boolean {
  const growth = {
    node: growthOf(memory.map(({ node }) => node)),
    workerd: growthOf(memory.map(({ workerd }) => workerd)),
  }
  const isFlat = Math.max(growth.node, growth.workerd) <= FLAT
  const [cpu] = cpus()
  const text = `# Soak

\`npm run soak\`: ${run.minutes} min, ${run.perSecond} requests a second at each door; one in twenty of each bad kind.
Node ${process.version}, ${availableParallelism()} × ${cpu?.model.trim() ?? 'unknown processor'}, shared with the load and the issuer.
Keys are fresh for 2 s and stale for 60 s.

**${record.wrong.length} wrong verdicts** among ${sum(record.counts)}; ${failuresOf(record)} answers 5xx, or none, to good tokens.
Memory: ${describeMemory('workerd', memory, growth)}; ${describeMemory('node', memory, growth)} (function, gateway, load and issuer).

${table(['phase of a minute', 'requests', 'p50 ms', 'p99 ms', 'asked of the issuer a second'], phaseRows(record, run))}

${table(['door', 'token', ...STATUSES.map(String)], countRows(record))}
`
  process.stdout.write(`\n${text}${isFlat ? '' : '\nmemory grows\n'}`)
  for (const line of new Set(record.wrong)) process.stdout.write(`wrong: ${line}\n`)
  const isRight = record.wrong.length === 0 && isFlat
  if (isRight) writeFileSync(PAGE, text)
  return isRight
}

const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0)

const failuresOf = ({ counts }: SoakRecord): number =>
  [...counts]
    .filter(([key]) => / good \| (?:0|5\d\d)$/.test(key))
    .reduce((total, [, count]) => total + count, 0)

function describeMemory(
  name: keyof Memory,
  memory: readonly Memory[],
  growth: Readonly<Record<keyof Memory, number>>,
): string {
  const usual = median(memory.map((sample) => sample[name]))
  return `${name} ${usual.toFixed(0)} MB, ${growth[name] < 0 ? '' : '+'}${growth[name].toFixed(1)} MB from the second quarter to the last`
}

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
