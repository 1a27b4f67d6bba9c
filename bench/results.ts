/** What a run leaves behind: bench/results.json, from which README.md and speed.svg are written. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import type { Judged } from './judge.ts'
import type { Machine } from './machine.ts'
import type { Pace } from './pace.ts'
import { writePlot } from './plot.ts'
import { writeReport } from './report.ts'
import type { Table } from './table.ts'

export interface Results {
  readonly machine: Machine
  readonly tables: readonly SavedTable[]
  readonly bars: readonly Judged[]
}

export type SavedTable = Table & { readonly pace: Pace['name'] }

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export const RESULTS = pathOf('results.json')
export const REPORT = pathOf('README.md')
export const PLOT = pathOf('speed.svg')

export const readResults = (): Results | null =>
  existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Results) : null

/** What is new replaces what was there of the same name. */
export function merge(before: Results | null, now: Results): Results {
  const kept = <T extends { readonly name: string }>(old: readonly T[], fresh: readonly T[]) => [
    ...old.map((one) => fresh.find(({ name }) => name === one.name) ?? one),
    ...fresh.filter((one) => !old.some(({ name }) => name === one.name)),
  ]
  if (before === null) return now
  return {
    machine: now.machine,
    tables: kept(before.tables, now.tables),
    bars: kept(
      before.bars,
      now.bars.filter(({ value }) => value !== null),
    ),
  }
}

export async function saveResults(results: Results): Promise<void> {
  writeFileSync(RESULTS, await tidy(JSON.stringify(results), RESULTS))
  await writeDocuments(results)
}

export async function writeDocuments(results: Results): Promise<void> {
  const { report, plot } = await describeResults(results)
  writeFileSync(REPORT, report)
  writeFileSync(PLOT, plot)
}

export const describeResults = async (results: Results) => ({
  report: await tidy(writeReport(results), REPORT),
  plot: writePlot(results),
})

/** As the formatter wants it, so that the check of all files holds for those that are written. */
const tidy = async (text: string, path: string): Promise<string> =>
  format(text, { ...(await resolveConfig(path)), filepath: path })
