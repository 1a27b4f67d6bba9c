/** When is a token good (§1.5, §2.2 step 11; RFC 7519 §4.1.4–4.1.6)? Runs on every request. */
import { denial } from '../reasons.ts'
import type { Denial } from '../reasons.ts'

export interface TokenTimes {
  /** All in epoch seconds. */
  readonly issuedAt: number
  readonly expiresAt: number
  readonly notBefore: number | null
}

export interface LifetimeLimits {
  readonly toleranceSeconds: number
  /** Of `exp − iat`; no tolerance applies. The stricter of issuer and route. */
  readonly maxLifetimeSeconds: number
  /** Of `now − iat`. */
  readonly maxAgeSeconds: number | null
}

/** The first second that a tolerance of 0 refuses is `exp` itself. */
export function checkValidity(
  { issuedAt, expiresAt, notBefore }: TokenTimes,
  now: number,
  toleranceSeconds: number,
): Denial | null {
  if (now >= expiresAt + toleranceSeconds) return denial('token_expired')
  if (notBefore !== null && now < notBefore - toleranceSeconds) return denial('token_not_yet_valid')
  if (issuedAt > now + toleranceSeconds) return denial('token_issued_in_future')
  return expiresAt <= issuedAt ? denial('claim_invalid', { name: 'exp' }) : null
}

/** An authorizer cannot shorten a token; it can refuse one that lives too long for the route. */
export function checkLifetime(
  { issuedAt, expiresAt }: TokenTimes,
  now: number,
  { toleranceSeconds, maxLifetimeSeconds, maxAgeSeconds }: LifetimeLimits,
): Denial | null {
  if (expiresAt - issuedAt > maxLifetimeSeconds) {
    return denial('token_lifetime_exceeded', { limit: maxLifetimeSeconds })
  }
  if (maxAgeSeconds !== null && now - issuedAt > maxAgeSeconds + toleranceSeconds) {
    return denial('token_too_old', { limit: maxAgeSeconds })
  }
  return null
}
