/**
 * Steps 2 to 10 of §2.2: from the parts of a signed token to a verified identity. jose verifies the
 * signature; the order, the key's provenance and the policy are ours. Nothing here depends on the
 * route or, past the choice of key, on the time.
 *
 * Not checked here: validity in time, sender constraint, revocation, authorization.
 */
import { compactVerify } from 'jose'
import type { JWK } from 'jose'
import { isCanonicalBase64url } from '../bytes.ts'
import { isObject, own } from '../json.ts'
import { KEY_ID_CHARACTERS } from '../limits.ts'
import type { RequestContext } from '../ports.ts'
import { deny, err, ok } from '../reasons.ts'
import type { DenyCode, Result } from '../reasons.ts'
import { readClaims } from './claims.ts'
import type { Claims } from './claims.ts'
import type { JwsParts } from './classify.ts'
import { decodeObject } from './decode.ts'
import { readHeader, rememberHeader } from './header.ts'
import type { HeaderCache } from './header.ts'
import type { TrustedIssuer } from './issuer.ts'
import { checkKind } from './kind.ts'

export interface Trust {
  readonly issuers: ReadonlyMap<unknown, TrustedIssuer>
  /** Of all issuers together. */
  readonly algorithms: readonly string[]
  readonly headers: HeaderCache
}

export interface VerifiedToken extends Claims {
  readonly issuer: TrustedIssuer
  readonly keyTier: string
}

export async function verifyJwt(
  { token, header: head, payload, signature }: JwsParts,
  { issuers, algorithms, headers }: Trust,
  now: number,
  context: RequestContext,
): Promise<Result<VerifiedToken>> {
  const claims = decodeObject(payload)
  if (!claims || (signature && !isCanonicalBase64url(signature))) return deny('malformed_token')
  const known = headers.get(head)
  const header = known ? ok(known) : readHeader(head, algorithms)
  if (!header.ok) return header
  const { alg, kid, profile } = header.value

  const issuer = issuers.get(own(claims, 'iss'))
  if (!issuer) return deny('issuer_mismatch')
  // No signature is an unsecured token, whatever its `alg` says.
  if (!signature || !issuer.algorithms.includes(alg)) {
    return deny('alg_not_allowed', { detail: issuer.algorithms.join(' ') })
  }
  if (![undefined, 'auto', profile].includes(issuer.profile)) return deny('wrong_token_type')

  if (kid === '' || (kid && kid.length > KEY_ID_CHARACTERS)) return deny('kid_invalid')
  const found = await issuer.findKeys({ alg, kid }, now, context)
  if (!found.ok) return found
  const forged = await verifySignature(token, found.value.keys)
  if (forged) return deny(forged)
  if (!known) rememberHeader(headers, head, header.value)

  const read = readClaims(claims, profile, issuer)
  if (!read.ok) return read
  const misused = checkKind(read.value.identity, issuer)
  return misused ? err(misused) : ok({ ...read.value, issuer, keyTier: found.value.tier })
}

/** jose checks that key and algorithm fit each other, and the size of RSA keys, before it verifies. */
async function verifySignature(token: string, keys: readonly JWK[]): Promise<DenyCode | undefined> {
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
