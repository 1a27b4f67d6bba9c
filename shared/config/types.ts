/** What a user writes (see docs/configuration.md). Names, units and defaults here are a promise. */

export interface Config {
  /** At least one. A tenant with a custom domain has two: tokens name the domain the client used. */
  readonly issuers: readonly IssuerConfig[]
  /** `METHOD /path` → what it asks of the token. The most specific pattern wins. */
  readonly routes?: Readonly<Record<string, RoutePolicy | 'public' | 'authenticated'>>
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
  /** Pass `Authorization` on to the upstream. Default false. */
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
  /** What API Gateway is answered. */
  readonly apiGateway?: ApiGatewayConfig
}

export interface KeysConfig {
  /** How long a key set is used without asking again; an upper bound on the issuer's `max-age`. Default 600. */
  readonly freshSeconds?: number
  /** How long past that known keys still verify while the issuer cannot be reached. Default 3600, at most 86400. */
  readonly staleSeconds?: number
  /** Between two attempts to find a key that the issuer did not list. Default 30. */
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

export interface IssuerConfig {
  /** The exact `iss`, trailing slash included. https, or http on a loopback host. */
  readonly issuer: string
  /** Any of; compared to `aud` to the letter. */
  readonly audience: string | readonly string[]
  /** `auto`: by `typ`, `JWT` or `at+jwt`. Default `auto`. */
  readonly profile?: 'auto' | 'auth0' | 'rfc9068'
  /** Default `['RS256']`. HS algorithms stand alone, with `secret`. */
  readonly algorithms?: readonly Algorithm[]
  /** Where the keys are; else found by discovery. */
  readonly jwksUri?: string
  /** The API's signing secret, for HS algorithms; at least 32 bytes of UTF-8. */
  readonly secret?: Secret
  /** Opens encrypted tokens: the text of a JWK Set of private RSA keys. See docs/encrypted-tokens.md. */
  readonly decryptionKeys?: Secret
  /** Refuse tokens that were not encrypted. Default: both are accepted. */
  readonly encryption?: 'required'
  /** Of `exp − iat`. Default 2592000, Auth0's ceiling. */
  readonly maxLifetimeSeconds?: number
  /** Refuse tokens that are also for others, `…/userinfo` apart. Default false. */
  readonly strictAudience?: boolean
  /** Claim names, where the issuer's differ. */
  readonly claims?: { readonly scope?: string; readonly permissions?: string }
}

/** A secret is read from the environment by name and never written into a configuration. */
export interface Secret {
  readonly env: string
}

export type PrincipalKind = 'user' | 'machine' | 'agent'

export type ClaimValue = string | number | boolean

export interface RoutePolicy {
  /** All of. */
  readonly scopes?: string | readonly string[]
  /** At least one of. */
  readonly anyScope?: readonly string[]
  /** All of, in the `permissions` claim. */
  readonly permissions?: string | readonly string[]
  /** At least one of. */
  readonly anyPermission?: readonly string[]
  /** Who may call: `user`, `machine` (client credentials), `agent` (`sub_profile` is `ai_agent`); one of. */
  readonly principal?: PrincipalKind | readonly PrincipalKind[]
  /** `org_id` values, or Auth0 organization names. */
  readonly organizations?: readonly string[]
  /** Client ids (`azp` or `client_id`). */
  readonly clients?: readonly string[]
  /** Claim equals, or is one of. Types count: `1` is not `'1'`. */
  readonly claims?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>
  /** Path parameter → claim it must equal: `{ id: 'sub' }`. */
  readonly bind?: Readonly<Record<string, string>>
  /** A token with this scope may call for any object. */
  readonly bindBypassScope?: string
  /** A failed bind answers 404. */
  readonly hideExistence?: boolean
  /** The stricter of issuer and route wins. */
  readonly maxLifetimeSeconds?: number
  /** Of `now − iat`. */
  readonly maxAgeSeconds?: number
  /** May somebody act on the subject's behalf (RFC 8693)? Default `allow`. */
  readonly delegation?: 'allow' | 'forbid' | { readonly actors: readonly string[] }
}
