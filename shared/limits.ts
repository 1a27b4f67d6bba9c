/**
 * Every bound and default of the product: the unit is in the name, the reason beside it.
 * Sections (§) are those of the token specification the product implements; RFCs by number.
 */

// Time
export const CLOCK_TOLERANCE_SECONDS = 5
/** RFC 9068 §4: "no more than a few minutes". */
export const CLOCK_TOLERANCE_MAX_SECONDS = 300
/** Auth0's ceiling for the lifetime of a custom API's access token: 30 days. */
export const TOKEN_LIFETIME_SECONDS = 2_592_000
/** The last second of the year 9999; a larger number is milliseconds or nonsense. */
export const NUMERIC_DATE_MAX_SECONDS = 253_402_300_799

// Tokens
export const TOKEN_BYTES_WORKER = 16_384
/** API Gateway caps all request headers together at 10,240 bytes. */
export const TOKEN_BYTES_LAMBDA = 8_192
export const TOKEN_BYTES_CEILING = 65_536
/** Deeper JSON serves no claim and makes a parser's cost the attacker's choice. */
export const JSON_DEPTH = 32
export const KEY_ID_CHARACTERS = 256
export const AUDIENCE_ENTRIES = 32
/** Auth0 nests delegation at most five deep (RFC 8693 §4.1 sets no bound). */
export const ACTOR_LEVELS = 5
/** Of tokens that verified. A Worker has 128 MB for everything, and most of its callers return. */
export const VERDICT_CACHE = { entries: 5_000, bytes: 16_777_216 }
/** A verdict is found anew after this, whatever else (§2.2, last paragraph). */
export const VERDICT_SECONDS = 300
/** Headers of tokens that verified are remembered; an issuer has a handful. */
export const HEADER_CACHE_ENTRIES = 64

// Keys (§8)
export const KEYS_FRESH_SECONDS = 600
export const KEYS_FRESH_MIN_SECONDS = 300
export const KEYS_FRESH_MAX_SECONDS = 3_600
export const KEYS_STALE_SECONDS = 3_600
export const KEYS_STALE_MAX_SECONDS = 86_400
export const KEYS_COOLDOWN_SECONDS = 30
export const KEYS_COOLDOWN_MAX_SECONDS = 3_600
/** Instances that share a tier renew at moments of their own, in the last fifth of freshness. */
export const KEYS_SPREAD = 0.2
/** An endpoint found by discovery is looked up again after a day, or at once when it fails. */
export const DISCOVERY_SECONDS = 86_400
export const KEY_SET_BYTES = 65_536
/** Current, next and previous, plus ten of a customer's own, with room to spare. */
export const KEY_SET_ENTRIES = 32
/** Keys of one set that share a `kid` and fit the token; each costs a signature check. */
export const KEY_CANDIDATES = 3
/** RFC 7518 §3.3. */
export const RSA_BITS_MIN = 2_048
/** A verification costs the square of the size: above this it is an attack. */
export const RSA_BITS_MAX = 8_192
/** RFC 7518 §3.2: an HMAC key is at least as long as the hash output of HS256. */
export const SECRET_BYTES = 32

/** No request waits longer than this for keys; the work itself goes on behind it. */
export const KEYS_WAIT_MS = 3_000
/** After this a fetch that never reported back is taken for lost with the request that began it. */
export const FLIGHT_SECONDS = 15

// Network
export const FETCH_TIMEOUT_MS = 3_000
/** A shared tier that is slower than this is slower than the issuer it spares. */
export const STORE_TIMEOUT_MS = 500
export const STORE_RECORD_BYTES = 131_072
/** How often a request looks whether another request's fetch has delivered. */
export const FLIGHT_POLL_MS = 10

// Answers
export const RETRY_AFTER_SECONDS = 5
