/**
 * A key set as it was published, with when and where: what memory holds and what shared tiers keep
 * as text. A shared tier is another party: whatever it returns is checked like an answer from outside.
 */
import { isAllowedEndpoint } from '../endpoint.ts'
import { isObject, parseJson } from '../json.ts'
import type { JsonObject } from '../json.ts'
import {
  CLOCK_TOLERANCE_SECONDS,
  KEYS_FRESH_MAX_SECONDS,
  KEYS_FRESH_SECONDS,
  KEY_SET_ENTRIES,
  STORE_RECORD_BYTES,
} from '../limits.ts'
import type { KeyOptions } from './options.ts'
import { createKeySet } from './select.ts'

export interface KeyRecord {
  readonly issuer: string
  readonly jwksUri: string
  /** Public keys as JWKs, unusable ones among them. Never empty. */
  readonly keys: readonly JsonObject[]
  /** When the issuer was asked, epoch seconds. */
  readonly fetchedAt: number
  /** How long it is used without asking again. */
  readonly freshSeconds: number
}

/**
 * undefined: no record, not this issuer's, without a usable key, from the future, fresh for longer
 * than an issuer may say, or aimed at another host. Not checked here: how old it is.
 */
export function parseRecord(
  text: unknown,
  options: KeyOptions,
  now: number,
): KeyRecord | undefined {
  if (typeof text !== 'string' || text.length > STORE_RECORD_BYTES) return undefined
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const { issuer, jwksUri, keys, fetchedAt, freshSeconds } = value
  const isSound =
    issuer === options.issuer &&
    isAllowedEndpoint(jwksUri, options.jwksUri ?? options.issuer) &&
    (options.jwksUri ?? jwksUri) === jwksUri &&
    isKeyList(keys) &&
    isBetween(fetchedAt, now + CLOCK_TOLERANCE_SECONDS) &&
    isBetween(freshSeconds, options.freshSeconds ?? KEYS_FRESH_MAX_SECONDS)
  if (!isSound) return undefined
  // Unsealed, it may be by anybody who can write to the tier: it is relied on for less long.
  const most = options.storeSecret === undefined ? KEYS_FRESH_SECONDS : freshSeconds
  return { issuer, jwksUri, keys, fetchedAt, freshSeconds: Math.min(freshSeconds, most) }
}

const isBetween = (value: unknown, most: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= most

const isKeyList = (keys: unknown): keys is readonly JsonObject[] =>
  Array.isArray(keys) &&
  keys.length <= KEY_SET_ENTRIES &&
  keys.every(isObject) &&
  createKeySet(keys).sound.length > 0
