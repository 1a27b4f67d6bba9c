/**
 * What the authorizer tells its operator: one event per decision, one per trouble with a key set
 * or with whoever is asked about opaque tokens.
 */
import type { DenyCode, UnavailableCode } from './reasons.ts'

export type AuthorizerEvent = DecisionEvent | KeysEvent | OpaqueEvent

export interface DecisionEvent {
  readonly event: 'decision'
  readonly outcome: 'allow' | 'deny' | 'unavailable'
  readonly status: number
  readonly code: DenyCode | UnavailableCode | null
  readonly route: string | null
  /** An issuer of the configuration, or null: never what an unknown token claims. */
  readonly issuer: string | null
  /** Which tier the verification key came from, where one was looked up. */
  readonly keyTier: string | null
  readonly durationMs: number
  /** API Gateway: `request` where the policy speaks of this request alone. */
  readonly policy?: 'api' | 'request'
  /** Why it does, where that was not configured. */
  readonly policyReason?: string
}

export interface KeysEvent {
  readonly event: 'keys'
  readonly issuer: string
  /** `exposed`: the issuer publishes a private key, which verifies nothing here. */
  readonly outcome: 'refreshed' | 'failed' | 'exposed' | 'store_failed'
  /** The store and its fault, or what was wrong with the issuer's answer; our own words. */
  readonly detail: string
}

/** Whoever is asked about opaque tokens could not say. */
export interface OpaqueEvent {
  readonly event: 'opaque'
  /** The issuer, or the name of an identity provider, as configured. */
  readonly issuer: string
  /**
   * `credentials_refused` is an alarm: it refused our own credentials, and every caller with
   * such a token is answered 503 until somebody mends the configuration. `paused`: after several
   * failures it is left alone for a while.
   */
  readonly outcome: 'failed' | 'credentials_refused' | 'paused' | 'store_failed'
  /** What was wrong with the answer, or the store and its fault; our own words. */
  readonly detail: string
}
