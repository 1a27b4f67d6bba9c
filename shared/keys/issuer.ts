/**
 * The last tier: the issuer itself. Finds its key set by discovery (OpenID Connect Discovery §4,
 * RFC 8414 §3) and fetches it, with every bound of §8.2. A text in place of an answer says what was
 * wrong, in our own words.
 */
import { isPast } from '../deadline.ts'
import { isAllowedEndpoint, metadataUrls } from '../endpoint.ts'
import { isObject, parseJson } from '../json.ts'
import type { JsonObject } from '../json.ts'
import {
  FETCH_TIMEOUT_MS,
  KEYS_FRESH_MAX_SECONDS,
  KEYS_FRESH_MIN_SECONDS,
  KEYS_FRESH_SECONDS,
  KEY_SET_BYTES,
  KEY_SET_ENTRIES,
} from '../limits.ts'
import type { Http, HttpFault, HttpResponse } from '../ports.ts'
import type { IssuerOptions } from './options.ts'
import type { KeyRecord } from './record.ts'

export interface Fetched {
  readonly record: KeyRecord
  readonly etag: string | null
  /** When its endpoint was found. Epoch seconds. */
  readonly locatedAt: number
}

/** Of this instance alone: never an endpoint that somebody else says was found. */
export interface Hints {
  /** What it got last time. Its ETag is used again, and its endpoint for `knownSeconds` after it was found. */
  readonly previous?: Fetched | undefined
  readonly knownSeconds?: number
  /** The endpoint that it found in an attempt that got no further. */
  readonly found?: string | undefined
  /** Told of one that discovery has just named. */
  readonly onFound?: (jwksUri: string) => void
}

export async function fetchKeys(
  options: IssuerOptions,
  now: number,
  hints: Hints = {},
): Promise<Fetched | string> {
  const { issuer, http } = options
  const { previous, knownSeconds = 0 } = hints
  const isKnown = previous && !isPast(previous.locatedAt, knownSeconds, now)
  const located = await locate(options, isKnown ? previous.record.jwksUri : undefined, hints)
  if (typeof located !== 'string') return located.fault
  const stored = previous?.record.jwksUri === located ? previous : undefined
  const etag = stored?.etag ?? null
  const answer = await get(http, located, etag ? { 'if-none-match': etag } : {})
  if (typeof answer === 'string') return `key set: ${answer}`
  const isUnchanged = etag !== null && answer.status === 304
  const terms = readTerms(answer, options, isUnchanged ? stored?.record : undefined)
  if (typeof terms === 'string') return `key set: ${terms}`
  const record = { issuer, jwksUri: located, fetchedAt: now, ...terms }
  const locatedAt = isKnown ? previous.locatedAt : now
  return { record, etag: answer.header('etag') ?? (isUnchanged ? etag : null), locatedAt }
}

async function locate(
  { issuer, jwksUri, http }: IssuerOptions,
  known: string | undefined,
  { found, onFound }: Hints,
): ReturnType<typeof discover> {
  const told = jwksUri ?? found ?? known
  if (told !== undefined) return told
  const located = await discover(issuer, http)
  if (typeof located === 'string') onFound?.(located)
  return located
}

/** `stored`: what the answer says is unchanged. */
function readTerms(
  answer: HttpResponse,
  { freshSeconds }: IssuerOptions,
  stored: KeyRecord | undefined,
): Pick<KeyRecord, 'keys' | 'freshSeconds'> | string {
  const keys = stored?.keys ?? readKeys(answer)
  if (typeof keys === 'string') return keys
  return { keys, freshSeconds: freshness(answer, freshSeconds, stored?.freshSeconds) }
}

const get = (http: Http, url: string, headers: Readonly<Record<string, string>>) =>
  http({
    url,
    headers: { accept: 'application/json', ...headers },
    timeoutMs: FETCH_TIMEOUT_MS,
    maxBytes: KEY_SET_BYTES,
  })

/**
 * The endpoint that the issuer's metadata names as `member`. The second document is asked for only
 * where the first does not exist; not where we ask too often.
 */
export async function discover(
  issuer: string,
  http: Http,
  member = 'jwks_uri',
): Promise<string | { readonly fault: string }> {
  const [openid, oauth] = metadataUrls(issuer)
  const first = await get(http, openid, {})
  const isAbsent = typeof first !== 'string' && /^4(?!08|29)/.test(`${first.status}`)
  const metadata = readObject(isAbsent ? await get(http, oauth, {}) : first)
  if (typeof metadata === 'string') return { fault: `discovery: ${metadata}` }
  const { issuer: named, [member]: uri } = metadata
  // RFC 8414 §3.3: a document that names another issuer, by so much as a slash, is not ours.
  if (named !== issuer) return { fault: 'discovery: another issuer' }
  if (isAllowedEndpoint(uri, issuer)) return uri
  return { fault: `discovery: ${member} not on the host of the issuer` }
}

/** An empty set is a fault of the issuer's, not a rotation: it would lock every caller out. */
function readKeys(answer: HttpResponse): readonly JsonObject[] | string {
  const set = readObject(answer)
  if (typeof set === 'string') return set
  const listed = Array.isArray(set['keys']) ? set['keys'] : []
  const keys = listed.length > KEY_SET_ENTRIES ? [] : listed.filter(isObject)
  return keys.length > 0 ? keys : 'no keys, or too many'
}

function readObject(answer: HttpResponse | HttpFault): JsonObject | string {
  if (typeof answer === 'string') return answer
  if (answer.status !== 200) return `status ${answer.status}`
  const value = parseJson(answer.text)
  return isObject(value) ? value : 'no JSON object'
}

/**
 * What is left of `max-age` (RFC 9111 §4.2), within bounds (§8.4); a configured number of seconds
 * stands in for it where there is none, and is an upper bound where there is.
 */
function freshness(answer: HttpResponse, configured?: number, stored?: number): number {
  const said = answer.header('cache-control')
  // RFC 9111 §4.3.4: what an unchanged answer does not say anew stays as it was said.
  if (said === null && stored !== undefined) return stored
  const cacheControl = said ?? ''
  const written = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(cacheControl)?.[1]
  const maxAge = written ?? configured ?? KEYS_FRESH_SECONDS
  const age = Number(answer.header('age')) || 0
  return Math.min(
    Math.max(Number(maxAge) - age, KEYS_FRESH_MIN_SECONDS),
    KEYS_FRESH_MAX_SECONDS,
    configured ?? KEYS_FRESH_MAX_SECONDS,
  )
}
