/**
 * Two rules of one route: who passes the one and not the other. Each option is compared by itself,
 * so what is said is true of a token that satisfies all the rest.
 */
import { isObject } from '../../shared/json.ts'
import type { Access } from '../../shared/policy/rules.ts'
import type { Rule } from '../../shared/policy/rule.ts'

export interface Comparison {
  readonly gains: readonly string[]
  readonly loses: readonly string[]
}

export function compareAccess(before: Access, after: Access): Comparison {
  if (before === 'public' && after === 'public') return { gains: [], loses: [] }
  if (before === 'public') return { gains: [], loses: ['whoever does not satisfy the rule'] }
  if (after === 'public') return { gains: ['everybody'], loses: [] }
  return { gains: exclusionsOf(before, after), loses: exclusionsOf(after, before) }
}

/** Whom `rule` shuts out and `other` does not. */
const exclusionsOf = (rule: Rule, other: Rule): readonly string[] => [
  ...lacking('the scope', rule.scopes, other.scopes),
  ...lacking('the permission', rule.permissions, other.permissions),
  ...outside('with none of the scopes', rule.anyScope, other.anyScope),
  ...outside('with none of the permissions', rule.anyPermission, other.anyPermission),
  ...outside('of other principals than', rule.principals, other.principals),
  ...outside('of other organizations than', rule.organizations, other.organizations),
  ...outside('of other clients than', rule.clients, other.clients),
  ...rule.claims.flatMap(([name, allowed]) => {
    const [, allowedThere = []] = other.claims.find(([claim]) => claim === name) ?? []
    return outside(`whose claim "${name}" is none of`, allowed, allowedThere)
  }),
  ...bound(rule, other),
  ...longer('that live longer than', rule.maxLifetimeSeconds, other.maxLifetimeSeconds),
  ...longer('that are older than', rule.maxAgeSeconds, other.maxAgeSeconds),
  ...acting(rule, other),
  ...otherwise(rule, other),
]

const lacking = (what: string, all: readonly string[], there: readonly string[]) =>
  all.filter((name) => !there.includes(name)).map((name) => `tokens without ${what} "${name}"`)

/** A list that is empty, or not there, asks for nothing. */
function outside(what: string, allowed: readonly unknown[] = [], there: readonly unknown[] = []) {
  const isAsked = allowed.length > 0
  const isWithin = there.length > 0 && there.every((one) => allowed.includes(one))
  return isAsked && !isWithin ? [`tokens ${what} ${allowed.map(String).join(', ')}`] : []
}

function longer(what: string, seconds: number | undefined, there: number | undefined) {
  const isStricter = seconds !== undefined && (there === undefined || there > seconds)
  return isStricter ? [`tokens ${what} ${seconds} s`] : []
}

function bound(rule: Rule, other: Rule): readonly string[] {
  const isThere = ([parameter, claim]: Rule['bind'][number]) =>
    other.bind.some(([name, value]) => name === parameter && value === claim)
  const added = rule.bind.filter((pair) => !isThere(pair))
  const callers = added.map(([name, claim]) => `callers whose "${claim}" is not {${name}}`)
  const bypass = other.bindBypassScope
  const isBypassLost =
    rule.bind.length > 0 && bypass !== undefined && bypass !== rule.bindBypassScope
  return isBypassLost ? [...callers, `tokens for other objects, by the scope "${bypass}"`] : callers
}

function acting({ delegation = 'allow' }: Rule, { delegation: there = 'allow' }: Rule) {
  if (delegation === 'allow') return []
  const actors = delegation === 'forbid' ? [] : delegation.actors
  const isWithin =
    there === 'forbid' || (isObject(there) && there.actors.every((actor) => actors.includes(actor)))
  return isWithin
    ? []
    : [
        `tokens used on behalf of somebody${actors.length > 0 ? `, but by ${actors.join(', ')}` : ''}`,
      ]
}

/** Options compared above, or of the answer alone. */
const KNOWN = new Set([
  'scopes',
  'anyScope',
  'permissions',
  'anyPermission',
  'principals',
  'organizations',
  'clients',
  'claims',
  'bind',
  'bindBypassScope',
  'hideExistence',
  'maxLifetimeSeconds',
  'maxAgeSeconds',
  'delegation',
])

/** Options of which is only known that they are not the same. */
const otherwise = (rule: Rule, other: Rule): readonly string[] =>
  Object.entries(rule)
    .filter(([name]) => !KNOWN.has(name))
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(there(other, name)))
    .map(([name]) => `tokens that do not satisfy \`${name}\``)

const there = (rule: Rule, name: string): unknown =>
  Object.entries(rule).find(([option]) => option === name)?.[1]
