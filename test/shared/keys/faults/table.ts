/**
 * The table of docs/keys.md: each row a fault, what is promised, and how many requests the issuer
 * saw. The rows are measured here, by the real code in simulated time, and the document is held to them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { format } from 'prettier'
import { expect, test } from 'vitest'
import { createScene, type Scene } from '../scene.ts'

export interface Fault {
  readonly fault: string
  readonly effect: string
  /** Stated before it is measured. */
  readonly bound: string
}

const DOCUMENT = 'docs/keys.md'
const [OPENING, CLOSING] = ['<!-- faults -->', '<!-- /faults -->']
const HEAD = ['fault', 'what happens', 'bound', 'measured']

/** Measures; what it returns is printed in the row. */
export type Measure = (scene: Scene) => Promise<string>

export type Row = readonly [fault: Fault, measure: Measure]

/** `UPDATE_DOCS=1 npm run unit` writes the rows that were measured into the document. */
export function describeFaults(rows: readonly Row[]): void {
  const measured: string[][] = []
  for (const [{ fault, effect, bound }, measure] of rows) {
    test(`${fault}: ${bound}`, async () => {
      const outcome = await measure(createScene())
      expect(outcome).not.toBe('')
      measured.push([fault, effect, bound, outcome])
    })
  }
  test('the document says what was measured', async () => {
    if (process.env['UPDATE_DOCS']) await writeTable(measured)
    expect(readTable()).toEqual(measured)
  })
}

const divide = (text: string): readonly [before: string, table: string, after: string] => {
  const [before = '', rest = ''] = text.split(OPENING)
  const [table = '', after = ''] = rest.split(CLOSING)
  return [before, table, after]
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

function readTable(): string[][] {
  const [, table] = divide(readFileSync(DOCUMENT, 'utf8'))
  return table.trim().split('\n').slice(2).map(cellsOf)
}

async function writeTable(rows: readonly (readonly string[])[]): Promise<void> {
  const [before, , after] = divide(readFileSync(DOCUMENT, 'utf8'))
  const lines = [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  const text = `${before}${OPENING}\n\n${lines.join('\n')}\n\n${CLOSING}${after}`
  writeFileSync(DOCUMENT, await format(text, { parser: 'markdown' }))
}
