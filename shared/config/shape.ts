/** Shape faults in words: what valibot found, as path and mend. Never quotes a value. */
import { safeParse } from 'valibot'
import type { Report } from './check.ts'
import { configSchema } from './schema.ts'

export function checkShape(input: unknown, report: Report): void {
  for (const { path, expected, received, kind, message } of safeParse(configSchema, input).issues ??
    []) {
    const keys = (path ?? []).map(({ key }) => key as string | number)
    const name = String(keys.at(-1))
    const explained = kind === 'schema' ? explain(expected, received, name) : message
    report(keys, explained, name === 'clockToleranceSeconds' ? 'config_tolerance' : undefined)
  }
}

function explain(expected: string | null, received: string, name: string): string {
  // Never ignored: a rule that is not built yet would be a rule that nobody checks.
  if (expected === 'never') return 'is not supported yet, or misspelt; remove it'
  if (received === 'undefined') return 'is missing; add it'
  return name === 'secret'
    ? "must be { env: 'NAME' }, read from the environment and never written here"
    : `must be ${expected}`
}
