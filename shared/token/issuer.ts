/** An issuer the configuration trusts, compiled once at start (§1, §2.2 step 5). */
import type { FindKeys } from '../ports.ts'
import type { Profile } from './profile.ts'

export interface TrustedIssuer {
  /** Compared to `iss` to the letter, trailing slash included. */
  readonly issuer: string
  readonly audiences: ReadonlySet<string>
  readonly strictAudience: boolean
  /** null: by the token's `typ`. */
  readonly profile: Profile | null
  readonly algorithms: ReadonlySet<string>
  readonly maxLifetimeSeconds: number
  readonly scopeClaim: string
  readonly permissionsClaim: string
  /** The audience of Auth0's Management API on this domain. */
  readonly managementAudience: string
  readonly findKeys: FindKeys
}
