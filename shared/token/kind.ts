/**
 * Is this verified token an access token for this API, or something else the issuer signed with the
 * same key (§1.4, §2.2 steps 9 and 10; RFC 8725 §3.12)?
 */
import { own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { denial, err } from '../reasons.ts'
import type { Denial, Result } from '../reasons.ts'
import type { Identity } from '../types.ts'
import { readClaims } from './claims.ts'
import type { Claims } from './claims.ts'
import type { TrustedIssuer } from './issuer.ts'
import type { Profile } from './profile.ts'

/** OpenID Connect puts these into ID tokens and nowhere else. */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash']
/** An access token has one of these, or its issuer's own names for two, as a rule; an ID token none. */
const ACCESS_CLAIMS = ['scope', 'permissions', 'client_id', 'gty']
const PROFILE_CLAIMS = ['sid', 'email', 'nickname', 'name', 'picture']
const INTERNAL = /\/(?:userinfo|me|mfa)\/?$/

const INTERNAL_HINT = {
  hint: 'Only for /userinfo; request the token with `audience=<API identifier>`.',
}

/** Steps 8 to 10 of §2.2. Depends on nothing but the text of the claims and the configuration. */
export function readAccessToken(
  claims: JsonObject,
  profile: Profile,
  issuer: TrustedIssuer,
): Result<Claims> {
  const read = readClaims(claims, profile, issuer)
  const misused = read.ok ? checkKind(read.value.identity, issuer) : undefined
  return misused ? err(misused) : read
}

/** Audiences compare to the letter: no URL is normalised (RFC 9068 §4). */
export function checkKind(identity: Identity, issuer: TrustedIssuer): Denial | undefined {
  const { audience, claims } = identity
  const hasAny = (names: readonly string[]) => names.some((name) => Object.hasOwn(claims, name))
  if (hasAny(ID_TOKEN_CLAIMS)) return denial('id_token_used')
  if (audience.includes(issuer.managementAudience)) return denial('management_api_token')
  if (hasAny(['events'])) return denial('wrong_token_type')
  if (audience.some((value) => issuer.audiences.includes(value))) {
    const isForeign = (value: string) =>
      !issuer.audiences.includes(value) && !value.endsWith('/userinfo')
    const isRefused = issuer.strictAudience && audience.some(isForeign)
    return isRefused ? denial('audience_mismatch') : undefined
  }
  const isForClient = audience.length === 1 && audience[0] === own(claims, 'azp')
  const access = [...ACCESS_CLAIMS, issuer.scopeClaim, issuer.permissionsClaim]
  if (!hasAny(access) && (isForClient || hasAny(PROFILE_CLAIMS))) return denial('id_token_used')
  const isInternal = audience.every((value) => INTERNAL.test(value))
  return denial('audience_mismatch', isInternal ? INTERNAL_HINT : undefined)
}
