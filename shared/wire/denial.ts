/**
 * What each code means on the wire: status, OAuth error, and the mend for the developer (§2.3).
 * Exhaustive: a code without a row does not compile.
 */
import type { Denial, DenyCode, Evidence } from '../reasons.ts'

/** RFC 6750 §3.1; null: the challenge, if any, carries no error. */
export type OAuthError = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

export interface DenialText {
  readonly status: 400 | 401 | 403 | 404
  readonly error: OAuthError | null
  /** The code in words, safe for a caller to read. */
  readonly description: string
  readonly hint: string
}

/** Whose fault it is; `token`, the commonest, is 401 `invalid_token`. */
type Kind = 'token' | 'credentials' | 'request' | 'path' | 'scope' | 'policy'

const WIRE: Readonly<Record<Kind, readonly [DenialText['status'], OAuthError | null]>> = {
  token: [401, 'invalid_token'],
  credentials: [401, null],
  request: [400, 'invalid_request'],
  path: [400, null],
  scope: [403, 'insufficient_scope'],
  policy: [403, null],
}

type Hint = string | ((evidence: Evidence) => string)

const ROWS: Readonly<Record<DenyCode, readonly [hint: Hint, kind?: Kind]>> = {
  missing_token: ['Send `Authorization: Bearer <access token>`.', 'credentials'],
  unsupported_scheme: ['Use the Bearer scheme.', 'credentials'],
  malformed_authorization: [
    'Expected `Bearer <token>`: one scheme, one token, no quotes.',
    'request',
  ],
  multiple_tokens: ['Send the token once, in one Authorization header.', 'request'],
  token_too_large: [
    ({ limit }) => `Token exceeds ${limit} bytes; remove large custom claims.`,
    'request',
  ],
  csrf_rejected: ['Cookie-borne tokens need a same-origin request.', 'policy'],
  path_ambiguous: ['Path has encoded separators or dot segments; send it normalised.', 'path'],
  malformed_token: ['Not a well-formed JWT (did the client send `undefined`?).'],
  opaque_token: [
    'Opaque token: request it with `audience=<API identifier>` (or enable introspection).',
  ],
  idp_token: [
    ({ name }) => `That is a ${name} token; log in through the issuer and send its access token.`,
  ],
  encrypted_token_unsupported: ['Configure the JWE private key.'],
  wrong_token_type: [
    "`typ` not allowed; check the API's JSON Web Token Profile setting against `profile`.",
  ],
  critical_header_unsupported: ['Remove `crit` and `b64`.'],
  untrusted_key_header: ["Keys come from the issuer's JWKS only."],
  alg_not_allowed: [
    ({ name }) => `Token signed with an algorithm this API does not accept; expected ${name}.`,
  ],
  issuer_mismatch: [
    'Unknown `iss`; add the custom domain and/or tenant domain (with trailing slash).',
  ],
  kid_invalid: ['`kid` must be a string of 1 to 256 characters.'],
  kid_missing: ['The issuer has several keys, so its tokens need a `kid`.'],
  unknown_key: ["Key not in the issuer's JWKS (revoked key, other tenant?)."],
  key_unusable: ['The key may not verify this algorithm: check kty, crv, use, key_ops, alg, size.'],
  signature_invalid: ['Signature check failed: altered token or wrong signing secret.'],
  claim_missing: [({ name }) => `Claim \`${name}\` absent.`],
  claim_type_invalid: [({ name }) => `Claim \`${name}\` has the wrong JSON type or range.`],
  claim_invalid: [({ name }) => `Claim \`${name}\` contradicts another claim.`],
  id_token_used: [
    'ID token sent; send the access token requested with `audience=<API identifier>`.',
  ],
  management_api_token: [
    'Token is for the Auth0 Management API; request one with `audience=<API identifier>`.',
  ],
  audience_mismatch: ['Issue the token with `audience=<API identifier>`.'],
  token_expired: ['Refresh the token.'],
  token_not_yet_valid: ['Check clocks.'],
  token_issued_in_future: ['Check clocks.'],
  token_lifetime_exceeded: [
    ({ limit }) => `Lower "Maximum Access Token Lifetime" of the API to at most ${limit} s.`,
  ],
  token_too_old: [
    ({ limit }) => `This route needs a token younger than ${limit} s; get a fresh one.`,
  ],
  sender_constraint_unsupported: ['Token carries a `cnf` this API cannot check.'],
  insufficient_scope: [({ scope }) => `Needs scope \`${scope}\`.`, 'scope'],
  insufficient_permissions: [
    'The user lacks an RBAC permission; a new token will not help.',
    'scope',
  ],
  org_not_allowed: ['The route names other organizations.', 'policy'],
  client_not_allowed: ['The route names other clients.', 'policy'],
  principal_not_allowed: ['The route is for another kind of caller.', 'policy'],
  actor_not_allowed: ['The route does not accept this delegate.', 'policy'],
  claim_policy_failed: [({ name }) => `The route asks for another value of \`${name}\`.`, 'policy'],
  resource_owner_mismatch: ["Path object does not belong to the token's subject.", 'policy'],
  no_matching_route: ['Default deny: no rule for this method and path.', 'policy'],
}

export function describeDenial({ code, evidence }: Denial): DenialText {
  const [hint, kind = 'token'] = ROWS[code]
  const [status, error] = WIRE[kind]
  return {
    status: evidence.hidden ? 404 : status,
    error,
    description: code.replaceAll('_', ' '),
    hint: evidence.hint ?? (typeof hint === 'string' ? hint : hint(evidence)),
  }
}
