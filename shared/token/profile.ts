/** The two shapes an access token takes (§1.1): Auth0's own and RFC 9068. */

export type Profile = 'auth0' | 'rfc9068'

interface ProfileRules {
  /** Full media type, lower case (RFC 7515 §4.1.9). */
  readonly type: string
  readonly required: readonly string[]
}

export const PROFILES: Readonly<Record<Profile, ProfileRules>> = {
  auth0: {
    type: 'application/jwt',
    required: ['iss', 'sub', 'aud', 'iat', 'exp'],
  },
  rfc9068: {
    type: 'application/at+jwt',
    required: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'client_id'],
  },
}

/** `typ` compared as a media type: case-folded, `application/` added where it has no slash. */
export function profileOfType(typ: string): Profile | null {
  const folded = typ.toLowerCase()
  const type = folded.includes('/') ? folded : `application/${folded}`
  if (type === PROFILES.auth0.type) return 'auth0'
  return type === PROFILES.rfc9068.type ? 'rfc9068' : null
}
