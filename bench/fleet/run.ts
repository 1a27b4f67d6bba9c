/**
 * `npm run fleet`: a fleet's day, written into `docs/fleet.md` and its plots. With any option, a day
 * of that size is simulated and its tables printed; nothing is written then, unless by `--page`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { format } from 'prettier'
import { drawPlots } from './figures.ts'
import { measureGrowth, writeGrowth } from './growth.ts'
import { createReport, number, writeHours, writeTable } from './report.ts'
import type { Report } from './report.ts'
import { HOURS_MIN, createScenario } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { simulate } from './simulate.ts'
import type { FleetSize } from './traffic.ts'

const FULL: FleetSize = { locations: 300, isolates: 100, environments: 5_000, gapSeconds: 180 }
const QUICK: FleetSize = { locations: 20, isolates: 20, environments: 300, gapSeconds: 120 }
const SEED = '1'

const PAGE = new URL('../../docs/fleet.md', import.meta.url)
const PLOTS = new URL('../../docs/fleet/', import.meta.url)

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    locations: { type: 'string' },
    isolates: { type: 'string' },
    environments: { type: 'string' },
    gap: { type: 'string' },
    hours: { type: 'string' },
    quick: { type: 'boolean' },
    page: { type: 'boolean' },
  },
})

async function print(seed: string, size: FleetSize, scenario: Scenario): Promise<void> {
  const report = createReport(await simulate(seed, size, scenario, tellHour))
  console.log(`${describe(report)}\n\n${writeTable(report)}\n\n${writeHours(report)}`)
}

function readSize(): FleetSize {
  const base = values.quick ? QUICK : FULL
  return {
    locations: readCount('locations') ?? base.locations,
    isolates: readCount('isolates') ?? base.isolates,
    environments: readCount('environments') ?? base.environments,
    gapSeconds: readCount('gap') ?? base.gapSeconds,
  }
}

function readCount(name: 'locations' | 'isolates' | 'environments' | 'gap' | 'hours') {
  const text = values[name]
  if (text === undefined) return undefined
  const count = Number(text)
  if (!Number.isInteger(count) || count < 0) throw new Error(`--${name} takes a whole number`)
  return count
}

async function writePage(seed: string, size: FleetSize, scenario: Scenario): Promise<void> {
  tell('how load grows')
  const growth = await measureGrowth(seed)
  const day = await simulate(seed, size, scenario, tellHour)
  const report = createReport(day)
  mkdirSync(PLOTS, { recursive: true })
  for (const [name, svg] of Object.entries(drawPlots(day, report))) {
    writeFileSync(new URL(`${name}.svg`, PLOTS), svg)
  }
  const blocks = {
    summary: `${describe(report)} Seed ${seed}.`,
    results: writeTable(report),
    growth: writeGrowth(growth),
    hours: writeHours(report),
  }
  const page = fill(readFileSync(PAGE, 'utf8'), blocks)
  writeFileSync(PAGE, await format(page, { parser: 'markdown', printWidth: 100 }))
  const minutes = performance.now() / 60_000
  console.log(`${blocks.summary}\n\n${blocks.results}\n\n${blocks.growth}\n`)
  console.log(`docs/fleet.md and docs/fleet/*.svg written in ${minutes.toFixed(1)} minutes`)
}

/** Minutes go by. */
const tell = (what: string): void => {
  const minutes = (performance.now() / 60_000).toFixed(1)
  process.stderr.write(`${minutes.padStart(5)} min  ${what}\n`)
}

const tellHour = (hour: number): void => tell(`hour ${hour}`)

const describe = ({ size, requests, hours, refusedWrites }: Report): string =>
  `${number(size.locations)} locations of ${number(size.isolates)} isolates and ` +
  `${number(size.environments)} Lambda environments, each asked every ` +
  `${number(size.gapSeconds)} seconds on average: ${number(requests)} requests in ` +
  `${number(hours)} hours. KV refused ${number(refusedWrites)} writes as too many.`

/** Replaces what stands between the markers of each block. */
function fill(page: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const [start, end] = [`<!-- fleet:${name} -->`, `<!-- /fleet:${name} -->`]
    const [before, rest] = text.split(start)
    const after = rest?.split(end)[1]
    if (before === undefined || after === undefined) throw new Error(`docs/fleet.md lacks ${start}`)
    return `${before}${start}\n\n${block}\n\n${end}${after}`
  }, page)
}

const hours = readCount('hours') ?? (values.quick ? HOURS_MIN : 24)
const act = values.page || Object.keys(values).length === 0 ? writePage : print
await act(values.seed ?? SEED, readSize(), createScenario(hours))
