/** An opaque token says nothing of who issued it: those who might know are asked one after the other. */
import type { RequestContext } from '../ports.ts'
import type { Result } from '../reasons.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import type { TokenKind } from '../types.ts'
import type { Inquire } from './inquiry.ts'
import type { Source } from './source.ts'

export interface Desk extends Pick<Source, 'kind' | 'fits'> {
  readonly inquire: Inquire
}

export interface Reading {
  readonly now: number
  readonly context: RequestContext
  /** Kinds that the route takes; nobody is asked about others. */
  readonly accept: readonly TokenKind[]
  /** How old a remembered verdict may be. */
  readonly maxAgeSeconds: number
}

type Found = Result<VerifiedToken> | undefined

/** At once where all is remembered. undefined: nobody to ask about such a token on this route. */
export type ReadOpaque = (token: string, reading: Reading) => Found | Promise<Found>

export const createResolver =
  (desks: readonly Desk[]): ReadOpaque =>
  (token, reading) =>
    askInTurn(
      desks.filter(({ kind, fits }) => reading.accept.includes(kind) && fits?.(token) !== false),
      token,
      reading,
    )

/**
 * In order, until one knows the token. "Not active" is one source's word on its own tokens only; and
 * while one cannot be asked, the token may be one of its own.
 */
function askInTurn(
  [desk, ...others]: readonly Desk[],
  token: string,
  reading: Reading,
  found?: Found,
): Found | Promise<Found> {
  if (!desk) return found
  const conclude = (next: Result<VerifiedToken>) => {
    if (next.ok) return next
    const { error } = next
    if (error.outcome === 'deny' && error.code !== 'token_inactive') return next
    const isTold = found === undefined || error.outcome === 'unavailable'
    return askInTurn(others, token, reading, isTold ? next : found)
  }
  const answer = desk.inquire(token, reading)
  return answer instanceof Promise ? answer.then(conclude) : conclude(answer)
}
