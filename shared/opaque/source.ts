/** Somebody who can be asked about a token that we cannot read: an issuer or an identity provider. */
import { RETRY_AFTER_SECONDS } from '../limits.ts'
import type { HttpFault, HttpResponse, RequestContext } from '../ports.ts'
import { err, outage } from '../reasons.ts'
import type { Denial, Outage, Result, UnavailableCode } from '../reasons.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import type { TokenKind } from '../types.ts'

export interface Source {
  readonly kind: TokenKind
  /** The issuer, or the name of the identity provider: whose word the verdict is. */
  readonly issuer: string
  /** Is the token one of its own, by its look? undefined: nobody can tell, so it may be. */
  readonly fits?: ((token: string) => boolean) | undefined
  /** One exchange; whether to make it is decided elsewhere. `now`: epoch seconds. */
  readonly ask: Ask
  /** Of an outage that no answer explains. */
  readonly code: UnavailableCode
}

export type Ask = (
  token: string,
  now: number,
  context: RequestContext,
) => Promise<Result<Verdict, Failure>>

/** What is known of a token for a while: nothing that depends on the route or the request. */
export interface Verdict {
  readonly result: Result<VerifiedToken, Denial>
  /** 0: not to be remembered. */
  readonly keepSeconds: number
}

/** The source did not say; nothing is known for or against the token. */
export interface Failure {
  readonly outage: Outage
  /**
   * `source`: down or talking nonsense. `credentials`: it refused ours. `pace`: it asks to be left
   * alone. `token`: this one token is at fault, which must not count against the source.
   */
  readonly blame: 'source' | 'credentials' | 'pace' | 'token'
  /** Our own words. */
  readonly detail: string
}

export type Answer = HttpResponse | HttpFault

export function fail(
  blame: Failure['blame'],
  detail: string,
  code: UnavailableCode,
  retryAfterSeconds = RETRY_AFTER_SECONDS,
): { readonly ok: false; readonly error: Failure } {
  return err({ outage: outage(code, retryAfterSeconds), blame, detail })
}
