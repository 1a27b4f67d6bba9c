import { POLICY_RESOURCE_MAX_CHARACTERS } from './limits.ts'
import { err, ok, type Result } from './result.ts'

export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  /** `NotAction`: the statement is about every other action. */
  readonly notAction: boolean
  readonly resources: readonly string[]
  /** `NotResource`: the statement is about every other resource. */
  readonly notResource: boolean
  readonly condition: Readonly<Record<string, unknown>>
}

export interface Policy {
  /** Policy variables, `${*}` among them, exist in this language version only (IAM). */
  readonly variables: boolean
  readonly statements: readonly Statement[]
}

type Fields = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readStrings = (value: unknown): readonly string[] | null => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.every((item): item is string => typeof item === 'string') ? list : null
}

/** `Action` or `NotAction`, and likewise for resources: exactly one of the two. */
const readEither = (
  fields: Fields,
  name: 'Action' | 'Resource',
): { readonly list: readonly string[]; readonly negated: boolean } | null => {
  const positive = fields[name]
  const negative = fields[`Not${name}`]
  if ((positive === undefined) === (negative === undefined)) return null
  const list = readStrings(positive ?? negative)
  return list && { list, negated: positive === undefined }
}

const readStatement = (value: unknown): Result<Statement, string> => {
  if (!isRecord(value)) return err('a statement is not an object')
  const effect = value['Effect']
  if (effect !== 'Allow' && effect !== 'Deny') return err('Effect must be Allow or Deny')
  const action = readEither(value, 'Action')
  if (!action) return err('a statement needs Action or NotAction, a string or strings')
  const resource = readEither(value, 'Resource')
  if (!resource) return err('a statement needs Resource or NotResource, a string or strings')
  // AG-OUT; counted per string. 500 as its answer is UNVERIFIED.
  const long = resource.list.find((arn) => arn.length > POLICY_RESOURCE_MAX_CHARACTERS)
  if (long) return err(`a Resource is over ${POLICY_RESOURCE_MAX_CHARACTERS} characters`)
  const condition = value['Condition'] ?? {}
  if (!isRecord(condition)) return err('Condition must be an object')
  return ok({
    effect,
    actions: action.list,
    notAction: action.negated,
    resources: resource.list,
    notResource: resource.negated,
    condition,
  })
}

/**
 * One statement may stand without its list (IAM grammar). An empty `Resource` list is legal and
 * matches nothing (CAPTURE: aws/chalice issue 971); an empty `Statement` list is UNVERIFIED and
 * treated alike.
 */
export const readPolicy = (value: unknown): Result<Policy, string> => {
  if (!isRecord(value)) return err('policyDocument must be an object')
  const version = value['Version']
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    return err('Version must be 2012-10-17')
  }
  const source = value['Statement']
  if (source === undefined) return err('policyDocument needs Statement')
  const statements: Statement[] = []
  for (const item of Array.isArray(source) ? source : [source]) {
    const statement = readStatement(item)
    if (!statement.ok) return statement
    statements.push(statement.value)
  }
  return ok({ variables: version === '2012-10-17', statements })
}
