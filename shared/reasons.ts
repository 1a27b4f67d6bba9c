/**
 * The vocabulary: why a token was refused, or why it could not be judged. A closed union: a new
 * code does not compile until `wire/denial.ts` gives it a status, a challenge and a hint.
 */

export type DenyCode =
  | 'missing_token'
  | 'unsupported_scheme'
  | 'malformed_authorization'
  | 'multiple_tokens'
  | 'token_too_large'
  | 'csrf_rejected'
  | 'path_ambiguous'
  | 'malformed_token'
  | 'opaque_token'
  | 'idp_token'
  | 'encrypted_token_unsupported'
  | 'decryption_failed'
  | 'encryption_required'
  | 'wrong_token_type'
  | 'critical_header_unsupported'
  | 'untrusted_key_header'
  | 'alg_not_allowed'
  | 'issuer_mismatch'
  | 'kid_invalid'
  | 'kid_missing'
  | 'unknown_key'
  | 'key_unusable'
  | 'signature_invalid'
  | 'claim_missing'
  | 'claim_type_invalid'
  | 'claim_invalid'
  | 'id_token_used'
  | 'management_api_token'
  | 'audience_mismatch'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_issued_in_future'
  | 'token_lifetime_exceeded'
  | 'token_too_old'
  | 'token_inactive'
  | 'idp_app_mismatch'
  | 'userinfo_subject_mismatch'
  | 'sender_constraint_unsupported'
  | 'insufficient_scope'
  | 'insufficient_permissions'
  | 'org_not_allowed'
  | 'client_not_allowed'
  | 'principal_not_allowed'
  | 'actor_not_allowed'
  | 'claim_policy_failed'
  | 'resource_owner_mismatch'
  | 'no_matching_route'

export type UnavailableCode =
  | 'keys_unavailable'
  | 'introspection_unavailable'
  | 'userinfo_unavailable'
  | 'userinfo_rate_limited'

/**
 * What a hint may name. Only configured values, claim *names*, numbers and our own words: nothing
 * that came out of a token, so nothing a caller wrote ever reaches a header, a body or a log.
 */
export interface Evidence {
  /** What the hint names: a claim, a limit, scopes, algorithms, a provider. */
  readonly detail?: string | undefined
  /** A more specific hint than the code's own; one of our constants. */
  readonly hint?: string
  /** Answered as 404: the route hides that the object exists. */
  readonly hidden?: boolean
}

export interface Denial {
  readonly outcome: 'deny'
  readonly code: DenyCode
  readonly evidence: Evidence
}

/** Nobody could say whether the token is good. Never a denial: a denial would be cached and believed. */
export interface Outage {
  readonly outcome: 'unavailable'
  readonly code: UnavailableCode
  readonly retryAfterSeconds: number
}

export type Refusal = Denial | Outage

export type Result<T, E = Refusal> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

export const err = <E>(error: E): { readonly ok: false; readonly error: E } => ({
  ok: false,
  error,
})

const NO_EVIDENCE: Evidence = {}

export const denial = (code: DenyCode, evidence: Evidence = NO_EVIDENCE): Denial => ({
  outcome: 'deny',
  code,
  evidence,
})

/** `err(denial(…))`, the commonest line of the parts. */
export const deny = (
  code: DenyCode,
  evidence?: Evidence,
): { readonly ok: false; readonly error: Denial } => err(denial(code, evidence))

export const outage = (code: UnavailableCode, retryAfterSeconds: number): Outage => ({
  outcome: 'unavailable',
  code,
  retryAfterSeconds,
})
