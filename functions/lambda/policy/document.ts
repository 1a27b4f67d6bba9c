/** Statements as the policy document that API Gateway takes, within its limits. */
import type { PolicyDocument, Statement } from 'aws-lambda'
import type { Statements } from './statements.ts'

/** Of one resource, and of the whole answer (API Gateway quotas). */
const RESOURCE_CHARACTERS = 512
export const POLICY_BYTES = 8_192

const ACTION = 'execute-api:Invoke'

/** `stage`: the ARN up to the slash behind the stage. `expiresAt`: epoch seconds; null: no condition. */
export function writeDocument(
  { allow, deny }: Pick<Statements, 'allow' | 'deny'>,
  stage: string,
  expiresAt: number | null,
): PolicyDocument {
  const condition = expiresAt === null ? {} : { Condition: expiryCondition(expiresAt) }
  const statements: Statement[] = []
  if (allow.length > 0) {
    statements.push({
      Action: ACTION,
      Effect: 'Allow',
      Resource: qualify(allow, stage),
      ...condition,
    })
  }
  // A document without a statement is malformed, and would be an error instead of a refusal.
  const refused = allow.length + deny.length === 0 ? ['*'] : deny
  if (refused.length > 0) {
    statements.push({ Action: ACTION, Effect: 'Deny', Resource: qualify(refused, stage) })
  }
  return { Version: '2012-10-17', Statement: statements }
}

const qualify = (resources: readonly string[], stage: string): string[] =>
  resources.map((resource) => stage + resource)

/** Opt-in: that cached policies honour it has not been seen on a live account. */
const expiryCondition = (expiresAt: number) => ({
  DateLessThan: { 'aws:CurrentTime': new Date(expiresAt * 1000).toISOString() },
})

export function isWithinLimits(document: PolicyDocument): boolean {
  const resources = document.Statement.flatMap((statement) =>
    'Resource' in statement ? [statement.Resource ?? []].flat() : [],
  )
  // A list that is much too long is not written out to see that.
  const characters = resources.reduce((sum, { length }) => sum + length, 0)
  return (
    characters <= POLICY_BYTES &&
    resources.every(({ length }) => length <= RESOURCE_CHARACTERS) &&
    new TextEncoder().encode(JSON.stringify(document)).length <= POLICY_BYTES
  )
}
