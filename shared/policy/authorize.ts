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
export type ReadParameter = (name: string) => string | undefined

export function checkRule(rule: Rule, identity: Identity, parameter: ReadParameter): Denial | null {
  return (
    checkGrants(rule, identity) ??
    checkCaller(rule, identity) ??
    checkBinding(rule, identity, parameter)
  )
}

/** Everything but the binding to the path: what the token's grants alone decide. */
export const checkIdentity = (rule: Rule, identity: Identity): Denial | null =>
  checkGrants(rule, identity) ?? checkCaller(rule, identity)

function checkGrants(rule: Rule, { scopes, permissions }: Identity): Denial | null {
  if (!holds(scopes, rule.scopes, rule.anyScope)) {
    return denial('insufficient_scope', { scope: [...rule.scopes, ...rule.anyScope].join(' ') })
  }
  const permitted = holds(permissions, rule.permissions, rule.anyPermission)
  return permitted ? null : denial('insufficient_permissions')
}

const holds = (held: readonly string[], all: readonly string[], any: readonly string[]): boolean =>
  all.every((name) => held.includes(name)) &&
  (any.length === 0 || any.some((name) => held.includes(name)))

function checkCaller(rule: Rule, identity: Identity): Denial | null {
  const { principals, organizations, clients, claims, delegation } = rule
  if (principals !== null && !principals.includes(principalKind(identity))) {
    return denial('principal_not_allowed')
  }
  if (organizations !== null && !isMember(identity, organizations)) return denial('org_not_allowed')
  if (clients !== null && !(identity.clientId !== null && clients.includes(identity.clientId))) {
    return denial('client_not_allowed')
  }
  for (const [claim, allowed] of claims) {
    const value = own(identity.claims, claim)
    if (!allowed.some((wanted) => wanted === value))
      return denial('claim_policy_failed', { name: claim })
  }
  return delegation === 'allow' ? null : checkDelegation(delegation, identity)
}

/** The outermost actor is the one that calls; those nested in it are history (RFC 8693 §4.1). */
function checkDelegation(
  delegation: 'forbid' | readonly string[],
  { claims }: Identity,
): Denial | null {
  const actor = own(claims, 'act')
  if (actor === undefined) return null
  const subject = isObject(actor) ? own(actor, 'sub') : undefined
  const known =
    delegation !== 'forbid' && typeof subject === 'string' && delegation.includes(subject)
  return known ? null : denial('actor_not_allowed')
}

/**
 * `org_id` to the letter. `org_name` folded, and only beside an id from Auth0, whose ids begin with
 * `org_` and whose names cannot: elsewhere a name could be chosen to look like another's id.
 */
function isMember({ claims }: Identity, organizations: readonly string[]): boolean {
  const [id, name] = [own(claims, 'org_id'), own(claims, 'org_name')]
  if (typeof id !== 'string') return false
  if (organizations.includes(id)) return true
  if (typeof name !== 'string' || !id.startsWith('org_') || name.startsWith('org_')) return false
  return organizations.some((wanted) => wanted.toLowerCase() === name.toLowerCase())
}

/** §9.3: a client must not pass for a user by the look of its id. */
export function principalKind({ subject, clientId, claims }: Identity): PrincipalKind {
  const grants = own(claims, 'gty')
  const grant = Array.isArray(grants) ? grants : [grants]
  const profile = own(claims, 'sub_profile')
  const isClient = clientId !== null && (subject === clientId || subject === `${clientId}@clients`)
  if (isClient || grant.includes('client-credentials') || profile === 'service') return 'machine'
  return profile === 'ai_agent' ? 'agent' : 'user'
}

/** Object-level authorization (§9.5): the path names an object of the token's own. */
export function checkBinding(
  rule: Rule,
  identity: Identity,
  parameter: ReadParameter,
): Denial | null {
  if (rule.bind.length === 0 || bypassesBinding(rule, identity)) return null
  const bound = rule.bind.every(([name, claim]) => {
    const value = boundValue(identity, claim)
    return value !== null && parameter(name) === value
  })
  if (bound) return null
  return denial('resource_owner_mismatch', { hidden: rule.hideExistence })
}

export const bypassesBinding = ({ bindBypassScope }: Rule, { scopes }: Identity): boolean =>
  bindBypassScope !== null && scopes.includes(bindBypassScope)

/** What no bound value may hold: in an IAM policy it would stand for more than itself. */
const UNBINDABLE = /[*?/]|\$\{|^\.{0,2}(?:;|$)/

/** The value a path parameter must have; null: this token owns nothing on the route. */
export function boundValue(identity: Identity, claim: string): string | null {
  if (principalKind(identity) === 'machine') return null
  const value = own(identity.claims, claim)
  const isText = typeof value === 'string' && value.isWellFormed()
  return isText && !UNBINDABLE.test(value) ? value : null
}
