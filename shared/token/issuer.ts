/** An issuer the configuration trusts, compiled once at start (§1, §2.2 step 5). */
import type { Secret } from '../config/types.ts'
import type { FindKeys } from '../ports.ts'
import type { ClaimShapes } from './claims.ts'

export interface TrustedIssuer {
  /** Compared to `iss` to the letter, trailing slash included. */
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly strictAudience?: boolean
  /** `auto`: by the token's `typ`. */
  readonly profile?: 'auto' | 'auth0' | 'rfc9068'
  readonly algorithms: readonly string[]
  readonly decryptionKeys?: Secret
  /** `required`: a token that was not encrypted is refused. */
  readonly encryption?: 'required'
  readonly maxLifetimeSeconds: number
  readonly scopeClaim: string
  readonly permissionsClaim: string
  readonly shapes: ClaimShapes
  /** The audience of Auth0's Management API on this domain. */
  readonly managementAudience: string
  readonly findKeys: FindKeys
}
