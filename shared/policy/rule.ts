/** What a route asks of the token that calls it, compiled from its `RoutePolicy`. */
import type { ClaimValue, PrincipalKind, RoutePolicy } from '../config/types.ts'

export interface Rule {
  readonly scopes: readonly string[]
  readonly anyScope: readonly string[]
  readonly permissions: readonly string[]
  readonly anyPermission: readonly string[]
  /** null: any. */
  readonly principals: readonly PrincipalKind[] | null
  readonly organizations: readonly string[] | null
  readonly clients: readonly string[] | null
  readonly claims: readonly (readonly [name: string, allowed: readonly ClaimValue[]])[]
  readonly bind: readonly (readonly [parameter: string, claim: string])[]
  readonly bindBypassScope: string | null
  readonly hideExistence: boolean
  readonly delegation: 'allow' | 'forbid' | readonly string[]
  /** null: the issuer's. */
  readonly maxLifetimeSeconds: number | null
  readonly maxAgeSeconds: number | null
}

export function compileRule(policy: RoutePolicy): Rule {
  const { delegation = 'allow' } = policy
  return {
    scopes: words(policy.scopes),
    anyScope: policy.anyScope ?? [],
    permissions: words(policy.permissions),
    anyPermission: policy.anyPermission ?? [],
    principals: policy.principal === undefined ? null : listOf(policy.principal),
    organizations: policy.organizations ?? null,
    clients: policy.clients ?? null,
    claims: Object.entries(policy.claims ?? {}).map(([name, value]) => [name, listOf(value)]),
    bind: Object.entries(policy.bind ?? {}),
    bindBypassScope: policy.bindBypassScope ?? null,
    hideExistence: policy.hideExistence ?? false,
    delegation: typeof delegation === 'string' ? delegation : delegation.actors,
    maxLifetimeSeconds: policy.maxLifetimeSeconds ?? null,
    maxAgeSeconds: policy.maxAgeSeconds ?? null,
  }
}

const listOf = <T extends ClaimValue>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T]

/** `'a b'` asks for both, as it would in a `scope` claim. */
const words = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : (value ?? [])
