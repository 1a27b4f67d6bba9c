/**
 * The last tier: the issuer itself. Finds its key set by discovery (OpenID Connect Discovery §4,
 * RFC 8414 §3) and fetches it, with every bound of §8.2. Says what was wrong in our own words.
 */
import { decodeUtf8 } from '../bytes.ts'
import { isObject, own, parseJson } from '../json.ts'
import type { JsonObject } from '../json.ts'
import {
  DISCOVERY_SECONDS,
  FETCH_TIMEOUT_MS,
  KEYS_FRESH_MAX_SECONDS,
  KEYS_FRESH_MIN_SECONDS,
  KEYS_FRESH_SECONDS,
  KEY_SET_BYTES,
  KEY_SET_ENTRIES,
} from '../limits.ts'
import type { Http, HttpResponse } from '../ports.ts'
import { err, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import { isAllowedEndpoint, metadataUrls } from '../endpoint.ts'
import type { KeyRecord } from './record.ts'

export interface KeySource {
  readonly issuer: string
  /** Configured; null: by discovery. */
  readonly jwksUri: string | null
  /** Configured upper bound; null: what the issuer says, or the default. */
  readonly freshSeconds: number | null
  readonly http: Http
}

/** What this instance itself got from the issuer last time, for a conditional request. */
export interface Fetched {
  readonly record: KeyRecord
  readonly etag: string | null
}

export async function fetchKeys(
  source: KeySource,
  now: number,
  previous: Fetched | null,
): Promise<Result<Fetched, string>> {
  const located = await locate(source, now, previous?.record ?? null)
  if (!located.ok) return located
  const { jwksUri, discoveredAt } = located.value
  const known = previous?.record.jwksUri === jwksUri ? previous : null
  const headers = {
    accept: 'application/json',
    ...(known?.etag && { 'if-none-match': known.etag }),
  }
  const answer = await get(source.http, jwksUri, headers)
  if (!answer.ok) return err(`key set: ${answer.error}`)
  const keys = answer.value.status === 304 && known ? ok(known.record.keys) : readKeys(answer.value)
  if (!keys.ok) return err(`key set: ${keys.error}`)
  const record = {
    issuer: source.issuer,
    jwksUri,
    keys: keys.value,
    fetchedAt: now,
    freshSeconds: freshness(answer.value, source.freshSeconds),
    discoveredAt,
  }
  return ok({ record, etag: answer.value.header('etag') })
}

interface Location {
  readonly jwksUri: string
  readonly discoveredAt: number
}

async function locate(
  { issuer, jwksUri, http }: KeySource,
  now: number,
  previous: KeyRecord | null,
): Promise<Result<Location, string>> {
  if (jwksUri !== null) return ok({ jwksUri, discoveredAt: now })
  if (previous !== null && now < previous.discoveredAt + DISCOVERY_SECONDS) return ok(previous)
  const found = await discover(issuer, http)
  return found.ok
    ? ok({ jwksUri: found.value, discoveredAt: now })
    : err(`discovery: ${found.error}`)
}

/** The second document is asked for only where the first does not exist. */
async function discover(issuer: string, http: Http): Promise<Result<string, string>> {
  const [openid, oauth] = metadataUrls(issuer)
  const first = await get(http, openid, { accept: 'application/json' })
  if (first.ok && first.value.status >= 400 && first.value.status < 500) {
    const second = await get(http, oauth, { accept: 'application/json' })
    return second.ok ? readMetadata(second.value, issuer) : second
  }
  return first.ok ? readMetadata(first.value, issuer) : first
}

const get = (http: Http, url: string, headers: Record<string, string>) =>
  http({ url, headers, timeoutMs: FETCH_TIMEOUT_MS, maxBytes: KEY_SET_BYTES })

/** RFC 8414 §3.3: a document that names another issuer, by so much as a slash, says nothing of ours. */
function readMetadata(response: HttpResponse, issuer: string): Result<string, string> {
  const metadata = readObject(response)
  if (!metadata.ok) return metadata
  if (own(metadata.value, 'issuer') !== issuer) return err('its issuer is not the configured one')
  const uri = own(metadata.value, 'jwks_uri')
  if (typeof uri !== 'string' || !isAllowedEndpoint(uri, issuer)) {
    return err('jwks_uri is not an https URL on the host of the issuer')
  }
  return ok(uri)
}

/** An empty set is a fault of the issuer's, not a rotation: it would lock every caller out. */
function readKeys(response: HttpResponse): Result<readonly JsonObject[], string> {
  const set = readObject(response)
  if (!set.ok) return set
  const keys = own(set.value, 'keys')
  if (!Array.isArray(keys)) return err('no keys array')
  if (keys.length > KEY_SET_ENTRIES) return err(`more than ${KEY_SET_ENTRIES} keys`)
  const entries = keys.filter(isObject)
  return entries.length > 0 ? ok(entries) : err('no key in it')
}

function readObject({ status, body }: HttpResponse): Result<JsonObject, string> {
  if (status !== 200) return err(`status ${status}`)
  const text = decodeUtf8(body)
  const value = text === null ? undefined : parseJson(text)
  return isObject(value) ? ok(value) : err('not a JSON object')
}

/** `max-age`, within bounds; a configured number of seconds is an upper bound (§8.4). */
function freshness(response: HttpResponse, configured: number | null): number {
  const maxAge = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(response.header('cache-control') ?? '')?.[1]
  const offered =
    maxAge === undefined
      ? KEYS_FRESH_SECONDS
      : Math.min(Math.max(Number(maxAge), KEYS_FRESH_MIN_SECONDS), KEYS_FRESH_MAX_SECONDS)
  if (configured === null) return offered
  return maxAge === undefined ? configured : Math.min(offered, configured)
}
