/**
 * What an introspection answer says of a token (RFC 7662 §2.2), checked as a JWT's claims would be:
 * issuer, type, shapes, kind, audience (§3.4). Not checked: validity in time, sender constraint and
 * the rules of a route, which depend on the request.
 */
import { own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { NUMERIC_DATE_MAX_SECONDS } from '../limits.ts'
import { denial, deny, err, ok } from '../reasons.ts'
import type { Denial, Result } from '../reasons.ts'
import type { Claims } from '../token/claims.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import type { Identity } from '../types.ts'

export interface ActiveRules {
  readonly issuer: string
  /** Configured; where the answer dates the token, a default applies. */
  readonly maxLifetimeSeconds: number | undefined
  readonly defaultLifetimeSeconds: number
  /** Clients whose tokens need no audience; empty: every token needs one. */
  readonly excusedClients: readonly string[]
  /** The shapes of all claims, and an identity from them. */
  readonly readClaims: (claims: JsonObject) => Result<Claims, Denial>
  /** ID tokens, Management API tokens, audience. */
  readonly checkKind: (identity: Identity) => Denial | undefined
}

/** `heldUntil`: when our own knowledge ends, for a token of which the answer names no end. */
export function readActive(
  claims: JsonObject,
  rules: ActiveRules,
  now: number,
  heldUntil: number,
): Result<VerifiedToken, Denial> {
  const { issuer } = rules
  const has = (name: string) => Object.hasOwn(claims, name)
  if (has('iss') && claims['iss'] !== issuer) return deny('issuer_mismatch')
  const misfit = checkType(claims)
  if (misfit) return err(misfit)
  const client = clientOf(claims)
  // Ory Hydra writes an empty list.
  const isExcused =
    [claims['aud'] ?? []].flat().length === 0 &&
    has('token_type') &&
    rules.excusedClients.some((known) => known === client)
  if (!has('aud') && !isExcused) return deny('audience_mismatch')
  const read = rules.readClaims({
    iat: Math.floor(now),
    exp: NUMERIC_DATE_MAX_SECONDS,
    // A machine's token may name no subject: the client is who calls.
    ...(client !== undefined && { sub: client }),
    ...claims,
    aud: isExcused ? issuer : claims['aud'],
    iss: issuer,
  })
  if (!read.ok) return read
  const { times, identity: known } = read.value
  const refusal = isExcused ? undefined : rules.checkKind(known)
  if (refusal) return err(refusal)
  const identity: Identity = {
    ...known,
    tokenKind: 'introspected',
    claims,
    audience: isExcused ? [] : known.audience,
    expiresAt: has('exp') ? times.expiresAt : heldUntil,
  }
  return ok({ identity, ...dateToken(claims, rules, times), keyTier: 'issuer' })
}

/** RFC 7662 names the client `client_id`; Auth0 and OpenID Connect, `azp`. */
export const clientOf = (claims: JsonObject): unknown =>
  own(claims, 'client_id') ?? own(claims, 'azp')

/**
 * A token without `iat` or `exp` may be of any age: it passes no limit that somebody configured, and
 * the default limit, which is for dated tokens, does not apply.
 */
function dateToken(
  claims: JsonObject,
  { maxLifetimeSeconds, defaultLifetimeSeconds }: ActiveRules,
  times: Claims['times'],
): Pick<VerifiedToken, 'times' | 'issuer'> {
  const has = (name: string) => Object.hasOwn(claims, name)
  const limit = has('iat') && has('exp') ? defaultLifetimeSeconds : Infinity
  return {
    times: {
      ...times,
      ...(!has('iat') && { issuedAt: -Infinity }),
      ...(!has('exp') && { expiresAt: Infinity }),
    },
    issuer: { maxLifetimeSeconds: maxLifetimeSeconds ?? limit },
  }
}

/** Introspection answers for refresh tokens too; servers say which it was under one of these names. */
const TYPE_MEMBERS = ['token_type', 'token_use', 'typ']
const ACCESS_TOKEN = /^(?:bearer|dpop|access_token|jwt|(?:application\/)?at\+jwt)$/i

/** Of a token that came as a bearer token; one bound to a key says to which, or cannot be checked. */
export function checkType(claims: JsonObject): Denial | undefined {
  const types = TYPE_MEMBERS.map((name) => own(claims, name) ?? 'Bearer')
  if (!types.every((type) => typeof type === 'string' && ACCESS_TOKEN.test(type))) {
    return denial('wrong_token_type')
  }
  const isUnsaid = !Object.hasOwn(claims, 'cnf') && /^dpop$/i.test(String(types[0]))
  return isUnsaid ? denial('sender_constraint_unsupported') : undefined
}
