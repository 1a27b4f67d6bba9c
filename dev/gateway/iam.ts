import { meetCondition, type ConditionFacts } from './condition.ts'
import { matchPattern } from './pattern.ts'
import type { Policy, Statement } from './policy.ts'

export interface Evaluation {
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny'
  /** Conditions that this model does not know. Their statements did not match, Deny ones too. */
  readonly unknownConditions: readonly string[]
}

const ACTION = 'execute-api:Invoke'

/** IAM: action names are case-insensitive, resources are not. */
const coversAction = ({ actions, notAction }: Statement): boolean =>
  actions.some((action) => matchPattern(action.toLowerCase(), ACTION.toLowerCase(), false)) !==
  notAction

const coversResource = (statement: Statement, arn: string, variables: boolean): boolean =>
  statement.resources.some((resource) => matchPattern(resource, arn, variables)) !==
  statement.notResource

/** IAM: an explicit Deny wins over any Allow, in whatever order; no match is a deny. */
export const evaluatePolicy = (policy: Policy, arn: string, facts: ConditionFacts): Evaluation => {
  const effects = new Set<Statement['effect']>()
  const unknownConditions: string[] = []
  for (const statement of policy.statements) {
    if (!coversAction(statement) || !coversResource(statement, arn, policy.variables)) continue
    const { met, unknown } = meetCondition(statement.condition, facts)
    unknownConditions.push(...unknown)
    if (met) effects.add(statement.effect)
  }
  const allowed = effects.has('Allow') ? 'allow' : 'implicit-deny'
  return { effect: effects.has('Deny') ? 'explicit-deny' : allowed, unknownConditions }
}
