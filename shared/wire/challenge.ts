/** `WWW-Authenticate` (RFC 6750 §3). Every character in it is configured or ours, never a caller's. */
import type { Denial } from '../reasons.ts'
import type { DenialText } from './denial.ts'

/**
 * A request without credentials gets a bare challenge; a refusal that no other token would change
 * gets none (§9.1).
 */
export function writeChallenges(
  { status, error, description }: DenialText,
  { code, evidence }: Denial,
  realm: string,
): readonly string[] {
  if (!error && status !== 401) return []
  const reason = error ? `, error="${error}", error_description="${description}"` : ''
  const scope = code === 'insufficient_scope' ? `, scope="${evidence.detail}"` : ''
  return [`Bearer realm="${realm}"${reason}${scope}`]
}
