/** Who gains and who loses access, route by route. */
import { printable } from '../printable.ts'
import type { Requirement, RouteDifference } from '../routes/diff/diff.ts'
import type { Terminal } from '../terminal.ts'
import { wrap } from './wrap.ts'

export function renderDiff(
  differences: readonly RouteDifference[],
  terminal: Terminal,
): readonly string[] {
  const { paint } = terminal
  if (differences.length === 0) return [`  ${paint.green('✓')} the same access for everybody`]
  return differences.flatMap((one) => renderDifference(one, terminal))
}

function renderDifference(
  { route, change, before, after, gains, loses }: RouteDifference,
  { paint, columns }: Terminal,
): readonly string[] {
  const list = (sign: string, whom: readonly string[]) =>
    whom.flatMap((one) => hang(`  ${sign} `, '           ', wrap(one, columns - 12)))
  const rules = `${describe(before, route)} → ${describe(after, route)}`
  return [
    `${paint.bold(printable(route))}  ${paint.dim(change.replaceAll('-', ' '))}`,
    ...wrap(rules, columns - 2).map((line) => `  ${paint.dim(line)}`),
    ...list(paint.yellow('+ gains:'), gains),
    ...list(paint.red('− loses:'), loses),
  ]
}

const hang = (first: string, next: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, index) => `${index === 0 ? first : next}${line}`)

/** Another pattern than the route's own is named. */
const describe = (requirement: Requirement | null, route: string): string => {
  if (!requirement) return 'refused'
  const { pattern, asks } = requirement
  return pattern === route ? asks : `${asks} (${pattern})`
}
