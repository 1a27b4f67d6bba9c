/** The JOSE header of a signed token (§2.2 step 4). It may narrow what is accepted, never widen it. */
import { decodeObject } from '../decode.ts'
import { own } from '../json.ts'
import { HEADER_CACHE_ENTRIES } from '../limits.ts'
import type { FoundKeys } from '../ports.ts'
import { deny, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import type { TrustedIssuer } from './issuer.ts'
import { profileOfType } from './profile.ts'
import type { Profile } from './profile.ts'

export interface JwsHeader {
  readonly alg: string
  readonly kid: string | undefined
  readonly profile: Profile
}

/** `algorithms`: of all issuers together; the token's own has the last word later. */
export function readHeader(segment: string, algorithms: readonly string[]): Result<JwsHeader> {
  const header = decodeObject(segment)
  if (!header) return deny('malformed_token')
  const has = (...names: string[]) => names.some((name) => Object.hasOwn(header, name))
  const [alg, kid, typ = ''] = [own(header, 'alg'), own(header, 'kid'), own(header, 'typ')]
  if (typeof alg !== 'string' || typeof typ !== 'string') return deny('malformed_token')
  if (kid !== undefined && typeof kid !== 'string') return deny('kid_invalid')
  if (has('crit', 'b64')) return deny('critical_header_unsupported')
  // Keys travel in the issuer's key set only (RFC 8725 §3.10); these are never fetched.
  if (has('jwk', 'jku', 'x5u')) return deny('untrusted_key_header')
  if (has('nonce')) return deny('idp_token', { detail: 'Microsoft Graph' })
  const profile = profileOfType(typ)
  if (!profile) return deny('wrong_token_type')
  return algorithms.includes(alg)
    ? ok({ alg, kid, profile })
    : deny('alg_not_allowed', { detail: algorithms.join(' ') })
}

/** What is known of a header: whose it is, and with which keys its tokens verified. */
export interface KnownHeader extends JwsHeader {
  readonly issuer: TrustedIssuer
  readonly found: FoundKeys
}

/**
 * Headers of tokens whose signature verified, by their text: an issuer writes the same one into
 * every token until it rotates. Forged tokens never enter, so they displace nothing.
 */
export type HeaderCache = Map<string, KnownHeader>

export function rememberHeader(cache: HeaderCache, segment: string, header: KnownHeader): void {
  if (cache.size >= HEADER_CACHE_ENTRIES) cache.clear()
  cache.set(segment, header)
}
