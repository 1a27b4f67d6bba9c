/** What goes into a decision and what comes out. Readonly data, no code. */
import type { DenyCode, UnavailableCode } from './reasons.ts'

/**
 * What the authorizer reads of a request. It never sees the body.
 * Header names are looked up case-insensitively; a list is one header sent several times.
 */
export interface AuthRequest {
  readonly method: string
  /** As it was sent: percent-encoded, without the query. */
  readonly path: string
  /** Without the question mark. */
  readonly query?: string
  readonly headers: HeaderMap
  /** Scheme, host and port the caller addressed; needed only to judge cookies (same-origin). */
  readonly origin?: string
  /** A CORS preflight: the method the browser asks about. It needs no token. */
  readonly preflight?: string
  /** A WebSocket handshake: `$connect` at API Gateway, `Upgrade: websocket` at a Worker. */
  readonly webSocket?: boolean
}

/** Names in any case. null and undefined: the header is not there. */
export type HeaderMap = Readonly<Record<string, string | readonly string[] | null | undefined>>

/** Who calls, as far as a verified token says. All of it is verified unless the member says otherwise. */
export interface Identity {
  /** `sub`, opaque: never folded, trimmed or normalised. */
  readonly subject: string
  /** `iss`; of an identity provider's token, the provider's name in the configuration. */
  readonly issuer: string
  /** `aud`, all of it; empty where a token was taken without one. */
  readonly audience: readonly string[]
  /** `azp` or `client_id`, by profile; null: the token names no client. */
  readonly clientId: string | null
  /** `scope`, taken apart (RFC 6749 §3.3). */
  readonly scopes: readonly string[]
  /** Auth0's RBAC `permissions`: everything the user may do, whatever the client asked for. */
  readonly permissions: readonly string[]
  /** Epoch seconds. */
  readonly issuedAt: number
  /** Epoch seconds. */
  readonly expiresAt: number
  readonly tokenKind: TokenKind
  /** The whole claims set. Read it with own-property look-ups only. */
  readonly claims: Readonly<Record<string, unknown>>
  /** What `/userinfo` or an identity provider says of the user; no rule reads it. */
  readonly userinfo?: Readonly<Record<string, unknown>>
}

/** Who vouches for the token: its own signature, introspection, `/userinfo`, or an identity provider. */
export type TokenKind = 'jwt' | 'introspected' | 'userinfo' | 'identity-provider'

/** The answer to "may this access token call this route?". */
export type Decision = Allow | Deny | Unavailable

export interface Allow {
  readonly outcome: 'allow'
  /** The configured pattern that matched; null where `otherwise` decided. */
  readonly route: string | null
  /** null: the route is public and no token was looked at. */
  readonly identity: Identity | null
}

export interface Deny {
  readonly outcome: 'deny'
  /** 400: malformed. 401: no token, or none that is trusted. 403: one that may not. 404: the same, hidden. */
  readonly status: 400 | 401 | 403 | 404
  readonly code: DenyCode
  /** The configured pattern that matched; null: none, or `otherwise` decided. */
  readonly route: string | null
  /** What is wrong, safe for a caller to read. */
  readonly description: string
  /** How the developer mends it. May name configuration; shown to callers only with `hints: 'full'`. */
  readonly hint: string
  /** Values for `WWW-Authenticate`, one header each (RFC 6750 §3). */
  readonly challenges: readonly string[]
}

/** The token was not judged. Not a refusal: say 503, try again later. */
export interface Unavailable {
  readonly outcome: 'unavailable'
  readonly status: 503
  readonly code: UnavailableCode
  readonly retryAfterSeconds: number
}
