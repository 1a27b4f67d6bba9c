/** What the cache will say, route by route, beside a fresh call. */
import type { CacheForecast, CacheRow } from '../explain/explanation.ts'
import { printable } from '../printable.ts'
import { layTable } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { wrap } from './wrap.ts'

export function renderCache({ rows, note }: CacheForecast, terminal: Terminal): readonly string[] {
  const { paint } = terminal
  const head = ['route', 'for example', 'cached', 'fresh'].map((text) => paint.dim(text))
  const table =
    rows.length === 0 ? [] : layTable([head, ...rows.map((row) => cells(row, terminal))])
  return [...table, ...wrap(note, terminal.columns - 2).map((line) => `  ${line}`)]
}

const cells = (row: CacheRow, { paint }: Terminal): readonly string[] => {
  const colour = (verdict: string) => (verdict === 'allow' ? paint.green(verdict) : verdict)
  const fresh = row.freshCode === null ? row.fresh : `${row.fresh} ${row.freshCode}`
  const warning = row.agrees ? '' : paint.red('✗ differs')
  return [
    printable(row.route),
    printable(`${row.method} ${row.path}`),
    colour(row.cached),
    colour(fresh),
    warning,
  ]
}
