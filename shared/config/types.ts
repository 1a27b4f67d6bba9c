/** What a user writes (see docs/configuration.md). Names, units and defaults here are a promise. */
import type { TokenKind } from '../types.ts'

export interface Config {
  /** Only in a JSON configuration: the path of its JSON Schema, for the editor. The authorizer ignores it. */
  readonly $schema?: string
  /** At least one. A tenant with a custom domain needs two: `iss` is the domain that the client used. */
  readonly issuers: readonly Issuer[]
  /** `METHOD /path` → what the route requires of the token. The most specific pattern wins. */
  readonly routes?: Readonly<Record<RoutePattern, RoutePolicy | 'public' | 'authenticated'>>
  /** For requests that no pattern matches. Default: `deny` where `routes` is given, else `authenticated`. */
  readonly otherwise?: 'deny' | 'authenticated'
  /** Clock difference allowed for `exp`, `nbf` and `iat`, in seconds, 0 to 300. Default 5. */
  readonly clockToleranceSeconds?: number
  /**
   * The longest token that is accepted, in bytes, 256 to 65536. Default 16384 on a Worker, 8192 on
   * Lambda.
   */
  readonly maxTokenBytes?: number
  /** The realm of challenges (RFC 9110 §11.5). Default `api`. */
  readonly realm?: string
  /** `full` adds `hint` to problem bodies: for development; it reveals more to callers. Default `none`. */
  readonly hints?: 'none' | 'full'
  /** Which decisions are logged. Default `denied`: every outcome but allow. */
  readonly log?: 'all' | 'denied' | 'none'
  /** Forward the token to the upstream. On public routes and preflights it is unverified. Default false. */
  readonly forwardToken?: boolean
  /** How long an issuer's keys are cached. */
  readonly keys?: KeysConfig
  /** Name of a cookie that may carry the token. Off by default. */
  readonly cookie?: string
  /**
   * How a browser's WebSocket handshake may carry the token. `query` names a parameter of the query;
   * `subprotocol` names the subprotocol before the token: `new WebSocket(url, ['bearer', token])`.
   * Off by default. The Worker removes the token before it forwards the handshake, and returns the
   * subprotocol, without which browsers close the connection. At API Gateway, the `$connect`
   * integration must return it.
   */
  readonly webSocket?: { readonly query?: string; readonly subprotocol?: string }
  /** Providers whose tokens are accepted on routes that `accept` them (docs/opaque.md). Off by default. */
  readonly identityProviders?: readonly IdentityProvider[]
  /**
   * Shares verdicts on opaque tokens through KV or DynamoDB, sealed with this secret of at least 32
   * bytes. Default: each instance asks the source itself.
   */
  readonly verdictSecret?: Secret
  /** The shape of the answers to API Gateway. */
  readonly apiGateway?: ApiGatewayConfig
}

/** `METHOD /path/{name}/{rest+}`, `* /path` for any method, or `$connect`; checked at start. */
export type RoutePattern = string

export interface KeysConfig {
  /**
   * How long a key set is fresh, in seconds, 1 to 3600: an upper bound for the issuer's `max-age`,
   * and the value where the issuer sends none. Default: its `max-age` within 300 to 3600, or 600 where
   * it sends none.
   */
  readonly freshSeconds?: number
  /**
   * How long known keys still verify after that, in seconds, while the issuer cannot be reached.
   * Default 3600, at most 86400.
   */
  readonly staleSeconds?: number
  /**
   * Seconds between two attempts to find a key that the issuer did not list, and the maximum between
   * two attempts while it cannot be reached; 0 to 3600. Default 30.
   */
  readonly cooldownSeconds?: number
  /**
   * Seals the records in shared tiers, so that write access to a tier is not enough to plant keys. At
   * least 32 bytes, and the same wherever the tier is shared. Off by default.
   */
  readonly storeSecret?: Secret
}

export interface ApiGatewayConfig {
  /** The answer to HTTP APIs with payload 2.0. Must agree with `enableSimpleResponses`. Default `simple`. */
  readonly httpApiResponse?: 'simple' | 'iam'
  /**
   * `api`: one policy for everything that the token may call, safe to cache. `request`: for this
   * request only, needs TTL 0. Default `api`.
   */
  readonly policy?: 'api' | 'request'
  /**
   * Adds `DateLessThan aws:CurrentTime` = `exp` to each Allow. Not verified on a live account.
   * Default false.
   */
  readonly expiryCondition?: boolean
  /** The claim whose value becomes `usageIdentifierKey` (usage plans, `apiKeySource: AUTHORIZER`). */
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
  /** The exact `iss`, with its trailing slash. https, or http on a loopback host. */
  readonly issuer: string
  /** Your API's identifier, or several. `aud` must hold one of them exactly (RFC 9068 §4). */
  readonly audience: string | readonly string[]
  /** The profile of access tokens. `auto`: decided by `typ`, `JWT` or `at+jwt`. Default `auto`. */
  readonly profile?: 'auto' | 'auth0' | 'rfc9068'
  /**
   * Accepted signature algorithms: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512,
   * EdDSA, Ed25519, HS256, HS384, HS512. Default `['RS256']`. HS algorithms need `secret`, and an
   * issuer entry of their own.
   */
  readonly algorithms?: readonly Algorithm[]
  /** The URL of the key set. Default: found by discovery. */
  readonly jwksUri?: string
  /** The API's signing secret for HS algorithms, at least 32 bytes of UTF-8. */
  readonly secret?: Secret
  /** Decrypts encrypted tokens: the text of a JWK Set of private RSA keys. See docs/encrypted-tokens.md. */
  readonly decryptionKeys?: Secret
  /** `required`: refuse unencrypted tokens. Default: both kinds are accepted. */
  readonly encryption?: 'required'
  /** The longest life of a token, `exp − iat`, in seconds. Default 2592000, Auth0's maximum. */
  readonly maxLifetimeSeconds?: number
  /** Refuse tokens whose `aud` also names others, except `…/userinfo`. Default false. */
  readonly strictAudience?: boolean
  /** How opaque tokens are verified (docs/opaque.md). Default `reject`. */
  readonly opaque?: 'reject' | { readonly introspect: Introspect } | { readonly userinfo: Userinfo }
  /**
   * The claims that hold scopes and permissions, where the issuer names them otherwise. Two
   * different names, and no registered claim such as `sub`.
   */
  readonly claims?: { readonly scope?: string; readonly permissions?: string }
}

/** Token introspection (RFC 7662). The API authenticates with `clientSecret` or `privateKey`. */
export interface Introspect {
  /** The introspection endpoint. Default: found by discovery. */
  readonly endpoint?: string
  /** The API's own client id at the issuer. */
  readonly clientId: string
  /** The API's client secret. Either this or `privateKey`. */
  readonly clientSecret?: Secret
  /** The text of a private JWK, for `private_key_jwt` with the `alg` of the JWK. */
  readonly privateKey?: Secret
  /** How the API authenticates. Default `client_secret_basic`. */
  readonly authentication?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
  /** `jwt`: answers must be signed (RFC 9701); plain JSON is refused. Default `json`. */
  readonly response?: 'json' | 'jwt'
  /** Accept tokens without `aud`, only from `clientIds`. Default false. */
  readonly audienceOptional?: boolean
  /** With `audienceOptional`: the clients whose tokens may lack `aud`. */
  readonly clientIds?: readonly string[]
  /**
   * How long "active" is cached, in seconds, never beyond `exp`: the delay of a revocation. Default
   * 60, 0 to 300.
   */
  readonly cacheSeconds?: number
  /** Calls per second from one instance, up to five seconds' worth at once. Default 20. */
  readonly callsPerSecond?: number
}

/** `/userinfo`, found by discovery, as proof that a token belongs to a user. It proves nothing else. */
export interface Userinfo {
  /** How long an answer is cached, in seconds. Default 300, 60 to 7200. */
  readonly cacheSeconds?: number
  /** Calls per second from one instance, up to five seconds' worth at once. Default 20. */
  readonly callsPerSecond?: number
}

/** A provider that names the app a token was issued to. `endpoint`: for tests and proxies. */
export type IdentityProvider =
  | (ProviderCommon & {
      readonly provider: 'facebook'
      readonly appIds: readonly string[]
      /** The app access token of the same app. */
      readonly appAccessToken: Secret
    })
  | (ProviderCommon & { readonly provider: 'google'; readonly clientIds: readonly string[] })
  | (ProviderCommon & {
      readonly provider: 'github'
      readonly clientId: string
      readonly clientSecret: Secret
    })
  | {
      /** A name of your own. It becomes the `issuer` of the identity. */
      readonly provider: string
      readonly introspect: Introspect & { readonly endpoint: string }
      /** The answer's `client_id` must be one of these. */
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
  /** Required scopes: `scope` must hold all of them. One string may name several, separated by spaces. */
  readonly scopes?: string | readonly string[]
  /** `scope` must hold at least one of these. */
  readonly anyScope?: readonly string[]
  /** Required permissions: the `permissions` claim must hold all of them. */
  readonly permissions?: string | readonly string[]
  /** The `permissions` claim must hold at least one of these. */
  readonly anyPermission?: readonly string[]
  /** Who may call: `user`, `machine` (client credentials) or `agent` (`sub_profile` is `ai_agent`). */
  readonly principal?: PrincipalKind | readonly PrincipalKind[]
  /** Allowed organizations: `org_id` values, or Auth0 organization names. */
  readonly organizations?: readonly string[]
  /** Allowed client ids (`azp` or `client_id`). */
  readonly clients?: readonly string[]
  /** Claim → the value that it must have, or a list of allowed values. Types count: `1` is not `'1'`. */
  readonly claims?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>
  /** Path parameter → the claim that it must equal: `{ id: 'sub' }`. */
  readonly bind?: Readonly<Record<string, string>>
  /** A token with this scope passes `bind` for any object. */
  readonly bindBypassScope?: string
  /** A failed `bind` answers 404 instead of 403. Default false. */
  readonly hideExistence?: boolean
  /**
   * The longest life of a token, `exp − iat`, in seconds. The stricter of issuer and route wins.
   * Default: the issuer's.
   */
  readonly maxLifetimeSeconds?: number
  /** How long ago a token may have been issued, in seconds, plus the clock tolerance. Default: any time. */
  readonly maxAgeSeconds?: number
  /** The kinds of token that the route accepts. Default `['jwt', 'introspected']`. */
  readonly accept?: readonly TokenKind[]
  /** Asks `/userinfo` about the caller, after all other checks. `required`: no answer, no access. */
  readonly userinfo?: 'optional' | 'required'
  /**
   * How old a cached verdict on an opaque token may be here, in seconds, 0 to 300. 0 asks the
   * source each time.
   */
  readonly verdictSeconds?: number
  /**
   * Whether somebody may act on the subject's behalf (`act`, RFC 8693), or which actors may.
   * Default `allow`.
   */
  readonly delegation?: 'allow' | 'forbid' | { readonly actors: readonly string[] }
}
