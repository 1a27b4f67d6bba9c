/** What `check` has to say: where, what, and the mend. */

export type Severity = 'error' | 'unreachable' | 'warning'

export interface CheckFinding {
  readonly rule: string
  readonly severity: Severity
  /** A path in the configuration, or a file and a line. */
  readonly place: string
  readonly message: string
  readonly mend: string
}

export const finding = (
  severity: Severity,
  [rule, place]: readonly [rule: string, place: string],
  message: string,
  mend: string,
): CheckFinding => ({ rule, severity, place, message, mend })
