/**
 * What each code means on the wire: status, OAuth error, words for the caller, the mend for the
 * developer (§2.3). Exhaustive: a code without a row does not compile.
 */
import type { Denial, DenyCode, Evidence } from '../reasons.ts'

/** RFC 6750 §3.1; null: the challenge, if any, carries no error. */
export type OAuthError = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

export interface DenialText {
  readonly status: 400 | 401 | 403 | 404
  readonly error: OAuthError | null
  readonly description: string
  readonly hint: string
}

type Status = 400 | 401 | 403
type Hint = string | ((evidence: Evidence) => string)
type Row = readonly [status: Status, error: OAuthError | null, description: string, hint: Hint]

const request = (description: string, hint: Hint): Row => [
  400,
  'invalid_request',
  description,
  hint,
]
const token = (description: string, hint: Hint): Row => [401, 'invalid_token', description, hint]
const forbidden = (description: string, hint: Hint): Row => [403, null, description, hint]

const ROWS: Readonly<Record<DenyCode, Row>> = {
  missing_token: [
    401,
    null,
    'No access token was sent',
    'Send `Authorization: Bearer <access token>`.',
  ],
  unsupported_scheme: [
    401,
    null,
    'The authentication scheme is not supported',
    'Use the Bearer scheme: `Authorization: Bearer <access token>`.',
  ],
  malformed_authorization: request(
    'The Authorization header is malformed',
    'Expected `Bearer <token>`: one scheme, one token, no quotes.',
  ),
  multiple_tokens: request(
    'More than one access token was sent',
    'Send the token once, in one Authorization header.',
  ),
  token_too_large: request(
    'The access token is too large',
    ({ limitBytes }) => `Token exceeds ${limitBytes} bytes; remove large custom claims.`,
  ),
  csrf_rejected: forbidden(
    'The request did not come from the same origin',
    'Cookie-borne tokens need a same-origin request.',
  ),
  path_ambiguous: [
    400,
    null,
    'The path is ambiguous',
    'Path has encoded separators or dot segments; send it normalised.',
  ],
  malformed_token: token(
    'The access token is malformed',
    'Not a well-formed JWT (did the client send `undefined`?).',
  ),
  opaque_token: token(
    'The access token is opaque',
    'Opaque token: request it with `audience=<API identifier>` (or enable introspection).',
  ),
  idp_token: token(
    'The token belongs to an identity provider',
    ({ provider }) =>
      `That is a ${provider} token; log in through the issuer and send its access token.`,
  ),
  encrypted_token_unsupported: token(
    'Encrypted access tokens are not supported',
    'Configure the JWE private key, or turn off token encryption for this API.',
  ),
  wrong_token_type: token(
    'The token is not an access token of the expected type',
    "`typ` not allowed; check the API's JSON Web Token Profile setting against `profile`.",
  ),
  critical_header_unsupported: token(
    'The token header asks for an extension that is not supported',
    'Remove `crit` and `b64` from the header.',
  ),
  untrusted_key_header: token(
    'The token header carries a key',
    "Keys come from the issuer's JWKS only; remove `jwk`, `jku` and `x5u`.",
  ),
  alg_not_allowed: token(
    'The signing algorithm is not allowed',
    ({ algorithms }) =>
      `Token signed with an algorithm this API does not accept; expected ${algorithms}.`,
  ),
  issuer_mismatch: token(
    'The issuer is not trusted',
    'Unknown `iss`; add the custom domain and/or tenant domain (with trailing slash).',
  ),
  kid_invalid: token('The key id is invalid', '`kid` must be a string of 1 to 256 characters.'),
  kid_missing: token(
    'The token names no key',
    'The issuer has several keys; its tokens need a `kid`.',
  ),
  unknown_key: token(
    'The signing key is unknown',
    "Key not in the issuer's JWKS (revoked key, other tenant?).",
  ),
  key_unusable: token(
    'The signing key may not be used',
    'The key in the JWKS may not verify this algorithm: check its kty, crv, use, key_ops, alg and size.',
  ),
  signature_invalid: token(
    'The signature is invalid',
    'Signature check failed: altered token or wrong signing secret.',
  ),
  claim_missing: token('A required claim is missing', ({ claim }) => `Claim \`${claim}\` absent.`),
  claim_type_invalid: token(
    'A claim has the wrong type',
    ({ claim }) => `Claim \`${claim}\` has the wrong JSON type or range.`,
  ),
  claim_invalid: token(
    'A claim is inconsistent',
    ({ claim }) => `Claim \`${claim}\` contradicts another claim.`,
  ),
  id_token_used: token(
    'The token is an ID token',
    'ID token sent; send the access token requested with `audience=<API identifier>`.',
  ),
  management_api_token: token(
    'The token is for another API',
    'Token is for the Auth0 Management API; request one with `audience=<API identifier>`.',
  ),
  audience_mismatch: token(
    'The token is for another audience',
    'Issue the token with `audience=<API identifier>`.',
  ),
  token_expired: token('The access token expired', 'Refresh the token.'),
  token_not_yet_valid: token('The access token is not valid yet', 'Check clocks.'),
  token_issued_in_future: token('The access token was issued in the future', 'Check clocks.'),
  token_lifetime_exceeded: token(
    'The access token lives too long',
    ({ limitSeconds }) =>
      `Lower "Maximum Access Token Lifetime" of the API to at most ${limitSeconds} s.`,
  ),
  token_too_old: token(
    'The access token is too old for this route',
    ({ limitSeconds }) =>
      `This route needs a token younger than ${limitSeconds} s; get a fresh one.`,
  ),
  sender_constraint_unsupported: token(
    'The access token is bound to a key or certificate',
    'Token carries a `cnf` this API cannot check; issue unbound tokens for it.',
  ),
  insufficient_scope: [
    403,
    'insufficient_scope',
    'The access token lacks a scope',
    ({ scope }) => `Needs scope \`${scope}\`.`,
  ],
  insufficient_permissions: [
    403,
    'insufficient_scope',
    'The user lacks a permission',
    'The user lacks an RBAC permission; a new token will not help.',
  ],
  org_not_allowed: forbidden(
    'The organization is not allowed',
    'The route names other organizations than the token does.',
  ),
  client_not_allowed: forbidden('The client is not allowed', 'The route names other clients.'),
  principal_not_allowed: forbidden(
    'This kind of caller is not allowed',
    'The route is for another kind of caller: user, machine or agent.',
  ),
  actor_not_allowed: forbidden(
    'The delegate is not allowed',
    'The token is used on behalf of its subject by an actor the route does not accept.',
  ),
  claim_policy_failed: forbidden(
    'A claim rule refuses the token',
    ({ claim }) => `Claim \`${claim}\` does not have a value the route accepts.`,
  ),
  resource_owner_mismatch: forbidden(
    "The object is not the caller's own",
    "Path object does not belong to the token's subject.",
  ),
  no_matching_route: forbidden(
    'No rule allows this request',
    'Default deny: no rule for this method and path.',
  ),
}

const HIDDEN: DenialText = {
  status: 404,
  error: null,
  description: 'Not found',
  hint: "Path object does not belong to the token's subject; the route hides that it exists.",
}

export function describeDenial({ code, evidence }: Denial): DenialText {
  if (evidence.status === 404) return HIDDEN
  const [status, error, description, hint] = ROWS[code]
  const mend = evidence.hint ?? (typeof hint === 'string' ? hint : hint(evidence))
  return { status, error, description, hint: mend }
}
