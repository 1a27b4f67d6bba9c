/** What a section hands back: a table of medians, with the rounds behind them. */

export type Unit = 'µs' | 'ms' | 'requests/s' | 'bytes' | 'MB'

export interface Table {
  /** Bars and the plot refer to it. */
  readonly name: string
  readonly title: string
  readonly unit: Unit
  /** Above the row names. */
  readonly corner: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** The row that the others are shown as a multiple of. */
  readonly baseline?: string
  readonly note?: string
}

export interface Row {
  readonly name: string
  /** By column; null where the contender cannot do it. */
  readonly medians: readonly (number | null)[]
}

/** One contender in one column: a value for each round, taken turn and turn about with its neighbours. */
export interface Cell {
  readonly row: string
  readonly column: string
  readonly rounds: readonly number[]
}

export type Frame = Omit<Table, 'rows' | 'columns'>

/** A table as it was measured; the rounds are needed to judge bars and are not kept. */
export interface Measured {
  readonly table: Table
  readonly cells: readonly Cell[]
}

export function layOut(frame: Frame, cells: readonly Cell[]): Measured {
  const columns = [...new Set(cells.map(({ column }) => column))]
  const names = [...new Set(cells.map(({ row }) => row))]
  const valueAt = (row: string, column: string) => {
    const cell = cells.find((one) => one.row === row && one.column === column)
    return cell ? round(median(cell.rounds)) : null
  }
  const rows = names.map((name) => ({
    name,
    medians: columns.map((column) => valueAt(name, column)),
  }))
  return { table: { ...frame, columns, rows }, cells }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1)
  return (low + high) / 2
}

/** Four digits: more would be noise, but for what was counted. */
export const round = (value: number): number =>
  Number.isInteger(value) ? value : Number(value.toPrecision(4))
