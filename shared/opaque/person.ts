/** A user of an identity provider as a caller of ours. */
import { own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { VerifiedToken } from '../token/verdict.ts'

/** Who a token belongs to, once its app is known to be ours. */
export interface Person {
  readonly subject: string
  readonly clientId: string
  /** Epoch seconds; undefined: the provider does not say, or it does not expire. */
  readonly issuedAt?: number | undefined
  readonly expiresAt?: number | undefined
  readonly notBefore?: number | undefined
  readonly facts: JsonObject
}

/**
 * The principal is (provider, subject): `sub` is no claim here, so that no rule can take a provider's
 * user for one of an issuer's; `<provider>_user_id` is, for `bind`.
 */
export function describePerson(
  provider: string,
  { subject, clientId, issuedAt, expiresAt, notBefore = 0, facts }: Person,
  now: number,
  heldUntil: number,
): VerifiedToken {
  // A token bound to a key is refused, or checked, whoever issued it.
  const isBound = Object.hasOwn(facts, 'cnf')
  return {
    identity: {
      subject,
      issuer: provider,
      audience: [clientId],
      clientId,
      scopes: [],
      permissions: [],
      issuedAt: issuedAt ?? Math.floor(now),
      expiresAt: expiresAt ?? heldUntil,
      tokenKind: 'identity-provider',
      claims: { [`${provider}_user_id`]: subject, ...(isBound && { cnf: own(facts, 'cnf') }) },
      userinfo: facts,
    },
    times: {
      issuedAt: issuedAt ?? -Infinity,
      expiresAt: expiresAt ?? Infinity,
      notBefore,
    },
    issuer: { maxLifetimeSeconds: Infinity },
    keyTier: 'issuer',
  }
}
