/** An opaque token says nothing of who issued it: those who might know are asked one after the other. */
import type { RequestContext } from '../ports.ts'
import type { Result } from '../reasons.ts'
import type { VerifiedToken } from '../token/jwt.ts'
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

/** undefined: nobody to ask about such a token on this route. */
export type ReadOpaque = (
  token: string,
  reading: Reading,
) => Promise<Result<VerifiedToken> | undefined>

/**
 * In order, until one knows the token. "Not active" is one source's word on its own tokens only; and
 * while one cannot be asked, the token may be its.
 */
export const createResolver =
  (desks: readonly Desk[]): ReadOpaque =>
  async (token, reading) => {
    let found: Result<VerifiedToken> | undefined
    for (const { kind, fits, inquire } of desks) {
      if (!reading.accept.includes(kind) || !fits(token)) continue
      const answer = inquire(token, reading)
      const next = answer instanceof Promise ? await answer : answer
      if (next.ok) return next
      const { error } = next
      if (error.outcome === 'deny' && error.code !== 'token_inactive') return next
      if (found === undefined || error.outcome === 'unavailable') found = next
    }
    return found
  }
