/** What of a token its grants depend on, as text: equal keys, equal policies. */
import type { Authorizer } from '../../../shared/authorize.ts'
import { own } from '../../../shared/json.ts'
import { principalKind } from '../../../shared/policy/authorize.ts'
import type { Rule } from '../../../shared/policy/rule.ts'
import type { VerifiedToken } from '../../../shared/token/jwt.ts'

export type GrantsKey = (token: VerifiedToken | null, now: number) => string

export function createGrantsKey({ rules }: Authorizer): GrantsKey {
  const asked = [...rules.table.routes.map(({ rule }) => rule), rules.otherwise].filter(
    (rule) => typeof rule !== 'string',
  )
  const claims = [...new Set(asked.flatMap(claimsRead))]
  const lifetimes = distinct(asked.map((rule) => rule.maxLifetimeSeconds))
  const ages = distinct(asked.map((rule) => rule.maxAgeSeconds))

  return (token, now) => {
    if (token === null) return ''
    const { identity, issuer, times } = token
    const lifetime = times.expiresAt - times.issuedAt
    return JSON.stringify([
      identity.scopes,
      identity.permissions,
      identity.clientId,
      principalKind(identity),
      claims.map((name) => own(identity.claims, name) ?? null),
      [issuer.maxLifetimeSeconds, ...lifetimes].map((limit) => lifetime > limit),
      // Within the tolerance an age may count either way, so it is remembered to the second.
      ages.length === 0 ? null : Math.floor(now - times.issuedAt),
    ])
  }
}

const distinct = (limits: readonly (number | null)[]): readonly number[] => [
  ...new Set(limits.filter((limit) => limit !== null)),
]

function claimsRead(rule: Rule): readonly string[] {
  return [
    ...rule.claims.map(([name]) => name),
    ...rule.bind.map(([, claim]) => claim),
    ...(rule.organizations === null ? [] : ['org_id', 'org_name']),
    ...(rule.delegation === 'allow' ? [] : ['act']),
  ]
}
