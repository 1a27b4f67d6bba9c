/** The shared key tier: the table that `CACHE_TABLE` names. */
import type { LambdaFunction, Table } from '../deployment.ts'
import type { Fault } from '../finding.ts'
import { writtenOf } from '../resources.ts'
import { isUnset } from '../setting.ts'
import { at, firstOfEach } from '../subject.ts'
import type { Rule, Subject } from '../subject.ts'
import { isUnknown, itemsOf, get, referenceOf, textOf, walk } from '../tree.ts'
import type { Tree } from '../tree.ts'
import { authorizerFunctions } from './functions.ts'

const KEY = 'pk S HASH'
const TTL_ATTRIBUTE = 'expiresAt'
const ACTIONS = ['dynamodb:GetItem', 'dynamodb:PutItem']

interface Use {
  readonly user: LambdaFunction
  /** What `CACHE_TABLE` says. */
  readonly named: Tree
  readonly table: Table | undefined
}

function usesOf(subject: Subject): readonly Use[] {
  return authorizerFunctions(subject).flatMap((user) => {
    const { table: named } = user
    if (named === undefined || textOf(named) === '') return []
    const id = referenceOf(named)
    const name = writtenOf(named)
    const table = subject.deployment.tables.find((one) =>
      id ? one.logicalId === id : name !== undefined && one.name === name,
    )
    return [{ user, named, table }]
  })
}

/** A name that is only known at deployment may be one of a table elsewhere. */
function* findMissing(subject: Subject): Generator<Fault> {
  if (!subject.deployment.isComplete) return
  const missing = usesOf(subject).filter(({ named, table }) => !table && !isUnknown(named))
  for (const { user, named } of firstOfEach(missing, ({ named }) => named.line)) {
    yield {
      place: at(subject, named.line),
      message: `\`CACHE_TABLE\` of \`${user.name}\` names a table that is not in these files; without it, each environment asks the issuer itself`,
      mend: 'Add the table (AWS::DynamoDB::Table, `pk` as its key, `expiresAt` as its TTL attribute), or make sure that it exists.',
    }
  }
}

const usedTables = (subject: Subject): readonly Table[] => [
  ...new Set(usesOf(subject).flatMap(({ table }) => table ?? [])),
]

function* findWrongKey(subject: Subject): Generator<Fault> {
  for (const { key, line } of usedTables(subject)) {
    if (key === undefined || key === KEY) continue
    yield {
      place: at(subject, line),
      message: 'The key of the table is not `pk`, so the function cannot read or write it',
      mend: 'Set `AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]` and `KeySchema: [{ AttributeName: pk, KeyType: HASH }]`.',
    }
  }
}

function* findWithoutTtl(subject: Subject): Generator<Fault> {
  for (const { ttlAttribute } of usedTables(subject)) {
    if (ttlAttribute.isUnknown || ttlAttribute.value === TTL_ATTRIBUTE) continue
    yield {
      place: at(subject, ttlAttribute.line),
      message: isUnset(ttlAttribute)
        ? 'The table has no TTL: old records are never deleted'
        : `The TTL attribute of the table is \`${ttlAttribute.value}\`, which no record has`,
      mend: `Set \`TimeToLiveSpecification: { AttributeName: ${TTL_ATTRIBUTE}, Enabled: true }\`.`,
    }
  }
}

function* findWithoutPermission(subject: Subject): Generator<Fault> {
  for (const { user, named } of usesOf(subject)) {
    const { statements } = user
    if (!statements || [...statements].some(hasUnknown)) continue
    const missing = ACTIONS.filter((action) => !statements.some((one) => allows(one, action)))
    if (missing.length === 0) continue
    yield {
      place: at(subject, named.line),
      message: `The role of \`${user.name}\` does not allow ${missing.join(' and ')}, so it cannot use the table`,
      mend: `Allow ${ACTIONS.join(' and ')} on the table in its role.`,
    }
  }
}

/** Its resource may be anything; what it allows has to be known. */
const hasUnknown = (statement: Tree): boolean =>
  isUnknown(statement) ||
  ['Effect', 'Action', 'NotAction'].some((name) => {
    const part = get(statement, name)
    return part !== undefined && (name === 'NotAction' || [...walk(part)].some(isUnknown))
  })

function allows(statement: Tree, action: string): boolean {
  if (textOf(get(statement, 'Effect')) !== 'Allow') return false
  return itemsOf(get(statement, 'Action')).some((item) => matches(textOf(item) ?? '', action))
}

/** Of an action, case does not count and `*` is any text. */
const matches = (pattern: string, action: string): boolean => {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')
  return new RegExp(`^${escaped.replaceAll('?', '.')}$`, 'i').test(action)
}

export const TABLE: readonly Rule<Subject>[] = [
  { name: 'table-missing', severity: 'warning', find: findMissing },
  { name: 'table-key', severity: 'error', find: findWrongKey },
  { name: 'table-ttl', severity: 'warning', find: findWithoutTtl },
  { name: 'table-permission', severity: 'error', find: findWithoutPermission },
]
