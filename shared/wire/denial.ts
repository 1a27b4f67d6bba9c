/**
 * What each code means on the wire: status, OAuth error, and the mend for the developer (§2.3).
 * Exhaustive: a code without a row does not compile.
 */
import type { Denial, DenyCode } from '../reasons.ts'

/** RFC 6750 §3.1; null: the challenge, if any, carries no error. */
export type OAuthError = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

export interface DenialText {
  readonly status: 400 | 401 | 403 | 404
  readonly error: OAuthError | null
  /** The code in words, safe for a caller to read. */
  readonly description: string
  readonly hint: string
}

/** Whose fault it is; the commonest, the token's, is 401 `invalid_token`. */
type Kind = 'credentials' | 'request' | 'path' | 'scope' | 'policy'

const WIRE: Readonly<Record<Kind, readonly [DenialText['status'], OAuthError | null]>> = {
  credentials: [401, null],
  request: [400, 'invalid_request'],
  path: [400, null],
  scope: [403, 'insufficient_scope'],
  policy: [403, null],
}

/** `$`: the detail of the evidence. Where the code says it all, the documentation says the rest. */
const ROWS: Readonly<Record<DenyCode, readonly [hint: string, kind?: Kind]>> = {
  missing_token: ['Send `Authorization: Bearer <access token>`.', 'credentials'],
  unsupported_scheme: ['Use the Bearer scheme.', 'credentials'],
  malformed_authorization: ['Send `Bearer <token>`: one scheme, one token, no quotes.', 'request'],
  multiple_tokens: ['', 'request'],
  token_too_large: ['Remove large custom claims: the limit is $ bytes.', 'request'],
  csrf_rejected: ['Send cookies from the same origin.', 'policy'],
  path_ambiguous: ['Send the path without `//`, dot segments or `%2F`.', 'path'],
  malformed_token: ['Send a well-formed JWT.'],
  opaque_token: ['Request the token with `audience=<API identifier>`, or enable introspection.'],
  idp_token: ['This is a $ token: log in through the issuer and send its access token.'],
  encrypted_token_unsupported: ['Configure `decryptionKeys`.'],
  decryption_failed: ["Encrypt to this API's key: RSA-OAEP-256, A256GCM, no `zip`."],
  encryption_required: ['This API accepts only encrypted tokens.'],
  wrong_token_type: ['Check the JSON Web Token Profile of the API against `profile`.'],
  critical_header_unsupported: ['Remove `crit` and `b64`.'],
  untrusted_key_header: [''],
  alg_not_allowed: ['Sign with $.'],
  issuer_mismatch: ['Add the `iss` of the token, tenant or custom domain, with trailing slash.'],
  kid_invalid: [''],
  kid_missing: [''],
  unknown_key: ["Not in the issuer's JWKS (revoked key, other tenant?)."],
  key_unusable: [''],
  signature_invalid: ['Altered token, or wrong signing secret.'],
  claim_missing: ['Add claim `$`.'],
  claim_type_invalid: ['Claim `$` has the wrong JSON type or range.'],
  claim_invalid: ['Claim `$` contradicts another.'],
  id_token_used: ['Send the access token, requested with `audience=<API identifier>`.'],
  management_api_token: ['Request the token with `audience=<API identifier>`.'],
  audience_mismatch: ['Request the token with `audience=<API identifier>`.'],
  token_expired: ['Refresh the token.'],
  token_not_yet_valid: ['Check the clocks of the issuer and of the authorizer.'],
  token_issued_in_future: ['Check the clocks of the issuer and of the authorizer.'],
  token_lifetime_exceeded: ['Lower "Maximum Access Token Lifetime" of the API to $ s.'],
  token_too_old: ['Get a token younger than $ s.'],
  token_inactive: ['The issuer says that the token is not active; log in again.'],
  idp_app_mismatch: ['The provider issued this token to another app.'],
  userinfo_subject_mismatch: ['/userinfo answered for another user.'],
  sender_constraint_unsupported: [''],
  insufficient_scope: ['Request scope `$`.', 'scope'],
  insufficient_permissions: ['A new token will not help: the user lacks a permission.', 'scope'],
  org_not_allowed: ['', 'policy'],
  client_not_allowed: ['', 'policy'],
  principal_not_allowed: ['', 'policy'],
  actor_not_allowed: ['', 'policy'],
  claim_policy_failed: ['The route needs another `$`.', 'policy'],
  resource_owner_mismatch: ['', 'policy'],
  no_matching_route: ['Add a rule for this method and path.', 'policy'],
}

export function describeDenial({ code, evidence }: Denial): DenialText {
  const [hint, kind] = ROWS[code]
  const [status, error] = kind ? WIRE[kind] : ([401, 'invalid_token'] as const)
  return {
    status: evidence.hidden ? 404 : status,
    error,
    description: code.replaceAll('_', ' '),
    hint:
      evidence.hint || hint.replace('$', () => `${evidence.detail}`) || `See docs/codes.md#${code}`,
  }
}
