/** `WWW-Authenticate` (RFC 6750 §3). Every character in it is configured or ours, never a caller's. */
import type { Evidence } from '../reasons.ts'
import type { DenialText } from './denial.ts'

/**
 * A request without credentials gets a bare challenge; a refusal that no other token would change
 * gets none (§9.1).
 */
export function writeChallenges(
  { status, error, description }: DenialText,
  evidence: Evidence,
  realm: string,
): readonly string[] {
  if (error === null && status !== 401) return []
  const parameters: readonly (readonly [string, string | undefined])[] = [
    ['realm', realm],
    ['error', error ?? undefined],
    ['error_description', error === null ? undefined : description],
    ['scope', evidence.scope],
  ]
  const written = parameters
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`)
  return [`Bearer ${written.join(', ')}`]
}
