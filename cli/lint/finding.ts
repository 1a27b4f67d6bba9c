/** What the lint says: where, what is wrong, and the change that mends it. */

export type Severity = 'error' | 'warning'

export interface Place {
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** What one rule has to say about one place. */
export interface Fault {
  readonly place: Place
  readonly message: string
  readonly mend: string
}

export interface Finding {
  readonly rule: string
  /** `error`: unsafe, or broken for callers. `warning`: works, but not as somebody would expect. */
  readonly severity: Severity
  readonly file: string
  readonly line: number
  readonly message: string
  readonly mend: string
}
