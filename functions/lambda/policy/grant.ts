/** What a token may do on a route: everything but the request itself. */
import { checkRouteLifetime } from '../../../shared/authorize.ts'
import type { Engine } from '../../../shared/authorize.ts'
import { grantOf } from '../../../shared/policy/grant.ts'
import type { Grant } from '../../../shared/policy/grant.ts'
import type { Access } from '../../../shared/policy/rules.ts'
import type { Inspection } from '../inspect.ts'

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
