/** Findings for people: the worst first, and of one rule together the first few in full. */
import type { CheckFinding } from '../check/finding.ts'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'
import { wrap } from './wrap.ts'

type Severity = CheckFinding['severity']

const SIGNS: Readonly<Record<Severity, string>> = {
  error: '✗ error',
  unreachable: '! unreachable',
  warning: '▲ warning',
}
/** The worst first. */
const SEVERITIES = ['error', 'unreachable', 'warning'] as const
const MOST_OF_A_RULE = 5

export function renderFindings(
  findings: readonly CheckFinding[],
  terminal: Terminal,
): readonly string[] {
  const { paint } = terminal
  if (findings.length === 0) return [`  ${paint.green('✓ none')}`]
  const counted = SEVERITIES.map(
    (severity) => [severity, findings.filter((one) => one.severity === severity)] as const,
  ).filter(([, some]) => some.length > 0)
  const worstFirst = counted.flatMap(([, some]) => some)
  const groups = [...Map.groupBy(worstFirst, kindOf).values()]
  const counts = counted.map(([severity, { length }]) => count(length, severity))
  return [
    ...groups.flatMap((group) => renderGroup(group, terminal)),
    `  ${paint.bold(counts.join(', '))}`,
  ]
}

/** No two faults of a configuration are of one kind, whatever their codes. */
const kindOf = ({ rule, place }: CheckFinding): string =>
  rule.startsWith('config_') ? `${rule} ${place}` : rule

const count = (length: number, severity: Severity): string =>
  `${length} ${severity}${length === 1 || severity === 'unreachable' ? '' : 's'}`

function renderGroup(group: readonly CheckFinding[], terminal: Terminal): readonly string[] {
  const more = group.length - MOST_OF_A_RULE
  return [
    ...group.slice(0, MOST_OF_A_RULE).flatMap((one) => renderFinding(one, terminal)),
    ...(more > 0
      ? [terminal.paint.dim(`    … and ${more} more of this kind (--json lists all)`)]
      : []),
  ]
}

function renderFinding(
  { severity, rule, place, message, mend }: CheckFinding,
  { paint, columns }: Terminal,
): readonly string[] {
  const colour = severity === 'warning' ? paint.yellow : paint.red
  const mending = mend === '' ? [] : wrap(mend, columns - 6)
  return [
    `  ${colour(SIGNS[severity])}  ${paint.bold(printable(place))}  ${paint.dim(rule)}`,
    ...wrap(message, columns - 4).map((line) => `    ${line}`),
    ...mending.map((line, at) => `    ${paint.cyan(`${at === 0 ? '→' : ' '} ${line}`)}`),
  ]
}
