/**
 * The checks in their order, and at which of them each code is said. A decision names the
 * check that failed; what comes before it passed, what comes after it was not reached. Nothing is
 * checked here.
 */
import type { Code, StepName } from './explanation.ts'

interface StepText {
  readonly name: StepName
  readonly title: string
  readonly source: string
}

const text = (name: StepName, title: string, source = ''): StepText => ({ name, title, source })

export const STEPS: readonly StepText[] = [
  text('route', 'A route answers the request'),
  text('extract', 'The request carries one token', 'RFC 6750 §2, RFC 9110 §11'),
  text('classify', 'This kind of token is accepted here'),
  text('introspection', 'Its issuer or provider confirms it', 'RFC 7662, OpenID Connect Core §5.3'),
  text('decode', 'It can be parsed in only one way', 'RFC 7515 §2, RFC 8725 §3.7'),
  text('decrypt', 'It is encrypted as configured', 'RFC 9068 §4'),
  text('header', 'Its header is acceptable', 'RFC 7515 §4.1, RFC 8725 §3.1, §3.11'),
  text('issuer', 'Its issuer is trusted', 'RFC 8725 §3.8'),
  text('key', 'The issuer has the key', 'RFC 7517'),
  text('signature', 'The signature verifies', 'RFC 7515 §5.2'),
  text('claims', 'The required claims are well formed', 'RFC 9068 §2.2'),
  text('kind', 'It is an access token', 'RFC 8725 §3.12'),
  text('audience', 'It is for this API', 'RFC 9068 §4, RFC 8725 §3.9'),
  text('time', 'It is valid at this time', 'RFC 7519 §4.1.4 to §4.1.6'),
  text('lifetime', 'Its lifetime is within the limit'),
  text('constraint', 'Its sender constraint is met', 'RFC 7800'),
  text('revocation', 'It is not revoked'),
  text('authorization', 'It may call this route', 'RFC 6750 §3.1'),
  text('enrichment', '/userinfo answers for the same user'),
]

/**
 * Exhaustive: a code without a row does not compile. Where a code may be said at two steps, the row
 * names the earlier one, so that no step is ever called passed which was not; `refine` says better.
 */
export const STEP_OF: Readonly<Record<Code, StepName>> = {
  path_ambiguous: 'route',
  no_matching_route: 'route',
  missing_token: 'extract',
  unsupported_scheme: 'extract',
  malformed_authorization: 'extract',
  multiple_tokens: 'extract',
  token_too_large: 'extract',
  csrf_rejected: 'extract',
  opaque_token: 'classify',
  idp_token: 'classify',
  token_inactive: 'introspection',
  idp_app_mismatch: 'introspection',
  introspection_unavailable: 'introspection',
  userinfo_unavailable: 'introspection',
  userinfo_rate_limited: 'introspection',
  malformed_token: 'decode',
  encrypted_token_unsupported: 'decrypt',
  decryption_failed: 'decrypt',
  encryption_required: 'decrypt',
  wrong_token_type: 'header',
  critical_header_unsupported: 'header',
  untrusted_key_header: 'header',
  alg_not_allowed: 'header',
  kid_invalid: 'header',
  issuer_mismatch: 'issuer',
  kid_missing: 'key',
  unknown_key: 'key',
  key_unusable: 'key',
  keys_unavailable: 'key',
  signature_invalid: 'signature',
  claim_missing: 'claims',
  claim_type_invalid: 'claims',
  claim_invalid: 'claims',
  id_token_used: 'kind',
  management_api_token: 'kind',
  audience_mismatch: 'audience',
  token_expired: 'time',
  token_not_yet_valid: 'time',
  token_issued_in_future: 'time',
  token_lifetime_exceeded: 'lifetime',
  token_too_old: 'lifetime',
  sender_constraint_unsupported: 'constraint',
  insufficient_scope: 'authorization',
  insufficient_permissions: 'authorization',
  org_not_allowed: 'authorization',
  client_not_allowed: 'authorization',
  principal_not_allowed: 'authorization',
  actor_not_allowed: 'authorization',
  claim_policy_failed: 'authorization',
  resource_owner_mismatch: 'authorization',
  userinfo_subject_mismatch: 'enrichment',
}
