/** The claims of a token whose signature verified: their shapes, by table (§1.2, §2.2 step 8). */
import { isObject, own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { ACTOR_LEVELS, AUDIENCE_ENTRIES, NUMERIC_DATE_MAX_SECONDS } from '../limits.ts'
import { deny, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import type { TrustedIssuer } from './issuer.ts'
import { PROFILES } from './profile.ts'
import type { Profile } from './profile.ts'

export interface Claims {
  readonly subject: string
  readonly audience: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
  readonly notBefore: number | null
  readonly clientId: string | null
  readonly scopes: readonly string[]
  readonly permissions: readonly string[]
  readonly all: JsonObject
}

type Shape = (value: unknown) => boolean

const isString: Shape = (value) => typeof value === 'string'
const isNonEmpty: Shape = (value) => typeof value === 'string' && value !== ''
const isStrings: Shape = (value) => Array.isArray(value) && value.every(isString)
/** `1e999` parses to Infinity, which a bare `typeof` would take for "never expires". */
const isNumericDate: Shape = (value) =>
  typeof value === 'number' && value >= 0 && value <= NUMERIC_DATE_MAX_SECONDS
/** RFC 6749 §3.3: scope tokens and single spaces between them; a tab or a list is no scope. */
const isScope: Shape = (value) =>
  typeof value === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(value)
const isAudience: Shape = (value) =>
  isString(value) ||
  (Array.isArray(value) &&
    value.length > 0 &&
    value.length <= AUDIENCE_ENTRIES &&
    value.every(isString))

function isActor(value: unknown): boolean {
  let actor = value
  for (let level = 0; level < ACTOR_LEVELS; level += 1) {
    if (!isObject(actor) || !isNonEmpty(own(actor, 'sub'))) return false
    actor = own(actor, 'act')
    if (actor === undefined) return true
  }
  return false
}

/** Checked wherever the claim is present, whether or not a rule reads it. */
const SHAPES: readonly (readonly [claim: string, shape: Shape])[] = [
  ['sub', isNonEmpty],
  ['aud', isAudience],
  ['exp', isNumericDate],
  ['iat', isNumericDate],
  ['nbf', isNumericDate],
  ['auth_time', isNumericDate],
  ['jti', isString],
  ['azp', isString],
  ['client_id', isString],
  ['gty', (value) => isString(value) || isStrings(value)],
  ['org_id', isString],
  ['org_name', isString],
  ['sub_profile', isString],
  ['client_profile', isString],
  ['cnf', isObject],
  ['act', isActor],
]

export function readClaims(
  all: JsonObject,
  profile: Profile,
  issuer: TrustedIssuer,
): Result<Claims> {
  const missing = PROFILES[profile].required.find((name) => !Object.hasOwn(all, name))
  if (missing !== undefined) return deny('claim_missing', { name: missing })
  const wrong = misshapen(all, issuer)
  if (wrong !== undefined) return deny('claim_type_invalid', { name: wrong })
  const [azp, clientId] = [own(all, 'azp'), own(all, 'client_id')]
  if (azp !== undefined && clientId !== undefined && azp !== clientId) {
    return deny('claim_invalid', { name: 'azp' })
  }
  return ok({
    subject: text(all, 'sub'),
    audience: list(own(all, 'aud')),
    issuedAt: Number(own(all, 'iat')),
    expiresAt: Number(own(all, 'exp')),
    notBefore: Object.hasOwn(all, 'nbf') ? Number(own(all, 'nbf')) : null,
    clientId: text(all, 'client_id') || text(all, 'azp') || null,
    scopes: splitScope(text(all, issuer.scopeClaim)),
    permissions: list(own(all, issuer.permissionsClaim)),
    all,
  })
}

function misshapen(all: JsonObject, { scopeClaim, permissionsClaim }: TrustedIssuer) {
  for (const [name, shape] of SHAPES) {
    if (Object.hasOwn(all, name) && !shape(all[name])) return name
  }
  if (Object.hasOwn(all, scopeClaim) && !isScope(all[scopeClaim])) return scopeClaim
  if (Object.hasOwn(all, permissionsClaim) && !isStrings(all[permissionsClaim])) {
    return permissionsClaim
  }
  return undefined
}

const text = (claims: JsonObject, name: string): string => {
  const value = own(claims, name)
  return typeof value === 'string' ? value : ''
}

const list = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value : []
}

const splitScope = (scope: string): readonly string[] =>
  scope === '' ? [] : scope.split(' ').filter((name) => name !== '')
