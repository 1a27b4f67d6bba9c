/** A part of the bench: one file, one run, a table or two. */
import type { Pace } from './pace.ts'
import type { Measured } from './table.ts'

export interface Section {
  readonly name: string
  readonly run: (setting: Setting) => Promise<readonly Measured[]>
}

export interface Setting {
  readonly pace: Pace
  /** What is being measured now. */
  readonly tell: (progress: string) => void
}
