/** What of a token its grants depend on, as text: equal keys, equal policies. */
import type { Engine } from '../../../shared/authorize.ts'
import { own } from '../../../shared/json.ts'
import { principalKind } from '../../../shared/policy/authorize.ts'
import type { Rule } from '../../../shared/policy/rule.ts'
import type { Inspection } from '../inspect.ts'

export type GrantsKey = (given: Inspection) => string

export function createGrantsKey({ rules }: Engine): GrantsKey {
  const asked = [...rules.routes.map(({ rule }) => rule), rules.otherwise].filter(
    (rule) => typeof rule !== 'string',
  )
  const claims = [...new Set(asked.flatMap(claimsRead))]
  const lifetimes = distinct(asked.map((rule) => rule.maxLifetimeSeconds))
  const ages = distinct(asked.map((rule) => rule.maxAgeSeconds))

  return ({ trusted, now }) => {
    if (!trusted) return ''
    const { identity, issuer, times } = trusted
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

const distinct = (limits: readonly (number | undefined)[]): readonly number[] => [
  ...new Set(limits.filter((limit) => limit !== undefined)),
]

function claimsRead(rule: Rule): readonly string[] {
  return [
    ...rule.claims.map(([name]) => name),
    ...rule.bind.map(([, claim]) => claim),
    ...(rule.organizations ? ['org_id', 'org_name'] : []),
    ...(rule.delegation ? ['act'] : []),
  ]
}
