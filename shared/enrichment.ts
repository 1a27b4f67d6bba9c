/**
 * Asking `/userinfo` about the subject of a good token (§3.10): last of all, so that a refused request
 * costs the issuer nothing; never in place of a verified claim.
 */
import type { RequestContext } from './ports.ts'
import { denial } from './reasons.ts'
import type { Denial, Refusal } from './reasons.ts'
import type { Sources } from './sources.ts'
import type { TrustedIssuer } from './token/issuer.ts'
import type { Trust } from './token/jwt.ts'
import type { VerifiedToken } from './token/verdict.ts'
import type { Identity } from './types.ts'

export interface Enrichment {
  readonly token: VerifiedToken
  readonly refusal?: Refusal
}

export interface EnrichmentRequest {
  readonly text: string
  readonly token: VerifiedToken
  readonly mode: 'optional' | 'required'
  /** Of the route, as a challenge names them. */
  readonly wanted: string
  readonly now: number
  readonly context: RequestContext
  /** How old a remembered answer may be. */
  readonly maxAgeSeconds: number
}

/**
 * `optional`: goes on without an answer where the token does not open `/userinfo`, or nobody answers.
 * Another user's answer, or the word that the token is not active, refuses in both modes.
 */
export async function enrich(
  { trust, sources }: { readonly trust: Trust; readonly sources: Sources },
  { text, token, mode, wanted, ...question }: EnrichmentRequest,
): Promise<Enrichment> {
  const { identity } = token
  // A verdict of `/userinfo`, or a provider's, brought it along.
  if (identity.userinfo) return { token }
  const issuer = trust.issuers.get(identity.issuer)
  const desk = sources.userinfo.get(identity.issuer)
  const misfit = checkFit(identity, issuer, wanted)
  if (misfit || !desk) {
    return mode === 'required' ? { token, refusal: misfit ?? NO_USERINFO } : { token }
  }
  const found = await desk.inquire(text, { ...question, isSigned: true })
  if (!found.ok) {
    const goesOn = mode === 'optional' && found.error.outcome === 'unavailable'
    return goesOn ? { token } : { token, refusal: found.error }
  }
  const { subject, userinfo = {} } = found.value.identity
  // OpenID Connect Core §5.3.2.
  if (subject !== identity.subject) return { token, refusal: denial('userinfo_subject_mismatch') }
  return { token: { ...token, identity: { ...identity, userinfo } } }
}

/** Only such a token opens `/userinfo` at its own issuer; any other would show it to the wrong party. */
function checkFit(
  { tokenKind, audience, scopes, issuer: name }: Identity,
  issuer: TrustedIssuer | undefined,
  wanted: string,
): Denial | undefined {
  const userinfo = `${name.replace(/\/$/, '')}/userinfo`
  const isForUserinfo =
    tokenKind === 'jwt' && audience.includes(userinfo) && issuer?.algorithms.includes('RS256')
  if (!isForUserinfo) return NO_USERINFO
  return scopes.includes('openid') ? undefined : denial('insufficient_scope', { detail: wanted })
}

const NO_USERINFO = denial('audience_mismatch', {
  hint: 'The route asks /userinfo: log in with scope openid, at an API that signs RS256.',
})
