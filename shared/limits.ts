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
export const VERIFIED_CACHE = { entries: 5_000, bytes: 16_777_216 }
/** A token that verified is verified anew after this, even if its key still holds (§2.2, last paragraph). */
export const VERIFIED_SECONDS = 300
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
/** On Lambda, which stands still between requests: further apart, they do not carry an exchange to its end. */
export const KEYS_AWAKE_SECONDS = 0.25
/** After this a fetch that never reported back is taken for lost with the request that began it. */
export const FLIGHT_SECONDS = 15

// Opaque tokens (§3)
/** How long "active" is believed; a revocation is noticed after at most this long (RFC 7662 §4). */
export const VERDICT_SECONDS = 60
export const VERDICT_MAX_SECONDS = 300
/** "Not active" is final, but cheap to ask again. */
export const INACTIVE_SECONDS = 30
/** Auth0 allows each user ten calls of /userinfo at once, then five a minute. */
export const USERINFO_SECONDS = 300
export const USERINFO_MIN_SECONDS = 60
/** The shorter of the two lifetimes that Auth0 gives a token for /userinfo alone. */
export const USERINFO_MAX_SECONDS = 7_200
export const USERINFO_INACTIVE_SECONDS = 60
export const ANSWER_BYTES = 65_536
/** Verdicts, and the bytes of their tokens and answers, for all sources together: half for tokens that were good. */
export const VERDICT_ENTRIES = 4_096
export const VERDICT_BYTES = 4_194_304
/** Of one source, from one instance: what a flood of invented tokens costs it. */
export const CALLS_PER_SECOND = 20
/** How many seconds' worth of calls may be made at once. */
export const CALLS_BURST_SECONDS = 5
/** The share of a burst, and of the calls at once, that is kept for tokens known to be good. */
export const CALLS_RESERVE = 0.2
/** Calls of one source under way at once. */
export const CALLS_AT_ONCE = 32
export const BREAKER_FAILURES = 5
export const BREAKER_WINDOW_SECONDS = 10
export const BREAKER_PAUSE_SECONDS = 10
/** RFC 7523 §3: a client assertion is for one use, now. */
export const ASSERTION_SECONDS = 60
/** RFC 9701 §5: `iat` of a signed answer is when it was made. */
export const SIGNED_ANSWER_SECONDS = 60
/** However long a source asks to be left alone. */
export const RETRY_AFTER_MAX_SECONDS = 300

// Network
export const FETCH_TIMEOUT_MS = 3_000
/** A shared tier that is slower than this is slower than the issuer it spares. */
export const STORE_TIMEOUT_MS = 500
export const STORE_RECORD_BYTES = 131_072
/** How often a request looks whether another request's fetch has delivered. */
export const FLIGHT_POLL_MS = 10

// Answers
export const RETRY_AFTER_SECONDS = 5
