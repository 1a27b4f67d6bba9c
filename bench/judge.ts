/** Bars against what was measured, round by round: in one round both had the same machine. */
import type { Bar, Place } from './bars.ts'
import { median, round } from './table.ts'
import type { Cell, Measured, Unit } from './table.ts'

/** How a bar came out; kept with the tables. */
export interface Judged {
  readonly name: string
  /** null: not measured. */
  readonly value: number | null
  /** By name, for a bar that has `possible`. */
  readonly possible: Readonly<Record<string, number>>
}

export const isMet = ({ atLeast = -Infinity, atMost = Infinity }: Bar, value: number): boolean =>
  value >= atLeast && value <= atMost

export function judge(bar: Bar, measured: readonly Measured[]): Judged {
  const found = measured.find(({ table }) => table.name === bar.table)
  const valueOf = (subject: Place) => (found ? compare(bar, subject, found) : null)
  const possible = (bar.possible ?? []).flatMap((place) => {
    const value = valueOf(place)
    return value === null ? [] : [[place[0], value] as const]
  })
  return {
    name: bar.name,
    value: valueOf(bar.subject),
    possible: Object.fromEntries(possible),
  }
}

function compare({ measure, against }: Bar, subject: Place, measured: Measured): number | null {
  const ours = find(measured.cells, subject)
  if (!ours) return null
  if (measure === 'value') return round(median(ours.rounds))
  const theirs = against && find(measured.cells, against)
  if (!theirs) return null
  const compareRound = COMPARISONS[measure](measured.table.unit)
  const values = ours.rounds.map((value, turn) => compareRound(value, theirs.rounds[turn] ?? NaN))
  return round(median(values))
}

const find = (cells: readonly Cell[], [row, column]: Place): Cell | undefined =>
  cells.find((cell) => cell.row === row && cell.column === column)

type Compare = (ours: number, theirs: number) => number

const COMPARISONS: Readonly<Record<'speed' | 'cost' | 'added', (unit: Unit) => Compare>> = {
  speed: (unit) => (ours, theirs) => (unit === 'requests/s' ? ours / theirs : theirs / ours),
  cost: () => (ours, theirs) => ours / theirs,
  added: () => (ours, theirs) => ours - theirs,
}
