/** What a route asks of the token that calls it: its `RoutePolicy`, with lists where one or more were written. */
import type { ClaimValue, PrincipalKind, RoutePolicy } from '../config/types.ts'
import type { TokenKind } from '../types.ts'

export interface Rule extends Pick<
  RoutePolicy,
  | 'organizations'
  | 'clients'
  | 'bindBypassScope'
  | 'hideExistence'
  | 'delegation'
  | 'maxLifetimeSeconds'
  | 'maxAgeSeconds'
  | 'userinfo'
  | 'verdictSeconds'
> {
  readonly accept: readonly TokenKind[]
  readonly scopes: readonly string[]
  readonly anyScope: readonly string[]
  readonly permissions: readonly string[]
  readonly anyPermission: readonly string[]
  readonly principals: readonly PrincipalKind[]
  readonly claims: readonly (readonly [name: string, allowed: readonly ClaimValue[]])[]
  /** Every scope of the route, divided by spaces, as a challenge names them (RFC 6750 §3). */
  readonly wanted: string
  readonly bind: readonly (readonly [parameter: string, claim: string])[]
}

export const compileRule = (policy: RoutePolicy): Rule => {
  const { accept, scopes, anyScope, permissions, anyPermission, principal, claims, bind, ...rest } =
    policy
  // `'a b'` asks for both, as it would in a `scope` claim.
  const all = listOf(scopes).flatMap((names) => names.split(' '))
  const openid = policy.userinfo === 'required' ? ['openid'] : []
  return {
    ...rest,
    accept: accept ?? ['jwt', 'introspected'],
    scopes: all,
    anyScope: listOf(anyScope),
    wanted: [...new Set([...all, ...listOf(anyScope), ...openid])].join(' '),
    permissions: listOf(permissions),
    anyPermission: listOf(anyPermission),
    principals: listOf(principal),
    claims: Object.entries(claims ?? {}).map(([name, value]) => [name, listOf(value)]),
    bind: Object.entries(bind ?? {}),
  }
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] => [value ?? []].flat() as T[]
