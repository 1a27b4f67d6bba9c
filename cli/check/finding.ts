/** What a command has to say: where, what, and the mend. */
import { EXIT } from '../exit.ts'
import type { ExitCode } from '../exit.ts'
import type { Finding, Severity } from '../lint/finding.ts'

export interface CheckFinding {
  readonly rule: string
  readonly severity: Severity | 'unreachable'
  /** A path in the configuration, or a file and a line. */
  readonly place: string
  /** Set where the place is in a file. */
  readonly file?: string
  readonly line?: number
  readonly message: string
  readonly mend: string
}

export const finding = (
  severity: CheckFinding['severity'],
  [rule, place]: readonly [rule: string, place: string],
  message: string,
  mend: string,
): CheckFinding => ({ rule, severity, place, message, mend })

export const findingAtLine = (one: Finding): CheckFinding => ({
  ...one,
  place: `${one.file}:${one.line}`,
})

/** A warning alone is no reason to fail. */
export function exitOf(findings: readonly CheckFinding[]): ExitCode {
  const severities = new Set(findings.map(({ severity }) => severity))
  if (severities.has('error')) return EXIT.denied
  return severities.has('unreachable') ? EXIT.unavailable : EXIT.ok
}
