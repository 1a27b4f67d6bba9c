import { errors, Provider, type Configuration } from 'oidc-provider'
import { describeResourceServer, type Api } from './api.ts'
import { describeClient, type Client } from './client.ts'
import { ENDPOINTS } from './endpoints.ts'
import { interactionPath } from './interactions.ts'
import type { Algorithm } from './keys.ts'

/** What the hook that adds claims is told of the token about to be issued. */
export interface TokenFacts {
  readonly subject: string
  readonly clientId: string
  readonly audience: string | undefined
  readonly scopes: readonly string[]
}

export interface ProviderSettings {
  readonly issuer: string
  readonly algorithm: Algorithm
  readonly apis: readonly Api[]
  readonly clients: readonly Client[]
  readonly users: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly accessTokenSeconds: number
  readonly claims: (token: TokenFacts) => Record<string, unknown>
}

type Parts = Pick<Configuration, 'adapter' | 'jwks'>

/**
 * oidc-provider reads its keys once, at construction. A rotation therefore builds another Provider with the new keys
 * over the same adapter: sessions, grants, codes and opaque tokens go on as if nothing happened.
 *
 * Each function that oidc-provider would default with a "development only" notice is given here, so that it has
 * nothing to warn about and nothing needs silencing.
 */
export function createProvider(settings: ProviderSettings, parts: Parts): Provider {
  return new Provider(settings.issuer, {
    ...parts,
    routes: ENDPOINTS,
    clients: settings.clients.map(describeClient),
    clientDefaults: {
      id_token_signed_response_alg: settings.algorithm,
      introspection_signed_response_alg: settings.algorithm,
    },
    // Browsers reach this issuer by navigation only, never by cross-origin fetch.
    clientBasedCORS: () => false,
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    interactions: { url: (_context, { uid }) => interactionPath(uid) },
    renderError(context, out) {
      context.type = 'text'
      context.body = `${out['error']}: ${out['error_description']}`
    },
    ttl: lifetimes(settings.accessTokenSeconds),
    ...people(settings),
    features: features(settings),
  })
}

function lifetimes(accessTokenSeconds: number): Record<string, number> {
  const hour = 3600
  return {
    AccessToken: accessTokenSeconds,
    ClientCredentials: accessTokenSeconds,
    AuthorizationCode: 60,
    IdToken: hour,
    Interaction: hour,
    Session: 24 * hour,
    Grant: 24 * hour,
    RefreshToken: 24 * hour,
  }
}

function people({ users, claims }: ProviderSettings) {
  return {
    claims: {
      openid: ['sub'],
      profile: ['name', 'nickname', 'picture'],
      email: ['email', 'email_verified'],
    },
    // Any name may log in: this issuer has no passwords to check. A listed user also has claims.
    findAccount: (_context, subject) => ({
      accountId: subject,
      claims: () => ({ ...users[subject], sub: subject }),
    }),
    extraTokenClaims: async (_context, { accountId, clientId, aud, scope }) =>
      claims({
        subject: accountId ?? clientId,
        clientId,
        audience: aud,
        scopes: scope?.split(' ') ?? [],
      }),
  } satisfies Partial<Configuration>
}

function features({ apis, algorithm, clients }: ProviderSettings): Configuration['features'] {
  const resourceServers = new Set(clients.filter((c) => c.resourceServer).map((c) => c.clientId))
  return {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: true },
    introspection: {
      enabled: true,
      allowedPolicy: (_context, { clientId }, token) =>
        resourceServers.has(clientId) || token.clientId === clientId,
    },
    jwtIntrospection: { enabled: true },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(_context, resource) {
        const api = apis.find(({ audience }) => audience === resource)
        if (!api) throw new errors.InvalidTarget()
        return describeResourceServer(api, algorithm)
      },
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_context, { clientId }, token) => token.clientId === clientId,
    },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: true },
  }
}
