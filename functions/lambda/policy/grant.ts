/** What a token may do, whatever the request: by rule, because routes share theirs. */
import { checkRouteLifetime } from '../../../shared/authorize.ts'
import type { Engine } from '../../../shared/authorize.ts'
import { grantOf } from '../../../shared/policy/grant.ts'
import type { Grant } from '../../../shared/policy/grant.ts'
import type { Rule } from '../../../shared/policy/rule.ts'
import type { Access, Rules } from '../../../shared/policy/rules.ts'
import type { VerifiedToken } from '../../../shared/token/verdict.ts'
import type { Inspection } from '../inspect.ts'

export interface RuleBook {
  /** Those that differ. */
  readonly rules: readonly Access[]
  /** Of each route, the number of its rule. */
  readonly ruleOf: readonly number[]
  /** Of requests that no pattern matches; -1: they are denied. */
  readonly otherwise: number
  /** Does any rule look at the clock? */
  readonly isTimely: boolean
}

export function createRuleBook({ routes, otherwise }: Rules): RuleBook {
  const known = new Map<string, number>()
  const rules: Access[] = []
  const numberOf = (rule: Access): number => {
    const text = JSON.stringify(rule)
    const number = known.get(text) ?? rules.push(rule) - 1
    known.set(text, number)
    return number
  }
  const ruleOf = routes.map(({ rule }) => numberOf(rule))
  return {
    rules,
    ruleOf,
    otherwise: otherwise === 'deny' ? -1 : numberOf(otherwise),
    isTimely: rules.some((rule) => rule !== 'public' && rule.maxAgeSeconds !== undefined),
  }
}

export function grantTo(
  { toleranceSeconds }: Engine,
  access: Access,
  { trusted, now }: Inspection,
): Grant {
  if (access === 'public') return 'all'
  if (!trusted || checkRouteLifetime(access, trusted, now, toleranceSeconds)) return 'none'
  const { identity } = trusted
  const isTaken = access.accept.includes(identity.tokenKind) && passesUserinfo(access, trusted)
  return isTaken ? grantOf(access, identity) : 'none'
}

/** Asked about before the policy was written, where the token opens `/userinfo` at all. */
function passesUserinfo(
  { userinfo }: Rule,
  { identity, isRefusedByUserinfo = false }: VerifiedToken,
): boolean {
  if (userinfo === 'required') return identity.userinfo !== undefined
  return userinfo === undefined || !isRefusedByUserinfo
}
