/**
 * Steps 2 to 10 of §2.2: from the parts of a signed token to a verified identity. jose verifies the
 * signature; the order, the key's provenance and the policy are ours. Nothing here depends on the
 * route or, past the choice of key, on the time.
 *
 * Not checked here: validity in time, sender constraint, revocation, authorization.
 */
import { flattenedVerify } from 'jose'
import { decodeBase64urlText, isCanonicalBase64url } from '../bytes.ts'
import { isObject, own, parseStrictObject } from '../json.ts'
import { KEY_ID_CHARACTERS } from '../limits.ts'
import type { RequestContext } from '../ports.ts'
import { deny, err, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import type { Identity } from '../types.ts'
import { readClaims } from './claims.ts'
import type { Claims } from './claims.ts'
import type { JwsParts } from './classify.ts'
import { readHeader } from './header.ts'
import type { HeaderCache } from './header.ts'
import type { TrustedIssuer } from './issuer.ts'
import { checkKind } from './kind.ts'
import type { TokenTimes } from './lifetime.ts'

export interface Trust {
  readonly issuers: ReadonlyMap<string, TrustedIssuer>
  /** Of all issuers together. */
  readonly algorithms: ReadonlySet<string>
  readonly headers: HeaderCache
}

export interface VerifiedToken {
  readonly identity: Identity
  readonly times: TokenTimes
  readonly issuer: TrustedIssuer
  readonly keyTier: string
}

export async function verifyJwt(
  parts: JwsParts,
  trust: Trust,
  now: number,
  context: RequestContext,
): Promise<Result<VerifiedToken>> {
  const payload = decodePayload(parts)
  if (payload === null) return deny('malformed_token')
  const header = trust.headers.get(parts.header)
  const read = header
    ? ok(header)
    : readHeader(parts.header, trust.algorithms, parts.signature !== '')
  if (!read.ok) return read
  const { alg, kid, profile } = read.value

  const iss = own(payload, 'iss')
  const issuer = typeof iss === 'string' ? trust.issuers.get(iss) : undefined
  if (issuer === undefined) return deny('issuer_mismatch')
  if (!issuer.algorithms.has(alg) || parts.signature === '') {
    return deny('alg_not_allowed', { name: [...issuer.algorithms].join(' ') })
  }
  if (issuer.profile !== null && issuer.profile !== profile) return deny('wrong_token_type')

  if (kid !== undefined && (kid === '' || kid.length > KEY_ID_CHARACTERS))
    return deny('kid_invalid')
  const found = await issuer.findKeys({ alg, kid }, now, context)
  if (!found.ok) return found
  const signed = await verifySignature(parts, found.value.keys)
  if (!signed.ok) return signed
  trust.headers.remember(parts.header, read.value)

  const claims = readClaims(payload, profile, issuer)
  if (!claims.ok) return claims
  const wrongKind = checkKind(claims.value, issuer)
  if (wrongKind !== null) return err(wrongKind)
  const identity = toIdentity(claims.value, issuer)
  return ok({ identity, times: claims.value, issuer, keyTier: found.value.tier })
}

function decodePayload({ payload, signature }: JwsParts) {
  if (signature !== '' && !isCanonicalBase64url(signature)) return null
  const text = decodeBase64urlText(payload)
  return text === null ? null : parseStrictObject(text)
}

/** jose checks that key and algorithm fit each other, and the size of RSA keys, before it verifies. */
async function verifySignature(
  { header, payload, signature }: JwsParts,
  keys: readonly CryptoKey[],
): Promise<Result<true>> {
  const jws = { protected: header, payload, signature }
  for (const key of keys) {
    try {
      await flattenedVerify(jws, key)
      return ok(true)
    } catch (error) {
      if (joseCode(error) === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') continue
      return deny('key_unusable')
    }
  }
  return deny('signature_invalid')
}

const joseCode = (error: unknown): unknown => isObject(error) && error['code']

function toIdentity(claims: Claims, issuer: TrustedIssuer): Identity {
  const { subject, audience, clientId, scopes, permissions, issuedAt, expiresAt, all } = claims
  return Object.freeze({
    subject,
    issuer: issuer.issuer,
    audience,
    clientId,
    scopes,
    permissions,
    issuedAt,
    expiresAt,
    tokenKind: 'jwt',
    claims: all,
  })
}
