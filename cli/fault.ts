/** What a user can mend: said in a line or two, without a stack. */
import { EXIT } from './exit.ts'
import type { ExitCode } from './exit.ts'

export class CliFault extends Error {
  override readonly name = 'CliFault' as const
  readonly mend: string
  readonly exitCode: ExitCode

  constructor(message: string, mend: string, exitCode: ExitCode = EXIT.usage) {
    super(message)
    this.mend = mend
    this.exitCode = exitCode
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''
