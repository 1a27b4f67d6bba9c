/** How the command ends. Documented in `--help` and docs/cli.md. */
export const EXIT = {
  /** Allowed; nothing wrong. */
  ok: 0,
  /** Denied; faults found. */
  denied: 1,
  /** The issuer could not be asked. */
  unavailable: 2,
  /** A word, option or file that cannot be used. */
  usage: 64,
  /** A fault of this program. */
  bug: 70,
  /** The configuration is wrong, and something else was asked. */
  config: 78,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const isExitCode = (code: unknown): code is ExitCode =>
  Object.values<unknown>(EXIT).includes(code)

export const EXIT_HELP = `
Exit codes:
  0   allowed, or nothing wrong
  1   denied, or faults found
  2   an issuer could not be reached: no verdict
  64  an argument, option or file that cannot be used
  70  a bug in this program
  78  the configuration is wrong`
