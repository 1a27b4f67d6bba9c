/** What a user writes (see docs/configuration.md). Names, units and defaults here are a promise. */
import type { TokenKind } from '../types.ts'

export interface Config {
  /** Of a configuration in JSON: where its JSON Schema is, for the editor. Read by nobody else. */
  readonly $schema?: string
  /** At least one. A tenant with a custom domain has two: tokens name the domain the client used. */
  readonly issuers: readonly Issuer[]
  /** `METHOD /path` → what it asks of the token. The most specific pattern wins. */
  readonly routes?: Readonly<Record<RoutePattern, RoutePolicy | 'public' | 'authenticated'>>
  /** Requests no pattern matches. Default: `deny` where `routes` is given, else `authenticated`. */
  readonly otherwise?: 'deny' | 'authenticated'
  /** Seconds, 0 to 300, granted to `exp`, `nbf` and `iat`. Default 5. */
  readonly clockToleranceSeconds?: number
  /** The longest token that is looked at, 256 to 65536. Default 16384 on a Worker, 8192 on Lambda. */
  readonly maxTokenBytes?: number
  /** Of the challenges (RFC 9110 §11.5). Default `api`. */
  readonly realm?: string
  /** `full` adds `hint` to problem bodies: helpful in development, talkative in production. Default `none`. */
  readonly hints?: 'none' | 'full'
  /** Which decisions are logged. Default `denied`: every outcome but allow. */
  readonly log?: 'all' | 'denied' | 'none'
  /** Pass `Authorization` on to the upstream; on public routes and preflights nobody has looked at it. Default false. */
  readonly forwardToken?: boolean
  /** How long an issuer's keys are used. */
  readonly keys?: KeysConfig
  /** Name of a cookie that may carry the token. Off by default. */
  readonly cookie?: string
  /**
   * How a browser's WebSocket handshake may carry the token: a parameter of the query, or the
   * subprotocol that comes before it, `new WebSocket(url, ['bearer', token])`. Off by default. The
   * Worker keeps either from the upstream and answers the subprotocol, without which browsers give
   * up; at API Gateway the `$connect` integration has to answer it.
   */
  readonly webSocket?: { readonly query?: string; readonly subprotocol?: string }
  /** Whose tokens are taken beside the issuers', on routes that `accept` them (docs/opaque.md). Off by default. */
  readonly identityProviders?: readonly IdentityProvider[]
  /**
   * Shares verdicts on opaque tokens through KV or DynamoDB, sealed with this secret of at least 32
   * bytes. Default: each instance asks for itself.
   */
  readonly verdictSecret?: Secret
  /** What API Gateway is answered. */
  readonly apiGateway?: ApiGatewayConfig
}

/** `METHOD /path/{name}/{rest+}`, `* /path` for any method, or `$connect`; checked at start. */
export type RoutePattern = string

export interface KeysConfig {
  /**
   * How long a key set is used without asking again, 1 to 3600: at most this long, and this long
   * where the issuer sends no `max-age`. Default: its `max-age` within 300 to 3600, or 600 where it
   * sends none.
   */
  readonly freshSeconds?: number
  /** How long past that known keys still verify while the issuer cannot be reached. Default 3600, at most 86400. */
  readonly staleSeconds?: number
  /**
   * Between two attempts to find a key that the issuer did not list, and the most between two attempts
   * while it cannot be reached; 0 to 3600. Default 30.
   */
  readonly cooldownSeconds?: number
  /**
   * Seals the records in shared tiers, so that write access to them does not suffice to make keys; at
   * least 32 bytes, the same wherever the tier is shared. Off by default.
   */
  readonly storeSecret?: Secret
}

export interface ApiGatewayConfig {
  /** What HTTP APIs with payload 2.0 are answered: must agree with `enableSimpleResponses`. Default `simple`. */
  readonly httpApiResponse?: 'simple' | 'iam'
  /** `api`: one policy for all a token may call, safe to cache. `request`: this request only, for TTL 0. Default `api`. */
  readonly policy?: 'api' | 'request'
  /** Adds `DateLessThan aws:CurrentTime` = `exp` to each Allow. Not verified on a live account. Default false. */
  readonly expiryCondition?: boolean
  /** Claim whose value becomes `usageIdentifierKey` (usage plans, `apiKeySource: AUTHORIZER`). */
  readonly usageIdentifierClaim?: string
}

export type Algorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'
  | 'HS256'
  | 'HS384'
  | 'HS512'

export interface Issuer {
  /** The exact `iss`, trailing slash included. https, or http on a loopback host. */
  readonly issuer: string
  /** Your API's identifier, or several: `aud` must hold one of them, to the letter (RFC 9068 §4). */
  readonly audience: string | readonly string[]
  /** `auto`: by `typ`, `JWT` or `at+jwt`. Default `auto`. */
  readonly profile?: 'auto' | 'auth0' | 'rfc9068'
  /**
   * Of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519, HS256, HS384,
   * HS512. Default `['RS256']`. HS algorithms stand alone, with `secret`.
   */
  readonly algorithms?: readonly Algorithm[]
  /** Where the keys are; else found by discovery. */
  readonly jwksUri?: string
  /** The API's signing secret, for HS algorithms; at least 32 bytes of UTF-8. */
  readonly secret?: Secret
  /** Opens encrypted tokens: the text of a JWK Set of private RSA keys. See docs/encrypted-tokens.md. */
  readonly decryptionKeys?: Secret
  /** Refuse tokens that were not encrypted. Default: both are accepted. */
  readonly encryption?: 'required'
  /** The longest life of a token, `exp − iat`. Default 2592000, Auth0's ceiling. */
  readonly maxLifetimeSeconds?: number
  /** Refuse tokens that are also for others, `…/userinfo` apart. Default false. */
  readonly strictAudience?: boolean
  /** How tokens that are no JWTs are judged (docs/opaque.md). Default `reject`. */
  readonly opaque?: 'reject' | { readonly introspect: Introspect } | { readonly userinfo: Userinfo }
  /** Claim names, where the issuer's differ: two, neither of a claim with a meaning of its own. */
  readonly claims?: { readonly scope?: string; readonly permissions?: string }
}

/** Token introspection (RFC 7662), as the API: with `clientSecret` or `privateKey`. */
export interface Introspect {
  /** Else found by discovery. */
  readonly endpoint?: string
  /** The API's own, at the issuer. */
  readonly clientId: string
  /** Either this or `privateKey`. */
  readonly clientSecret?: Secret
  /** Text of a private JWK; then `private_key_jwt`, by its `alg`. */
  readonly privateKey?: Secret
  /** How the secret is sent. Default `client_secret_basic`. */
  readonly authentication?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
  /** `jwt`: answers must be signed (RFC 9701); plain JSON is refused. Default `json`. */
  readonly response?: 'json' | 'jwt'
  /** Take tokens without `aud`, of `clientIds` alone. Default false. */
  readonly audienceOptional?: boolean
  /** Clients whose tokens may lack `aud`, with `audienceOptional`. */
  readonly clientIds?: readonly string[]
  /** How long "active" is believed, never beyond `exp`: the delay of a revocation. Default 60, 0 to 300. */
  readonly cacheSeconds?: number
  /** Calls a second from one instance, five seconds' worth at once. Default 20. */
  readonly callsPerSecond?: number
}

/** `/userinfo`, found by discovery, as proof that a token is some user's. It proves nothing else. */
export interface Userinfo {
  /** How long an answer is believed. Default 300, 60 to 7200. */
  readonly cacheSeconds?: number
  /** Calls a second from one instance, five seconds' worth at once. Default 20. */
  readonly callsPerSecond?: number
}

/** Whose tokens name the app they were issued to. `endpoint`: for tests and proxies. */
export type IdentityProvider =
  | (ProviderCommon & {
      readonly provider: 'facebook'
      readonly appIds: readonly string[]
      /** Of the same app as the tokens. */
      readonly appAccessToken: Secret
    })
  | (ProviderCommon & { readonly provider: 'google'; readonly clientIds: readonly string[] })
  | (ProviderCommon & {
      readonly provider: 'github'
      readonly clientId: string
      readonly clientSecret: Secret
    })
  | {
      /** A name of one's own; it becomes the `issuer` of the identity. */
      readonly provider: string
      readonly introspect: Introspect & { readonly endpoint: string }
      /** Whose `client_id` the answer must name. */
      readonly clientIds: readonly string[]
    }
  | {
      readonly provider: string
      /** `clientClaim`: where this provider's `/userinfo` names the client, as it documents. */
      readonly userinfo: {
        readonly endpoint: string
        readonly clientClaim: string
        readonly cacheSeconds?: number
        readonly callsPerSecond?: number
      }
      readonly clientIds: readonly string[]
    }

export interface ProviderCommon {
  readonly endpoint?: string
  /** Default 60, 0 to 300. */
  readonly cacheSeconds?: number
  readonly callsPerSecond?: number
}

/** A secret is read from the environment by name and never written into a configuration. */
export interface Secret {
  readonly env: string
}

export type PrincipalKind = 'user' | 'machine' | 'agent'

export type ClaimValue = string | number | boolean

export interface RoutePolicy {
  /** Scopes that `scope` must hold, all of them; one text may name several, divided by spaces. */
  readonly scopes?: string | readonly string[]
  /** Scopes of which `scope` must hold at least one. */
  readonly anyScope?: readonly string[]
  /** Permissions that the `permissions` claim must hold, all of them. */
  readonly permissions?: string | readonly string[]
  /** Permissions of which the `permissions` claim must hold at least one. */
  readonly anyPermission?: readonly string[]
  /** Who may call: `user`, `machine` (client credentials), `agent` (`sub_profile` is `ai_agent`); one of. */
  readonly principal?: PrincipalKind | readonly PrincipalKind[]
  /** `org_id` values, or Auth0 organization names; one of. */
  readonly organizations?: readonly string[]
  /** Client ids (`azp` or `client_id`); one of. */
  readonly clients?: readonly string[]
  /** Claim equals, or is one of. Types count: `1` is not `'1'`. */
  readonly claims?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>
  /** Path parameter → claim it must equal: `{ id: 'sub' }`. */
  readonly bind?: Readonly<Record<string, string>>
  /** A token with this scope may call for any object. */
  readonly bindBypassScope?: string
  /** A failed bind answers 404 in place of 403. Default false. */
  readonly hideExistence?: boolean
  /** The longest life of a token, `exp − iat`; the stricter of issuer and route wins. Default: the issuer's. */
  readonly maxLifetimeSeconds?: number
  /** How long ago a token may have been issued, beyond the clock tolerance. Default: any time. */
  readonly maxAgeSeconds?: number
  /** Kinds of token that the route takes. Default `['jwt', 'introspected']`. */
  readonly accept?: readonly TokenKind[]
  /** Asks `/userinfo` about the caller, last of all; `required`: without an answer nobody passes. */
  readonly userinfo?: 'optional' | 'required'
  /** How old a remembered verdict on an opaque token may be here; 0 asks each time. 0 to 300. */
  readonly verdictSeconds?: number
  /** May somebody act on the subject's behalf (RFC 8693)? Default `allow`. */
  readonly delegation?: 'allow' | 'forbid' | { readonly actors: readonly string[] }
}
