/**
 * An identity provider with introspection (RFC 7662), or with a `/userinfo` that names the client in
 * a claim it documents. Without either nobody can tell which app a token was issued to (§4).
 */
import { isDate, isFilledText, own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { INACTIVE_SECONDS } from '../limits.ts'
import type { Http } from '../ports.ts'
import { deny, err, ok } from '../reasons.ts'
import type { Denial, Result } from '../reasons.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import { checkType } from './active.ts'
import { describePerson } from './person.ts'
import { fail } from './source.ts'
import type { Ask } from './source.ts'
import { getUserinfo, isRefused, readUserinfo } from './userinfo.ts'

export interface GenericOptions {
  readonly name: string
  readonly clientIds: readonly string[]
}

/** What an introspection answer, or one of `/userinfo`, says of a token whose client `client` is. */
export function readPerson(
  body: JsonObject,
  client: unknown,
  { name, clientIds }: GenericOptions,
  { now, heldUntil }: { readonly now: number; readonly heldUntil: number },
): Result<VerifiedToken, Denial> {
  const misfit = checkType(body)
  if (misfit) return err(misfit)
  const clientId = clientIds.find((known) => known === client)
  if (clientId === undefined) return deny('idp_app_mismatch')
  const subject = own(body, 'sub')
  if (!isFilledText(subject)) return deny('claim_missing', { detail: 'sub' })
  const dates = ['iat', 'exp', 'nbf'].map((claim) => own(body, claim))
  if (!dates.every((date) => date === undefined || isDate(date)))
    return deny('claim_type_invalid', { detail: 'exp' })
  const [issuedAt, expiresAt, notBefore] = dates
  const person = { subject, clientId, issuedAt, expiresAt, notBefore, facts: body }
  return ok(describePerson(name, person, now, heldUntil))
}

export interface GenericUserinfoOptions extends GenericOptions {
  readonly endpoint: string
  readonly clientClaim: string
  readonly http: Http
  readonly cacheSeconds: number
}

export const askGenericUserinfo =
  (options: GenericUserinfoOptions): Ask =>
  async (token, now) => {
    const { http, endpoint, clientClaim, cacheSeconds } = options
    const answer = await getUserinfo(http, endpoint, token)
    if (isRefused(answer)) {
      return ok({ result: deny('token_inactive'), keepSeconds: INACTIVE_SECONDS })
    }
    const body = readUserinfo(answer, now)
    if (!body.ok) return body
    // One user's, perhaps, and no reason to leave the source alone.
    if (typeof own(body.value, 'sub') !== 'string') {
      return fail('token', 'no sub', 'userinfo_unavailable')
    }
    const client = own(body.value, clientClaim)
    const result = readPerson(body.value, client, options, { now, heldUntil: now + cacheSeconds })
    const keepSeconds = result.ok ? cacheSeconds : Math.min(cacheSeconds, INACTIVE_SECONDS)
    return ok({ result, keepSeconds })
  }
