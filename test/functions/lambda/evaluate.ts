/** What statements say of a request, as IAM reads them. Several times as quick as the model of API Gateway. */
import type { AuthorizerAnswer } from '../../../functions/lambda/respond.ts'

export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Resource: readonly string[]
}

export const statementsOf = (answer: AuthorizerAnswer | null): readonly Statement[] =>
  answer && 'policyDocument' in answer
    ? (answer.policyDocument.Statement as unknown as readonly Statement[])
    : []

/** An explicit Deny wins, no match is a deny. */
export function evaluate(statements: readonly Statement[], arn: string): boolean {
  const says = (effect: Statement['Effect']) =>
    statements.some(
      ({ Effect, Resource }) => Effect === effect && Resource.some((one) => matches(one, arn)),
    )
  return says('Allow') && !says('Deny')
}

const ROOM = 20_000
const patterns = new Map<string, RegExp>()

/** `*` is any text, `?` one character. `evaluate.test.ts` compares it with the model. */
export function matches(resource: string, arn: string): boolean {
  const known =
    patterns.get(resource) ?? new RegExp(`^${resource.replace(SPECIAL, translate)}$`, 's')
  if (patterns.size >= ROOM) patterns.clear()
  patterns.set(resource, known)
  return known.test(arn)
}

const SPECIAL = /[\\^$.*+?()[\]{}|]/g

const translate = (sign: string): string => ({ '*': '.*', '?': '.' })[sign] ?? `\\${sign}`
