/** `npm run bench`: every section in turn, then the bars. */
import { Fault } from '../dev/fault.ts'
import { BARS } from './bars.ts'
import { judge } from './judge.ts'
import { describeMachine } from './machine.ts'
import { readOptions } from './options.ts'
import type { Options } from './options.ts'
import { merge, readResults, saveResults, writeDocuments } from './results.ts'
import type { Results } from './results.ts'
import type { Section } from './section.ts'
import { SECTIONS } from './sections.ts'
import { showBar, showNumber } from './show.ts'
import type { Measured, Table } from './table.ts'

async function measure({ pace, only }: Options): Promise<readonly Measured[]> {
  const chosen = SECTIONS.filter(({ name }) => only === null || only.includes(name))
  const start = performance.now()
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(0)} s`.padStart(6)
  const measured: Measured[] = []
  for (const [index, { name, run }] of chosen.entries()) {
    const place = `${index + 1}/${chosen.length} ${name}`
    const tell = (progress: string) => console.log(`${seconds()}  ${place}: ${progress}`)
    measured.push(...(await run({ pace, tell })))
  }
  console.log(`${seconds()}  done\n`)
  return measured
}

function show({ title, corner, unit, columns, rows }: Table): void {
  const texts = rows.map(({ name, medians }) => [
    name,
    ...medians.map((value) => (value === null ? '–' : showNumber(value))),
  ])
  print(`${title}, ${unit}`, [[corner, ...columns], ...texts])
}

function print(title: string, lines: readonly (readonly string[])[]): void {
  const width = (column: number) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0))
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(width(column)) : text.padStart(width(column))
  console.log(`${title}\n`)
  for (const cells of lines) console.log(`  ${cells.map(pad).join('  ')}`.trimEnd())
  console.log()
}

/** True where no bar is missed. */
function showBars({ bars, tables }: Results): boolean {
  const entries = BARS.flatMap((bar) => {
    const judged = bars.find(({ name }) => name === bar.name)
    const unit = tables.find(({ name }) => name === bar.table)?.unit ?? 'µs'
    const { measured, bound, outcome } = showBar(bar, judged, unit)
    return outcome === 'not measured' ? [] : [[bar.name, measured, bound, outcome]]
  })
  print('Bars', entries)
  const missed = entries.filter(([, , , outcome]) => outcome === 'missed').length
  console.log(`${entries.length - missed} met, ${missed} missed`)
  return missed === 0
}

async function run(options: Options): Promise<void> {
  const measured = await measure(options)
  const results: Results = {
    machine: describeMachine(),
    tables: measured.map(({ table }) => ({ ...table, pace: options.pace.name })),
    bars: BARS.map((bar) => judge(bar, measured)),
  }
  for (const { table } of measured) show(table)
  const isGood = showBars(results)
  if (options.keeps) await saveResults(merge(options.only ? readResults() : null, results))
  if (options.checks && !isGood) process.exitCode = 1
}

const names = SECTIONS.map(({ name }: Section) => name)
try {
  const options = readOptions(process.argv.slice(2), names)
  const known = readResults()
  if (!options.writesOnly) await run(options)
  else if (known) await writeDocuments(known)
} catch (error) {
  if (!(error instanceof Fault)) throw error
  console.error(error.message)
  process.exitCode = 2
}
