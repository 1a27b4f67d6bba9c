/** Where output goes: how wide it is, whether it takes colour, and tables. */
import { stripVTControlCharacters } from 'node:util'
import picocolors from 'picocolors'
import { guard, printableJson } from './printable.ts'

type Paint = ReturnType<typeof picocolors.createColors>

export interface Terminal {
  readonly columns: number
  readonly isInteractive: boolean
  readonly paint: Paint
  /** Lines for people, on standard output. */
  print(...lines: readonly string[]): void
  printJson(value: unknown): void
  /** Words beside the output: progress, notes. */
  note(line: string): void
  /** A note that the next output wipes away; nothing where nobody watches. */
  progress(line: string | null): void
}

const COLUMNS = 100
const LEAST_COLUMNS = 40

export function createTerminal({ stdout, stderr, stdin, env }: NodeJS.Process): Terminal {
  // Undefined where nobody watches, which picocolors would take for its own choice: colour in any CI.
  const isColour = stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  let shown = false
  const progress = (line: string | null) => {
    if (!stderr.isTTY || env['TERM'] === 'dumb') return
    if (shown) stderr.write('\r\u001b[K')
    shown = line !== null
    if (line !== null) stderr.write(guard(line))
  }
  const write = (text: string) => {
    progress(null)
    stdout.write(`${text}\n`)
  }
  return {
    columns: stdout.isTTY ? Math.max(stdout.columns || COLUMNS, LEAST_COLUMNS) : COLUMNS,
    isInteractive: stdin.isTTY && stderr.isTTY,
    paint: picocolors.createColors(isColour),
    print: (...lines) => write(guard(lines.join('\n'))),
    printJson: (value) => write(printableJson(value)),
    note(line) {
      progress(null)
      stderr.write(`${guard(line)}\n`)
    },
    progress,
  }
}

/** Without the colours. */
export const widthOf = (text: string): number => stripVTControlCharacters(text).length

export const pad = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(columns - widthOf(text), 0))

/** Cells in columns as wide as they need, two spaces between; the last one ragged. */
export function layTable(rows: readonly (readonly string[])[], indent = '  '): readonly string[] {
  const widths = rows.reduce<number[]>((most, row) => {
    for (const [index, cell] of row.entries()) {
      most[index] = Math.max(most[index] ?? 0, widthOf(cell))
    }
    return most
  }, [])
  return rows.map((row) =>
    `${indent}${row.map((cell, index) => pad(cell, widths[index] ?? 0)).join('  ')}`.trimEnd(),
  )
}
