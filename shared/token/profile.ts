/** The two shapes an access token takes (§1.1): Auth0's own and RFC 9068. */

export type Profile = 'auth0' | 'rfc9068'

/** Claims that must be there; one that names the client is `azp` or `client_id`. */
export const REQUIRED_CLAIMS: Readonly<Record<Profile, readonly string[]>> = {
  auth0: ['iss', 'sub', 'aud', 'iat', 'exp'],
  rfc9068: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'client_id'],
}

/** `typ` is compared as a media type: folded, and with or without `application/` (RFC 7515 §4.1.9). */
export function profileOfType(typ: string): Profile | undefined {
  const type = typ.toLowerCase().replace(/^application\//, '')
  if (type === 'jwt') return 'auth0'
  return type === 'at+jwt' ? 'rfc9068' : undefined
}
