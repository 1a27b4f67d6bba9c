import { printable } from '../printable.ts'
import type { Import, ImportNote, ImportedPolicy } from '../routes/openapi.ts'
import { layTable } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'

/** The routes as they would be written, then what needs a decision of somebody's. */
export function renderImport({ routes, notes }: Import, terminal: Terminal): readonly string[] {
  const { paint } = terminal
  const lines = Object.entries(routes).map(
    ([route, policy]) => `  ${quote(route)}: ${writePolicy(policy)},`,
  )
  const rows = notes.map(({ kind, route, message }) => [
    colourOf(kind, terminal)(kind),
    printable(route),
    printable(message),
  ])
  return [
    'routes: {',
    ...lines,
    '},',
    ...(rows.length > 0 ? ['', paint.bold('To decide'), ...layTable(rows)] : []),
  ]
}

const colourOf = (kind: ImportNote['kind'], { paint }: Terminal) =>
  kind === 'public' ? paint.yellow : paint.red

const quote = (text: string): string => {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${printable(inner)}'`
}

const writePolicy = (policy: ImportedPolicy): string =>
  typeof policy === 'string'
    ? quote(policy)
    : `{ ${Object.entries(policy)
        .map(([name, value]) => `${name}: ${writeValue(value)}`)
        .join(', ')} }`

const writeValue = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(writeValue).join(', ')}]` : quote(String(value))
