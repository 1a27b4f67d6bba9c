/**
 * May this identity call this route (§9)? Rules are data, the answer is the first rule that says no.
 * Names are compared whole and to the letter, claims are read as own members, nothing is coerced.
 */
import type { PrincipalKind } from '../config/types.ts'
import { isObject, own } from '../json.ts'
import { denial } from '../reasons.ts'
import type { Denial } from '../reasons.ts'
import type { Identity } from '../types.ts'
import type { Rule } from './rule.ts'

/** `parameter`: the decoded value of a path parameter of the matched route. */
export const checkRule = (
  rule: Rule,
  identity: Identity,
  parameter: (name: string) => string | null,
): Denial | undefined => checkIdentity(rule, identity) ?? checkBinding(rule, identity, parameter)

/** Everything but the binding to the path: what the token alone decides. */
export function checkIdentity(rule: Rule, identity: Identity): Denial | undefined {
  const { clientId, claims } = identity
  const { clients, organizations, principals } = rule
  if (!holds(identity.scopes, rule.scopes, rule.anyScope)) {
    return denial('insufficient_scope', { detail: rule.wanted })
  }
  if (!holds(identity.permissions, rule.permissions, rule.anyPermission)) {
    return denial('insufficient_permissions')
  }
  if (principals.length > 0 && !principals.includes(principalKind(identity))) {
    return denial('principal_not_allowed')
  }
  if (organizations && !isMember(identity, organizations)) return denial('org_not_allowed')
  if (clients && !clients.includes(clientId ?? '')) return denial('client_not_allowed')
  const failed = rule.claims.find(([name, allowed]) => !includes(allowed, own(claims, name)))
  if (failed) return denial('claim_policy_failed', { detail: failed[0] })
  return mayAct(rule, own(claims, 'act')) ? undefined : denial('actor_not_allowed')
}

/** The types count: `'1'` is not `1`. */
const includes = (list: readonly unknown[], value: unknown): boolean => list.includes(value)

const holds = (held: readonly string[], all: readonly string[], any: readonly string[]): boolean =>
  all.every((name) => held.includes(name)) &&
  (any.length === 0 || any.some((name) => held.includes(name)))

/** The outermost actor is the one that calls; those nested in it are history (RFC 8693 §4.1). */
function mayAct({ delegation = 'allow' }: Rule, actor: unknown): boolean {
  if (delegation === 'allow' || actor === undefined) return true
  return (
    delegation !== 'forbid' && isObject(actor) && includes(delegation.actors, own(actor, 'sub'))
  )
}

/**
 * `org_id` to the letter. `org_name` folded, and only beside an id from Auth0, whose ids begin with
 * `org_` and whose names cannot: elsewhere a name could be chosen to look like another's id.
 */
function isMember({ claims }: Identity, organizations: readonly string[]): boolean {
  const [id, name] = [own(claims, 'org_id'), own(claims, 'org_name')]
  if (typeof id !== 'string') return false
  const isNamed = typeof name === 'string' && id.startsWith('org_') && !name.startsWith('org_')
  return organizations.some(
    (wanted) => wanted === id || (isNamed && wanted.toLowerCase() === name.toLowerCase()),
  )
}

/** For a token that names no client. Auth0's users have a `|` in their `sub`. */
const ANY_CLIENT = /^[^|]+@clients$/

/** §9.3: a client must not pass for a user by the look of its id. */
export function principalKind({ subject, clientId, claims }: Identity): PrincipalKind {
  const profile = own(claims, 'sub_profile')
  const isMachine =
    subject === clientId ||
    subject === `${clientId}@clients` ||
    (clientId === null && ANY_CLIENT.test(subject)) ||
    [own(claims, 'gty')].flat().includes('client-credentials') ||
    profile === 'service'
  if (isMachine) return 'machine'
  return profile === 'ai_agent' ? 'agent' : 'user'
}

/** Object-level authorization (§9.5): the path names an object of the token's own. */
function checkBinding(
  rule: Rule,
  identity: Identity,
  parameter: (name: string) => string | null,
): Denial | undefined {
  const isOwn = ([name, claim]: Rule['bind'][number]) =>
    parameter(name) === boundValue(identity, claim)
  if (bypassesBinding(rule, identity) || rule.bind.every(isOwn)) return undefined
  return denial('resource_owner_mismatch', { hidden: rule.hideExistence === true })
}

export const bypassesBinding = ({ bindBypassScope }: Rule, { scopes }: Identity): boolean =>
  bindBypassScope !== undefined && scopes.includes(bindBypassScope)

/** What no bound value may hold: IAM takes it for more than itself, or no path may hold it. */
const UNBINDABLE = /[*?/\\\0\ud800-\udfff]|\$\{|^\.{0,2}(?:;|$)/u

/** The value a path parameter must have; undefined: this token owns nothing on the route. */
export function boundValue(identity: Identity, claim: string): string | undefined {
  const value = own(identity.claims, claim)
  const isBindable = typeof value === 'string' && !UNBINDABLE.test(value)
  return isBindable && principalKind(identity) !== 'machine' ? value : undefined
}
