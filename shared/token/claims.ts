/** The claims of a token whose signature verified: their shapes, by table (§1.2, §2.2 step 8). */
import { isDate, isFilledText, isObject, isText, own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { ACTOR_LEVELS, AUDIENCE_ENTRIES } from '../limits.ts'
import { deny, ok } from '../reasons.ts'
import type { Denial, Result } from '../reasons.ts'
import type { Identity } from '../types.ts'
import type { TrustedIssuer } from './issuer.ts'
import type { TokenTimes } from './lifetime.ts'
import { REQUIRED_CLAIMS } from './profile.ts'
import type { Profile } from './profile.ts'

type Shape = (value: unknown) => boolean

export type ClaimShapes = ReadonlyMap<string, Shape>

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isText)
/** RFC 6749 §3.3: a tab or a list is no scope. */
const isScope: Shape = (value) =>
  typeof value === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(value)
const isAudience: Shape = (value) =>
  isText(value) || (isTexts(value) && value.length > 0 && value.length <= AUDIENCE_ENTRIES)

const isActor = (value: unknown, levels = ACTOR_LEVELS): boolean =>
  isObject(value) &&
  isFilledText(own(value, 'sub')) &&
  (!Object.hasOwn(value, 'act') || (levels > 1 && isActor(value['act'], levels - 1)))

/** Checked wherever the claim is present, whether or not a rule reads it. */
const SHAPES: Readonly<Record<string, Shape>> = {
  sub: isFilledText,
  aud: isAudience,
  exp: isDate,
  iat: isDate,
  nbf: isDate,
  auth_time: isDate,
  jti: isText,
  azp: isText,
  client_id: isText,
  gty: (value) => isText(value) || isTexts(value),
  org_id: isText,
  org_name: isText,
  sub_profile: isText,
  client_profile: isText,
  cnf: isObject,
  act: isActor,
  authorization_details: (value) =>
    Array.isArray(value) &&
    value.every((detail) => isObject(detail) && isText(own(detail, 'type'))),
}

/** The shapes for an issuer, whose names for two of the claims may differ. */
export const claimShapes = (scope: string, permissions: string): ClaimShapes =>
  new Map([...Object.entries(SHAPES), [scope, isScope], [permissions, isTexts]])

/** What a token says, once its shapes are known to be right. */
export interface Claims {
  readonly identity: Identity
  readonly times: TokenTimes
}

export function readClaims(
  claims: JsonObject,
  profile: Profile,
  { issuer, scopeClaim, permissionsClaim, shapes }: TrustedIssuer,
): Result<Claims, Denial> {
  const missing = REQUIRED_CLAIMS[profile].find((name) => !Object.hasOwn(claims, name))
  if (missing) return deny('claim_missing', { detail: missing })
  for (const name in claims) {
    const isRight = shapes.get(name)
    if (isRight && !isRight(claims[name])) return deny('claim_type_invalid', { detail: name })
  }
  const { sub, aud, exp, iat, nbf = 0, azp, client_id: client } = claims as unknown as WellFormed
  if (azp !== undefined && client !== undefined && azp !== client) {
    return deny('claim_invalid', { detail: 'azp' })
  }
  const scope = own(claims, scopeClaim) as string | undefined
  const times = { issuedAt: iat, expiresAt: exp, notBefore: nbf }
  const identity: Identity = {
    subject: sub,
    issuer,
    audience: typeof aud === 'string' ? [aud] : aud,
    clientId: azp || client || null,
    scopes: scope ? scope.split(' ') : [],
    permissions: (own(claims, permissionsClaim) ?? []) as readonly string[],
    issuedAt: iat,
    expiresAt: exp,
    tokenKind: 'jwt',
    claims,
  }
  return ok({ identity, times })
}

/** What the table has just established. */
interface WellFormed {
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly iat: number
  readonly nbf?: number
  readonly azp?: string
  readonly client_id?: string
}
