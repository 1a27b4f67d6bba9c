/**
 * Is this verified token an access token for this API, or something else the issuer signed with the
 * same key (§1.4, §2.2 steps 9 and 10; RFC 8725 §3.12)?
 */
import { own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { denial } from '../reasons.ts'
import type { Denial } from '../reasons.ts'
import type { Claims } from './claims.ts'
import type { TrustedIssuer } from './issuer.ts'

/** OpenID Connect puts these into ID tokens and nowhere else. */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash'] as const
/** An access token has at least one of these, as a rule; an ID token has none. */
const ACCESS_CLAIMS = ['scope', 'permissions', 'client_id', 'gty'] as const
const PROFILE_CLAIMS = ['sid', 'email', 'nickname', 'name', 'picture', 'email_verified'] as const
const INTERNAL_AUDIENCE = /\/(?:userinfo|me|mfa)\/?$/
const USERINFO_AUDIENCE = /\/userinfo$/

const INTERNAL_HINT =
  'The token is for the issuer itself (/userinfo and the like); request one with `audience=<API identifier>`.'

export function checkKind(claims: Claims, issuer: TrustedIssuer): Denial | null {
  const { all, audience } = claims
  if (ID_TOKEN_CLAIMS.some((name) => Object.hasOwn(all, name))) return denial('id_token_used')
  if (audience.includes(issuer.managementAudience)) return denial('management_api_token')
  if (Object.hasOwn(all, 'events')) return denial('wrong_token_type')
  return checkAudience(claims, issuer)
}

/** Any `aud` equal, to the letter, to any configured one: no URL is normalised (RFC 9068 §4). */
function checkAudience({ all, audience }: Claims, issuer: TrustedIssuer): Denial | null {
  const { audiences, strictAudience } = issuer
  if (!audience.some((value) => audiences.has(value))) {
    if (looksLikeIdToken(all, audience)) return denial('id_token_used')
    const internal = audience.every((value) => INTERNAL_AUDIENCE.test(value))
    return denial('audience_mismatch', internal ? { hint: INTERNAL_HINT } : undefined)
  }
  const foreign = (value: string) => !audiences.has(value) && !USERINFO_AUDIENCE.test(value)
  return strictAudience && audience.some(foreign) ? denial('audience_mismatch') : null
}

function looksLikeIdToken(all: JsonObject, audience: readonly string[]): boolean {
  if (ACCESS_CLAIMS.some((name) => Object.hasOwn(all, name))) return false
  if (audience.length === 1 && audience[0] === own(all, 'azp')) return true
  return PROFILE_CLAIMS.some((name) => Object.hasOwn(all, name))
}
