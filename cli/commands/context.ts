/** What every command is given. */
import type { Terminal } from '../terminal.ts'

export interface Context {
  readonly json: boolean
  /** As `--config` names it; undefined: the one in the current folder. */
  readonly config: string | undefined
  readonly terminal: Terminal
}
