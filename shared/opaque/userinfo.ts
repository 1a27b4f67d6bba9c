/**
 * Asking `/userinfo` (OpenID Connect Core §5.3). An answer proves that the token is an authenticated
 * user's of the issuer, and nothing else: not for whom the token was issued, not what it allows, not
 * until when. So it grants no scope, and rules see no claim but `sub` (§3.8).
 */
import { isFilledText, own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { USERINFO_INACTIVE_SECONDS } from '../limits.ts'
import type { Http } from '../ports.ts'
import { deny, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import { BOUNDS, readJson, readRetryAfter, readStatus } from './answer.ts'
import type { Locate } from './location.ts'
import { fail } from './source.ts'
import type { Answer, Ask, Failure } from './source.ts'

export interface UserinfoOptions {
  readonly http: Http
  readonly issuer: string
  readonly locate: Locate
  readonly cacheSeconds: number
  /** Configured; the age of such a token is unknown, so it passes none. */
  readonly maxLifetimeSeconds: number | undefined
}

const CODE = 'userinfo_unavailable'

export const createUserinfo =
  (options: UserinfoOptions): Ask =>
  async (token, now) => {
    const { http, locate, cacheSeconds } = options
    const located = await locate(now)
    if (!located.ok) return fail('source', located.error, CODE)
    const answer = await getUserinfo(http, located.value, token)
    if (isRefused(answer)) {
      const keepSeconds = Math.min(cacheSeconds, USERINFO_INACTIVE_SECONDS)
      return ok({ result: deny('token_inactive'), keepSeconds })
    }
    const body = readUserinfo(answer, now)
    const subject = body.ok && own(body.value, 'sub')
    locate.hasFailed = !isFilledText(subject)
    if (!body.ok) return body
    // One user's, perhaps, and no reason to leave the source alone.
    if (!isFilledText(subject)) return fail('token', 'no sub', CODE)
    const known = describeUser(subject, body.value, options, now)
    return ok({ result: ok(known), keepSeconds: cacheSeconds })
  }

export const getUserinfo = (http: Http, url: string, token: string): Promise<Answer> =>
  http({
    url,
    headers: { accept: 'application/json', authorization: `Bearer ${token}` },
    ...BOUNDS,
  })

/** What is said of the user, or why nothing is. */
export function readUserinfo(answer: Answer, now: number): Result<JsonObject, Failure> {
  if (typeof answer !== 'string' && answer.status === 429) {
    const seconds = readRetryAfter(answer, now)
    // Counted by user, as at Auth0: one who asks too often must not shut the others out.
    return fail('token', 'status 429', 'userinfo_rate_limited', seconds)
  }
  const sound = readStatus(answer, CODE, now)
  return sound.ok ? readJson(sound.value, CODE) : sound
}

/** 401; or 400 and 403 where they name the token as the reason (RFC 6750 §3.1): a firewall's 403 does not. */
export function isRefused(answer: Answer): boolean {
  if (typeof answer === 'string') return false
  const challenge = answer.header('www-authenticate') ?? ''
  return (
    answer.status === 401 ||
    (/^40[03]$/.test(`${answer.status}`) &&
      /error="?in(?:valid_token|sufficient_scope)/.test(challenge))
  )
}

function describeUser(
  subject: string,
  userinfo: JsonObject,
  { issuer, cacheSeconds, maxLifetimeSeconds = Infinity }: UserinfoOptions,
  now: number,
): VerifiedToken {
  return {
    identity: {
      subject,
      issuer,
      audience: [],
      clientId: null,
      scopes: [],
      permissions: [],
      issuedAt: Math.floor(now),
      expiresAt: now + cacheSeconds,
      tokenKind: 'userinfo',
      claims: { sub: subject },
      userinfo,
    },
    times: { issuedAt: -Infinity, expiresAt: Infinity, notBefore: 0 },
    issuer: { maxLifetimeSeconds },
    keyTier: 'issuer',
  }
}
