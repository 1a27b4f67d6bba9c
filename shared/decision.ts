/** From what was found out to what callers and operators are told. */
import type { Engine, Judgement } from './authorize.ts'
import type { DecisionEvent } from './observe.ts'
import type { Decision } from './types.ts'
import { writeChallenges } from './wire/challenge.ts'
import { describeDenial } from './wire/denial.ts'

export function decide({ config }: Engine, judgement: Judgement): Decision {
  const { refusal, token, isPublic } = judgement
  const route = judgement.route?.pattern.text ?? null
  if (!refusal) {
    return { outcome: 'allow', route, identity: isPublic || !token ? null : token.identity }
  }
  if (refusal.outcome === 'unavailable') return { ...refusal, status: 503 }
  const text = describeDenial(refusal)
  const challenges = writeChallenges(text, refusal, config.realm ?? 'api')
  const { status, description, hint } = text
  return { outcome: 'deny', status, code: refusal.code, route, description, hint, challenges }
}

export function describeDecision(
  { token, route }: Judgement,
  decision: Decision,
  durationMs: number,
): DecisionEvent {
  const isAllowed = decision.outcome === 'allow'
  return {
    event: 'decision',
    outcome: decision.outcome,
    status: isAllowed ? 200 : decision.status,
    code: isAllowed ? null : decision.code,
    route: route?.pattern.text ?? null,
    issuer: token?.identity.issuer ?? null,
    keyTier: token?.keyTier ?? null,
    durationMs,
  }
}
