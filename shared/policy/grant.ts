/** What a token may do on a route, whatever the request: the material of an API Gateway policy. */
import type { Identity } from '../types.ts'
import { boundValue, bypassesBinding, checkIdentity } from './authorize.ts'
import type { Rule } from './rule.ts'

/** Every object, none, or those whose path parameters have these values. */
export type Grant = 'all' | 'none' | ReadonlyMap<string, string>

export function grantOf(rule: Rule, identity: Identity): Grant {
  if (checkIdentity(rule, identity)) return 'none'
  if (rule.bind.length === 0 || bypassesBinding(rule, identity)) return 'all'
  const values = new Map<string, string>()
  for (const [parameter, claim] of rule.bind) {
    const value = boundValue(identity, claim)
    if (value === undefined) return 'none'
    values.set(parameter, value)
  }
  return values
}
