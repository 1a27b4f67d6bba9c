/**
 * Steps 2 to 10 of §2.2: from the parts of a signed token to a verified identity. Nothing here
 * depends on the route or, past the choice of key, on the time.
 *
 * Not checked here: validity in time, sender constraint, revocation, authorization.
 */
import { decodeBytes } from '../bytes.ts'
import type { TokenCache } from '../cache.ts'
import { decodeObject } from '../decode.ts'
import { own } from '../json.ts'
import { KEY_ID_CHARACTERS } from '../limits.ts'
import type { RequestContext } from '../ports.ts'
import { denial, deny, err, ok } from '../reasons.ts'
import type { Denial, Result } from '../reasons.ts'
import type { JwsParts } from './classify.ts'
import { readHeader, rememberHeader } from './header.ts'
import type { HeaderCache, JwsHeader } from './header.ts'
import type { TrustedIssuer } from './issuer.ts'
import type { DecryptionKey } from './jwe.ts'
import { readAccessToken } from './kind.ts'
import { verifySignature } from './signature.ts'
import { createVerdict } from './verdict.ts'
import type { Verdict, VerifiedToken } from './verdict.ts'

export interface Trust {
  readonly issuers: ReadonlyMap<unknown, TrustedIssuer>
  /** Of all issuers together. */
  readonly algorithms: readonly string[]
  readonly headers: HeaderCache
  readonly verdicts: TokenCache<Verdict>
  /** Of all issuers that have any. */
  readonly decryptionKeys: readonly DecryptionKey[]
}

export interface VerifiedJwt extends VerifiedToken {
  readonly verdict: Verdict
}

export async function verifyJwt(
  { token, header: head, payload, signature, openedFor }: JwsParts,
  { issuers, algorithms, headers }: Trust,
  now: number,
  context: RequestContext,
): Promise<Result<VerifiedJwt>> {
  const bytes = decodeBytes(signature)
  if (!bytes) return deny('malformed_token')
  const signed = { input: token.slice(0, -1 - signature.length), signature: bytes }
  const known = headers.get(head)
  // Begun with the key that the last token of this header had, so that the platform's threads check
  // the signature while the claims are read here. It counts only if that key is still the right one.
  const early = known && verifySignature(signed, known.alg, known.found.keys)
  const claims = decodeObject(payload)
  if (!claims) return deny('malformed_token')
  const header = known ? ok(known) : readHeader(head, algorithms)
  if (!header.ok) return header
  const { alg, kid, profile } = header.value
  const trusted = findIssuer(own(claims, 'iss'), issuers, openedFor)
  if (!trusted.ok) return trusted
  const issuer = trusted.value
  const refusal = checkHeader(header.value, issuer, signature)
  if (refusal) return err(refusal)
  const isCurrent = known?.issuer === issuer && known.found.holds(now)
  const found = isCurrent ? ok(known.found) : await issuer.findKeys({ alg, kid }, now, context)
  if (!found.ok) return found
  const { keys, tier: keyTier } = found.value
  const isTried = known && areSame(known.found.keys, keys)
  const verified = isTried ? early : verifySignature(signed, alg, keys)
  const read = readAccessToken(claims, profile, issuer)
  const forged = await verified
  if (forged) return deny(forged)
  if (!isCurrent) {
    const again = { ...found.value, tier: 'memory' }
    rememberHeader(headers, head, { ...header.value, issuer, found: again })
  }
  if (!read.ok) return read
  const verdict = createVerdict({ payload, profile, issuer, found: found.value }, now)
  return ok({ ...read.value, issuer, keyTier, verdict })
}

const areSame = (keys: readonly unknown[], others: readonly unknown[]): boolean =>
  keys.length === others.length && keys.every((key, at) => key === others[at])

/**
 * `iss` is looked up to the letter. Whoever has the public key can encrypt: what one issuer's key
 * opened must be that issuer's, or a token would pass under another's policy.
 */
function findIssuer(
  iss: unknown,
  issuers: Trust['issuers'],
  openedFor: JwsParts['openedFor'],
): Result<TrustedIssuer> {
  const issuer = (openedFor ?? issuers).get(iss)
  if (!issuer) return deny('issuer_mismatch')
  return issuer.encryption && !openedFor ? deny('encryption_required') : ok(issuer)
}

/** What the token's own issuer says of a header that some issuer's tokens may have. */
function checkHeader(
  { alg, kid, profile }: JwsHeader,
  issuer: TrustedIssuer,
  signature: string,
): Denial | undefined {
  if (![undefined, 'auto', profile].includes(issuer.profile)) return denial('wrong_token_type')
  // No signature is an unsecured token, whatever its `alg` says.
  if (!signature || !issuer.algorithms.includes(alg)) {
    return denial('alg_not_allowed', { detail: issuer.algorithms.join(' ') })
  }
  const isKeyId = kid === undefined || (kid !== '' && kid.length <= KEY_ID_CHARACTERS)
  return isKeyId ? undefined : denial('kid_invalid')
}
