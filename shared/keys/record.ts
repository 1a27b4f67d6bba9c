/**
 * A key set as it was published, with when and where: what memory holds and what shared tiers keep
 * as text. A shared tier is another party: whatever it returns is checked like an answer from outside.
 */
import { isObject, own, parseJson } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { KEYS_FRESH_MAX_SECONDS, KEY_SET_ENTRIES, STORE_RECORD_BYTES } from '../limits.ts'
import { isAllowedEndpoint } from '../endpoint.ts'

export interface KeyRecord {
  readonly issuer: string
  readonly jwksUri: string
  /** Public keys as JWKs, unusable ones among them. Never empty. */
  readonly keys: readonly JsonObject[]
  /** When the issuer was asked, epoch seconds. */
  readonly fetchedAt: number
  /** How long it is used without asking again. */
  readonly freshSeconds: number
  /** When `jwksUri` was found, epoch seconds. */
  readonly discoveredAt: number
}

const VERSION = 1

export const formatRecord = (record: KeyRecord): string =>
  JSON.stringify({ version: VERSION, ...record })

/** What a record from a shared tier must agree with. */
export interface RecordExpectation {
  readonly issuer: string
  /** Configured; null where discovery finds it. */
  readonly jwksUri: string | null
  /** Configured upper bound; null: none. */
  readonly freshSeconds: number | null
  readonly now: number
  readonly toleranceSeconds: number
}

/** null: not a record, not this issuer's, or from the future. How old it may be is not judged here. */
export function parseRecord(text: string, expected: RecordExpectation): KeyRecord | null {
  const value = text.length <= STORE_RECORD_BYTES ? parseJson(text) : undefined
  if (!isObject(value) || own(value, 'version') !== VERSION) return null
  const { issuer, jwksUri, keys, fetchedAt, freshSeconds, discoveredAt } = value
  if (issuer !== expected.issuer || !isExpectedEndpoint(jwksUri, expected)) return null
  if (!isKeyList(keys)) return null
  const latest = expected.now + expected.toleranceSeconds
  if (!isBetween(fetchedAt, 0, latest) || !isBetween(discoveredAt, 0, latest)) return null
  if (!isBetween(freshSeconds, 0, KEYS_FRESH_MAX_SECONDS)) return null
  const freshFor = Math.min(freshSeconds, expected.freshSeconds ?? freshSeconds)
  return { issuer, jwksUri, keys, fetchedAt, freshSeconds: freshFor, discoveredAt }
}

const isBetween = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most

/** A poisoned record must not send the next refresh to another host. */
const isExpectedEndpoint = (uri: unknown, expected: RecordExpectation): uri is string =>
  typeof uri === 'string' &&
  (expected.jwksUri === null ? isAllowedEndpoint(uri, expected.issuer) : uri === expected.jwksUri)

export const isKeyList = (keys: unknown): keys is readonly JsonObject[] =>
  Array.isArray(keys) && keys.length > 0 && keys.length <= KEY_SET_ENTRIES && keys.every(isObject)
