/**
 * Steps 2 to 10 of §2.2: from the parts of a signed token to a verified identity. jose verifies the
 * signature; the order, the key's provenance and the policy are ours. Nothing here depends on the
 * route or, past the choice of key, on the time.
 *
 * Not checked here: validity in time, sender constraint, revocation, authorization.
 */
import { compactVerify } from 'jose'
import { isCanonicalBase64url } from '../bytes.ts'
import { isObject, own } from '../json.ts'
import { KEY_ID_CHARACTERS } from '../limits.ts'
import type { RequestContext, VerificationKey } from '../ports.ts'
import { denial, deny, err, ok } from '../reasons.ts'
import type { Denial, DenyCode, Result } from '../reasons.ts'
import { readClaims } from './claims.ts'
import type { Claims } from './claims.ts'
import type { JwsParts } from './classify.ts'
import { decodeObject } from './decode.ts'
import { readHeader, rememberHeader } from './header.ts'
import type { HeaderCache, JwsHeader } from './header.ts'
import type { TrustedIssuer } from './issuer.ts'
import { checkKind } from './kind.ts'

export interface Trust {
  readonly issuers: ReadonlyMap<unknown, TrustedIssuer>
  /** Of all issuers together. */
  readonly algorithms: readonly string[]
  readonly headers: HeaderCache
}

export interface VerifiedToken extends Claims {
  readonly issuer: Pick<TrustedIssuer, 'maxLifetimeSeconds'>
  readonly keyTier: string
}

export async function verifyJwt(
  { token, header: head, payload, signature }: JwsParts,
  { issuers, algorithms, headers }: Trust,
  now: number,
  context: RequestContext,
): Promise<Result<VerifiedToken>> {
  const known = headers.get(head)
  // Begun with the key that the last token of this header had, so that the platform's threads check
  // the signature while the claims are read here. It counts only if it turns out to be the key.
  const early = known && verifySignature(token, [known.key])
  const claims = decodeObject(payload)
  if (!claims || !isCanonicalBase64url(signature)) return deny('malformed_token')
  const header = known ? ok(known) : readHeader(head, algorithms)
  if (!header.ok) return header
  const { alg, kid, profile } = header.value
  const issuer = issuers.get(own(claims, 'iss'))
  if (!issuer) return deny('issuer_mismatch')
  const refusal = checkHeader(header.value, issuer, signature)
  if (refusal) return err(refusal)
  const found = await issuer.findKeys({ alg, kid }, now, context)
  if (!found.ok) return found
  const { keys, tier: keyTier } = found.value
  const [key, ...more] = keys
  const isKnown = key === known?.key && more.length === 0
  const verified = isKnown && early ? early : verifySignature(token, keys)

  const read = readClaims(claims, profile, issuer)
  const misused = read.ok ? checkKind(read.value.identity, issuer) : undefined
  const forged = await verified
  if (forged) return deny(forged)
  if (key && !isKnown) rememberHeader(headers, head, { ...header.value, key })
  if (!read.ok) return read
  return misused ? err(misused) : ok({ ...read.value, issuer, keyTier })
}

/** What the token's own issuer says of a header that some issuer's tokens may have. */
function checkHeader(
  { alg, kid, profile }: JwsHeader,
  issuer: TrustedIssuer,
  signature: string,
): Denial | undefined {
  // No signature is an unsecured token, whatever its `alg` says.
  if (!signature || !issuer.algorithms.includes(alg)) {
    return denial('alg_not_allowed', { detail: issuer.algorithms.join(' ') })
  }
  if (![undefined, 'auto', profile].includes(issuer.profile)) return denial('wrong_token_type')
  const isKeyId = kid === undefined || (kid !== '' && kid.length <= KEY_ID_CHARACTERS)
  return isKeyId ? undefined : denial('kid_invalid')
}

/** jose checks that key and algorithm fit each other, and the size of RSA keys, before it verifies. */
export async function verifySignature(
  token: string,
  keys: readonly VerificationKey[],
): Promise<DenyCode | undefined> {
  for (const key of keys) {
    try {
      await compactVerify(token, key)
      return undefined
    } catch (error) {
      const isForged = isObject(error) && error['code'] === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'
      if (!isForged) return 'key_unusable'
    }
  }
  return 'signature_invalid'
}
