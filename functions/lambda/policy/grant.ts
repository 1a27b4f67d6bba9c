/** What a token may do, whatever the request: by rule, because routes share theirs. */
import { checkRouteLifetime } from '../../../shared/authorize.ts'
import type { Engine } from '../../../shared/authorize.ts'
import { grantOf } from '../../../shared/policy/grant.ts'
import type { Grant } from '../../../shared/policy/grant.ts'
import type { Access, Rules } from '../../../shared/policy/rules.ts'
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
  // Asked about before the policy was written, where the token opens /userinfo at all.
  const isUnasked = access.userinfo === 'required' && !identity.userinfo
  if (!access.accept.includes(identity.tokenKind) || isUnasked) return 'none'
  return grantOf(access, identity)
}
