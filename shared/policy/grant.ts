/** What a token may do on a route, whatever the request: the material of an API Gateway policy. */
import type { Identity } from '../types.ts'
import { boundValue, bypassesBinding, checkIdentity } from './check.ts'
import type { Rule } from './rule.ts'

/** Every object, none, or those whose path parameters have these values. */
export type Grant = 'all' | 'none' | Readonly<Record<string, string>>

export function grantOf(rule: Rule, identity: Identity): Grant {
  if (checkIdentity(rule, identity)) return 'none'
  if (rule.bind.length === 0 || bypassesBinding(rule, identity)) return 'all'
  const values = rule.bind.map(([parameter, claim]) => [parameter, boundValue(identity, claim)])
  return values.every(isBound) ? Object.fromEntries(values) : 'none'
}

const isBound = (pair: readonly (string | undefined)[]): pair is readonly [string, string] =>
  pair[1] !== undefined
