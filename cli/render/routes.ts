/** The rule set as a table; `check` shows the same. */
import { printable, shorten } from '../printable.ts'
import type { RouteRow } from '../routes/describe.ts'
import { layTable } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'

export function renderRoutes(rows: readonly RouteRow[], terminal: Terminal): readonly string[] {
  const { paint, columns } = terminal
  const colourOf = (asks: string) =>
    ({ public: paint.yellow, refused: paint.dim })[asks] ?? ((text: string) => text)
  return layTable(
    rows.map(({ route, asks }) => [
      printable(route),
      colourOf(asks)(shorten(printable(asks), columns)),
    ]),
  )
}
