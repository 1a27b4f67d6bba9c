/** The JOSE header of a signed token (§2.2 step 4). It may narrow what is accepted, never widen it. */
import { decodeBase64urlText } from '../bytes.ts'
import { own, parseStrictObject } from '../json.ts'
import { HEADER_CACHE_ENTRIES } from '../limits.ts'
import { deny, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import { profileOfType } from './profile.ts'
import type { Profile } from './profile.ts'

export interface JwsHeader {
  readonly alg: string
  readonly kid: string | undefined
  readonly profile: Profile
}

/** Keys travel in the issuer's key set only (RFC 8725 §3.10); these are refused, never fetched. */
const KEY_MEMBERS = ['jwk', 'jku', 'x5u'] as const

/**
 * `hasSignature`: an empty third part is an unsecured JWS whatever its `alg` says.
 * `algorithms`: of all issuers together; the token's own issuer has the last word later.
 */
export function readHeader(
  segment: string,
  algorithms: ReadonlySet<string>,
  hasSignature: boolean,
): Result<JwsHeader> {
  const text = decodeBase64urlText(segment)
  const header = text === null ? null : parseStrictObject(text)
  if (header === null) return deny('malformed_token')
  const [alg, kid, typ] = [own(header, 'alg'), own(header, 'kid'), own(header, 'typ')]
  if (typeof alg !== 'string' || (typ !== undefined && typeof typ !== 'string')) {
    return deny('malformed_token')
  }
  if (kid !== undefined && typeof kid !== 'string') return deny('kid_invalid')
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) {
    return deny('critical_header_unsupported')
  }
  if (KEY_MEMBERS.some((name) => Object.hasOwn(header, name))) return deny('untrusted_key_header')
  if (Object.hasOwn(header, 'nonce')) return deny('idp_token', { name: 'Microsoft Graph' })
  const profile = typ === undefined ? null : profileOfType(typ)
  if (profile === null) return deny('wrong_token_type')
  if (!hasSignature || !algorithms.has(alg)) {
    return deny('alg_not_allowed', { name: [...algorithms].join(' ') })
  }
  return ok({ alg, kid, profile })
}

/**
 * Headers of tokens whose signature verified, by their text: an issuer writes the same one into
 * every token until it rotates. Forged tokens never enter, so they displace nothing.
 */
export interface HeaderCache {
  get(segment: string): JwsHeader | undefined
  remember(segment: string, header: JwsHeader): void
}

export function createHeaderCache(): HeaderCache {
  const headers = new Map<string, JwsHeader>()
  return {
    get: (segment) => headers.get(segment),
    remember(segment, header) {
      if (headers.has(segment)) return
      if (headers.size >= HEADER_CACHE_ENTRIES) headers.clear()
      headers.set(segment, header)
    },
  }
}
