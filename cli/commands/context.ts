/** What every command is given. */
import type { Terminal } from '../terminal.ts'

export interface Shared {
  readonly json: boolean
  readonly config: string | undefined
  readonly terminal: Terminal
}
