/**
 * One member of a token, with what is wrong with it. The same functions say so that decide: shapes,
 * required claims, validity in time. They run here on claims that nobody has verified.
 */
import type { Engine } from '../../shared/authorize.ts'
import { isObject, own } from '../../shared/json.ts'
import type { JsonObject } from '../../shared/json.ts'
import { claimShapes } from '../../shared/token/claims.ts'
import type { TrustedIssuer } from '../../shared/token/issuer.ts'
import { checkValidity } from '../../shared/token/lifetime.ts'
import { REQUIRED_CLAIMS, profileOfType } from '../../shared/token/profile.ts'
import type { Claim, ClaimTime, JsonType } from './explanation.ts'
import { CLAIM_MEANINGS, HEADER_MEANINGS } from './meaning.ts'
import { writeIso, writeRelative } from './time.ts'

export const describeHeader = (header: JsonObject, engine: Engine): readonly Claim[] =>
  Object.entries(header).map(([name, value]) => ({
    ...describe(name, value),
    meaning: lookUp(HEADER_MEANINGS, name),
    problem: headerProblem(name, String(value), engine),
  }))

const NEVER_IN_HEADER = new Set(['crit', 'b64', 'jwk', 'jku', 'x5u'])

function headerProblem(name: string, value: string, { trust }: Engine): string | null {
  if (NEVER_IN_HEADER.has(name)) return 'never accepted'
  if (name === 'typ') return profileOfType(value) ? null : 'neither JWT nor at+jwt'
  const isForeign = name === 'alg' && !trust.algorithms.includes(value)
  return isForeign ? `not accepted; configured: ${trust.algorithms.join(' ')}` : null
}

const lookUp = (table: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(table, name) ? (table[name] ?? null) : null

/** Claims that are there, then claims that should be. */
export function describeClaims(
  claims: JsonObject,
  header: JsonObject,
  engine: Engine,
  now: number,
): readonly Claim[] {
  const issuer = engine.trust.issuers.get(own(claims, 'iss'))
  const shapes = issuer?.shapes ?? claimShapes('scope', 'permissions')
  const present = Object.entries(claims).map(([name, value]): Claim => {
    const isMisshapen = shapes.get(name)?.(value) === false
    return {
      ...describe(name, value),
      meaning: lookUp(CLAIM_MEANINGS, usualName(name, issuer)),
      time: isTime(name, value) ? describeTime(value, now) : null,
      problem: isMisshapen
        ? 'the wrong JSON type or range'
        : problemOf(name, value, { issuer, engine, now }),
    }
  })
  return [...present, ...missingClaims(claims, header)]
}

/** An issuer may have other names for scope and permissions. */
function usualName(name: string, issuer: TrustedIssuer | undefined): string {
  if (name === issuer?.scopeClaim) return 'scope'
  return name === issuer?.permissionsClaim ? 'permissions' : name
}

const describe = (name: string, value: unknown) => ({
  name,
  value,
  type: typeOf(value),
  meaning: null,
  time: null,
})

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'string') ? 'text list' : 'array'
  }
  if (isObject(value)) return 'object'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'null'
}

const isTime = (name: string, value: unknown): value is number =>
  /^(?:exp|nbf|iat|auth_time|updated_at)$/.test(name) && typeof value === 'number'

function describeTime(seconds: number, now: number): ClaimTime | null {
  const iso = writeIso(seconds)
  return iso === null ? null : { iso, relative: writeRelative(seconds, now) }
}

interface Surroundings {
  readonly issuer: TrustedIssuer | undefined
  readonly engine: Engine
  readonly now: number
}

function problemOf(name: string, value: unknown, around: Surroundings): string | null {
  const { issuer, engine, now } = around
  if (name === 'iss') return issuer ? null : 'not one of the configured issuers'
  if (name === 'aud' && issuer) {
    const isOurs = [value].flat().some((one) => issuer.audiences.includes(String(one)))
    return isOurs ? null : `not one of: ${issuer.audiences.join(', ')}`
  }
  return typeof value === 'number' ? timeProblem(name, value, engine.toleranceSeconds, now) : null
}

const NEVER = -Infinity

/** Each time by itself, so that every problem is told and not only the first. */
function timeProblem(
  name: string,
  value: number,
  toleranceSeconds: number,
  now: number,
): string | null {
  const times = { issuedAt: NEVER, expiresAt: Infinity, notBefore: NEVER }
  const member = { exp: 'expiresAt', nbf: 'notBefore', iat: 'issuedAt' }[name]
  if (member === undefined) return null
  const refusal = checkValidity({ ...times, [member]: value }, now, toleranceSeconds)
  return refusal ? refusal.code.replaceAll('_', ' ') : null
}

/** By the profile that the header announces; where it announces none, what both require. */
function missingClaims(claims: JsonObject, header: JsonObject): readonly Claim[] {
  const profile = profileOfType(String(own(header, 'typ'))) ?? 'auth0'
  return REQUIRED_CLAIMS[profile]
    .filter((name) => !Object.hasOwn(claims, name))
    .map((name) => ({
      ...describe(name, null),
      type: 'missing',
      meaning: lookUp(CLAIM_MEANINGS, name),
      problem: 'required, and not there',
    }))
}
