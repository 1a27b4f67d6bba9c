/**
 * What is remembered of a verified token (§2.2, last paragraph): where its claims are written, and
 * what makes them good. They are read again when the token comes again. Most tokens of a crowd never
 * do, and all that is kept of them would have to be moved about by the garbage collector.
 */
import { decodeObject } from '../decode.ts'
import { VERIFIED_SECONDS } from '../limits.ts'
import type { FoundKeys } from '../ports.ts'
import type { Claims } from './claims.ts'
import type { TrustedIssuer } from './issuer.ts'
import { readAccessToken } from './kind.ts'
import type { Profile } from './profile.ts'

/** Verified by whoever can. Not checked: validity in time, sender constraint, the rules of a route. */
export interface VerifiedToken extends Claims {
  /** What is needed later of the policy for its issuer. */
  readonly issuer: Pick<TrustedIssuer, 'maxLifetimeSeconds'>
  /** Where the key, or the verdict, came from: see `FoundKeys`. */
  readonly keyTier: string
  /** `/userinfo` said that it is not active, or somebody else's. */
  readonly isRefusedByUserinfo?: boolean
}

export interface Verdict {
  /** Of the signed token, whether or not it came encrypted. */
  readonly payload: string
  readonly profile: Profile
  readonly issuer: TrustedIssuer
  readonly found: FoundKeys
  /** Epoch seconds. */
  readonly until: number
  /** Since it came again. */
  token?: VerifiedToken | undefined
}

export const createVerdict = (
  verified: Omit<Verdict, 'until' | 'token'>,
  now: number,
): Verdict => ({ ...verified, until: now + VERIFIED_SECONDS, token: undefined })

/** undefined: no longer to be relied on, once its key has left the issuer's set at the latest. */
export function recall(verdict: Verdict, now: number): VerifiedToken | undefined {
  if (now >= verdict.until || !verdict.found.holds(now)) return undefined
  return (verdict.token ??= readAgain(verdict))
}

function readAgain({ payload, profile, issuer }: Verdict): VerifiedToken | undefined {
  const claims = decodeObject(payload)
  const read = claims && readAccessToken(claims, profile, issuer)
  return read?.ok ? { ...read.value, issuer, keyTier: 'memory' } : undefined
}
