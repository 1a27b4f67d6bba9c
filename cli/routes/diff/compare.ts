/**
 * Two rules of one route: who passes the one and not the other. A requirement that follows from one
 * of the other side shuts out nobody; else each is compared by itself, so what is said is true of a
 * token that satisfies all the rest.
 */
import { isObject } from '../../../shared/json.ts'
import { positionOf } from '../../../shared/policy/pattern.ts'
import type { Segment } from '../../../shared/policy/pattern.ts'
import type { Access } from '../../../shared/policy/rules.ts'
import type { Rule } from '../../../shared/policy/rule.ts'

export interface Comparison {
  readonly gains: readonly string[]
  readonly loses: readonly string[]
}

/** What is asked, and the pattern whose parameters a binding names. */
export interface Asked<A = Access> {
  readonly access: A
  readonly segments: readonly Segment[]
}

export function compareAccess(before: Asked, after: Asked): Comparison {
  const [old, now] = [ruled(before), ruled(after)]
  if (!old && !now) return { gains: [], loses: [] }
  if (!old) return { gains: [], loses: ['whoever does not satisfy the rule'] }
  if (!now) return { gains: ['everybody'], loses: [] }
  return { gains: exclusionsOf(old, now), loses: exclusionsOf(now, old) }
}

/** null: public. */
const ruled = ({ access, segments }: Asked): Asked<Rule> | null =>
  access === 'public' ? null : { access, segments }

/** Whom `one` shuts out and `other` does not. */
function exclusionsOf(one: Asked<Rule>, other: Asked<Rule>): readonly string[] {
  const [rule, there] = [one.access, other.access]
  return [
    ...lacking('scope', [rule.scopes, rule.anyScope], [there.scopes, there.anyScope]),
    ...lacking(
      'permission',
      [rule.permissions, rule.anyPermission],
      [there.permissions, there.anyPermission],
    ),
    ...outside('of other principals than', rule.principals, there.principals),
    ...outside('of other organizations than', rule.organizations, there.organizations),
    ...outside('of other clients than', rule.clients, there.clients),
    ...rule.claims.flatMap(([name, allowed]) => {
      const [, allowedThere = []] = there.claims.find(([claim]) => claim === name) ?? []
      return outside(`whose claim "${name}" is none of`, allowed, allowedThere)
    }),
    ...bound(one, other),
    ...longer('that live longer than', rule.maxLifetimeSeconds, there.maxLifetimeSeconds),
    ...longer('that are older than', rule.maxAgeSeconds, there.maxAgeSeconds),
    ...kinds(rule, there),
    ...longer('whose verdict is older than', rule.verdictSeconds, there.verdictSeconds),
    ...unknown(rule, there),
    ...acting(rule, there),
    ...otherwise(rule, there),
  ]
}

type Names = readonly [all: readonly string[], any: readonly string[]]

/** Each of `all` is a choice of one. */
const choicesOf = ([all, any]: Names): readonly (readonly string[])[] => [
  ...all.map((name) => [name]),
  ...(any.length > 0 ? [any] : []),
]

/** Who has `a` has one of `a` and `b` as well. */
function lacking(what: string, names: Names, there: Names): readonly string[] {
  const held = choicesOf(there)
  return choicesOf(names)
    .filter((wanted) => !held.some((choice) => choice.every((name) => wanted.includes(name))))
    .map((wanted) =>
      wanted.length === 1
        ? `tokens without the ${what} "${wanted.join('')}"`
        : `tokens with none of the ${what}s ${wanted.join(', ')}`,
    )
}

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

/** A parameter is known by its place: two patterns may call it differently. */
function bound(one: Asked<Rule>, other: Asked<Rule>): readonly string[] {
  const there = new Set(other.access.bind.map((pair) => placeOf(other, pair)))
  const added = one.access.bind.filter((pair) => !there.has(placeOf(one, pair)))
  const callers = added.map(([name, claim]) => `callers whose "${claim}" is not {${name}}`)
  const bypass = other.access.bindBypassScope
  const isBypassLost =
    one.access.bind.length > 0 && bypass !== undefined && bypass !== one.access.bindBypassScope
  return isBypassLost ? [...callers, `tokens for other objects, by the scope "${bypass}"`] : callers
}

/** `{id}` and `{id+}` at one place may hold different text. */
function placeOf({ segments }: Asked<Rule>, [name, claim]: Rule['bind'][number]): string {
  const at = positionOf(segments, name)
  return JSON.stringify([at, segments[at]?.kind, claim])
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

const kinds = (rule: Rule, there: Rule): readonly string[] =>
  there.accept
    .filter((kind) => !rule.accept.includes(kind))
    .map((kind) => `tokens of the kind ${kind}`)

/** Where the answer is optional nobody is shut out for want of one. */
const unknown = (rule: Rule, there: Rule): readonly string[] =>
  rule.userinfo === 'required' && there.userinfo !== 'required'
    ? ['tokens for whose user /userinfo gives no answer']
    : []

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
  'accept',
  'userinfo',
  'verdictSeconds',
  'wanted',
])

/** Options of which is only known that they are not the same. */
function otherwise(rule: Rule, other: Rule): readonly string[] {
  const there = new Map<string, unknown>(Object.entries(other))
  return Object.entries(rule)
    .filter(([name]) => !KNOWN.has(name))
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(there.get(name)))
    .map(([name]) => `tokens that do not satisfy \`${name}\``)
}
