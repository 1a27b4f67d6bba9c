/** When is a token good (§1.5, §2.2 step 11; RFC 7519 §4.1.4–4.1.6)? Runs on every request. */
import { denial } from '../reasons.ts'
import type { Denial } from '../reasons.ts'

/** All in epoch seconds. */
export interface TokenTimes {
  readonly issuedAt: number
  readonly expiresAt: number
  readonly notBefore: number
}

/** The first second that a tolerance of 0 refuses is `exp` itself. */
export function checkValidity(
  { issuedAt, expiresAt, notBefore }: TokenTimes,
  now: number,
  toleranceSeconds: number,
): Denial | undefined {
  if (now >= expiresAt + toleranceSeconds) return denial('token_expired')
  if (now < notBefore - toleranceSeconds) return denial('token_not_yet_valid')
  if (issuedAt > now + toleranceSeconds) return denial('token_issued_in_future')
  return expiresAt <= issuedAt ? denial('claim_invalid', { detail: 'exp' }) : undefined
}

export interface LifetimeLimits {
  /** Of `exp − iat`; no tolerance applies. */
  readonly maxLifetimeSeconds: number
  /** Of `now − iat`, beyond the tolerance. */
  readonly maxAgeSeconds: number
}

/** An authorizer cannot shorten a token; it can refuse one that lives too long for the route. */
export function checkLifetime(
  { issuedAt, expiresAt }: TokenTimes,
  now: number,
  toleranceSeconds: number,
  { maxLifetimeSeconds, maxAgeSeconds }: LifetimeLimits,
): Denial | undefined {
  if (expiresAt - issuedAt > maxLifetimeSeconds) {
    return denial('token_lifetime_exceeded', { detail: `${maxLifetimeSeconds}` })
  }
  return now - issuedAt > maxAgeSeconds + toleranceSeconds
    ? denial('token_too_old', { detail: `${maxAgeSeconds}` })
    : undefined
}
