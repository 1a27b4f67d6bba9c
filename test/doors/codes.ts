import type { DenyCode } from '../../shared/index.ts'

/** What a code means to the caller, copied from token-spec §2.3. */
export interface Meaning {
  readonly status: 400 | 401 | 403
  /** `error` of the challenge. null: a 401 has a bare challenge, any other status has none. */
  readonly error: 'invalid_request' | 'invalid_token' | 'insufficient_scope' | null
}

const credentials: Meaning = { status: 401, error: null }
const request: Meaning = { status: 400, error: 'invalid_request' }
const token: Meaning = { status: 401, error: 'invalid_token' }
const scope: Meaning = { status: 403, error: 'insufficient_scope' }
const policy: Meaning = { status: 403, error: null }

/** Exhaustive: a code without a row does not compile, and one without a case fails `cases.test.ts`. */
export const CODES: Readonly<Record<DenyCode, Meaning>> = {
  missing_token: credentials,
  unsupported_scheme: credentials,
  malformed_authorization: request,
  multiple_tokens: request,
  token_too_large: request,
  csrf_rejected: policy,
  path_ambiguous: { status: 400, error: null },
  malformed_token: token,
  opaque_token: token,
  idp_token: token,
  encrypted_token_unsupported: token,
  decryption_failed: token,
  encryption_required: token,
  wrong_token_type: token,
  critical_header_unsupported: token,
  untrusted_key_header: token,
  alg_not_allowed: token,
  issuer_mismatch: token,
  kid_invalid: token,
  kid_missing: token,
  unknown_key: token,
  key_unusable: token,
  signature_invalid: token,
  claim_missing: token,
  claim_type_invalid: token,
  claim_invalid: token,
  id_token_used: token,
  management_api_token: token,
  audience_mismatch: token,
  token_expired: token,
  token_not_yet_valid: token,
  token_issued_in_future: token,
  token_lifetime_exceeded: token,
  token_too_old: token,
  token_inactive: token,
  idp_app_mismatch: token,
  userinfo_subject_mismatch: token,
  sender_constraint_unsupported: token,
  insufficient_scope: scope,
  insufficient_permissions: scope,
  org_not_allowed: policy,
  client_not_allowed: policy,
  principal_not_allowed: policy,
  actor_not_allowed: policy,
  claim_policy_failed: policy,
  resource_owner_mismatch: policy,
  no_matching_route: policy,
}
