/** What an OpenAPI description comes to: routes to paste, and what is left to decide. */
import type { CheckFinding } from '../check/finding.ts'
import { printable } from '../printable.ts'
import type { Policy } from '../routes/openapi/security.ts'
import type { Terminal } from '../terminal.ts'
import { renderFindings } from './findings.ts'

export interface ImportReport {
  readonly routes: Readonly<Record<string, Policy>>
  readonly findings: readonly CheckFinding[]
}

/** The routes as they would be written, then what needs a decision of somebody's. */
export function renderImport(
  { routes, findings }: ImportReport,
  terminal: Terminal,
): readonly string[] {
  const lines = Object.entries(routes).map(
    ([route, policy]) => `  ${quote(route)}: ${writePolicy(policy)},`,
  )
  const decisions =
    findings.length > 0
      ? ['', terminal.paint.bold('To decide'), ...renderFindings(findings, terminal)]
      : []
  return ['routes: {', ...lines, '},', ...decisions]
}

const quote = (text: string): string => {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${printable(inner)}'`
}

const writePolicy = (policy: Policy): string =>
  typeof policy === 'string'
    ? quote(policy)
    : `{ ${Object.entries(policy)
        .map(([name, value]) => `${name}: ${writeValue(value)}`)
        .join(', ')} }`

const writeValue = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(writeValue).join(', ')}]` : quote(String(value))
