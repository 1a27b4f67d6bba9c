/**
 * A rule as requirements that must all be met, each by one of several values. So two rules can be
 * compared: one asks more than another where a requirement of it does not follow from the other's.
 */
import type { Access } from '../../shared/policy/rules.ts'
import type { Rule } from '../../shared/policy/rule.ts'

export interface Requirement {
  readonly claim: string
  readonly anyOf: readonly string[]
  /** Of a number: at most this. */
  readonly most?: number
}

/** null: nobody may. Empty: any trusted token. `public`: anybody. */
export type Requirements = 'public' | 'deny' | readonly Requirement[]

const each = (claim: string, values: readonly string[]): readonly Requirement[] =>
  values.map((value) => ({ claim, anyOf: [value] }))

const oneOf = (claim: string, values: readonly string[] | undefined): readonly Requirement[] =>
  values && values.length > 0 ? [{ claim, anyOf: values }] : []

const atMost = (claim: string, most: number | undefined): readonly Requirement[] =>
  most === undefined ? [] : [{ claim, anyOf: [], most }]

/** `names`: of the pattern's parameters, which two patterns of one shape may call differently. */
export function requirementsOf(access: Access | 'deny', names: readonly string[]): Requirements {
  if (typeof access === 'string') return access
  return [
    ...each('scope', access.scopes),
    ...oneOf('scope', access.anyScope),
    ...each('permission', access.permissions),
    ...oneOf('permission', access.anyPermission),
    ...oneOf('principal', access.principals),
    ...oneOf('organization', access.organizations),
    ...oneOf('client', access.clients),
    ...access.claims.flatMap(([name, allowed]) =>
      oneOf(
        `claim ${name}`,
        allowed.map((value) => JSON.stringify(value)),
      ),
    ),
    ...bindings(access, names),
    ...delegation(access),
    ...atMost('lifetime', access.maxLifetimeSeconds),
    ...atMost('age', access.maxAgeSeconds),
  ]
}

const bindings = ({ bind, bindBypassScope }: Rule, names: readonly string[]) =>
  bind.map(([parameter, claim]) => ({
    claim: 'owner',
    anyOf: [
      `${claim} = path parameter ${names.indexOf(parameter) + 1}`,
      ...(bindBypassScope === undefined ? [] : [`scope ${bindBypassScope}`]),
    ],
  }))

const delegation = ({ delegation: allowed = 'allow' }: Rule): readonly Requirement[] => {
  if (allowed === 'allow') return []
  return oneOf('actor', ['(none)', ...(allowed === 'forbid' ? [] : allowed.actors)])
}

const implies = (one: Requirement, other: Requirement): boolean =>
  one.claim === other.claim &&
  (other.most === undefined
    ? one.anyOf.every((value) => other.anyOf.includes(value))
    : (one.most ?? Infinity) <= other.most)

/** Requirements of `stricter` that do not follow from `from`. */
export const beyond = (
  stricter: readonly Requirement[],
  from: readonly Requirement[],
): readonly Requirement[] =>
  stricter.filter((wanted) => !from.some((held) => implies(held, wanted)))

export const writeRequirement = ({ claim, anyOf, most }: Requirement): string =>
  most === undefined ? `${claim} ${anyOf.join(' or ')}` : `${claim} of at most ${most} s`
