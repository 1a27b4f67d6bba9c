// oidc-provider 9 publishes no types. Declared here is what dev/issuer uses, and nothing more: a member that is
// missing below is not missing from the package.
declare module 'oidc-provider' {
  import type { KeyObject } from 'node:crypto'
  import type { IncomingMessage, ServerResponse } from 'node:http'
  import type { JWK } from 'jose'

  export class Provider {
    constructor(issuer: string, configuration: Configuration)
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: InteractionResult,
    ): Promise<void>
    readonly Grant: {
      new (properties: { accountId: string; clientId: string }): Grant
      find(id: string): Promise<Grant | undefined>
    }
  }

  export interface Interaction {
    readonly uid: string
    readonly prompt: { readonly name: string; readonly details: PromptDetails }
    readonly params: Readonly<Record<string, unknown>>
    readonly session?: { readonly accountId?: string }
    readonly grantId?: string
  }

  export interface PromptDetails {
    readonly missingOIDCScope?: readonly string[]
    readonly missingOIDCClaims?: readonly string[]
    readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
  }

  export interface InteractionResult {
    login?: { accountId: string }
    consent?: { grantId: string }
    error?: string
    error_description?: string
  }

  export interface Grant {
    addOIDCScope(scope: string): void
    addOIDCClaims(claims: readonly string[]): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export interface Adapter {
    upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void>
    find(id: string): Promise<AdapterPayload | undefined>
    findByUid(uid: string): Promise<AdapterPayload | undefined>
    findByUserCode(userCode: string): Promise<AdapterPayload | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  export interface AdapterPayload {
    [member: string]: unknown
    uid?: string
    userCode?: string
    grantId?: string
    consumed?: number
  }

  export interface ClientMetadata {
    client_id: string
    client_secret?: string
    token_endpoint_auth_method: string
    grant_types: string[]
    response_types: string[]
    redirect_uris: string[]
    jwks?: { keys: JWK[] }
  }

  export interface ResourceServer {
    scope: string
    accessTokenFormat: 'jwt' | 'opaque'
    jwt?: {
      sign: { alg: string }
      encrypt?: { alg: string; enc: string; key: KeyObject; kid?: string }
    }
  }

  /** What the callbacks read of a token model, a client and the request's context. */
  interface Token {
    readonly accountId?: string
    readonly clientId: string
    readonly aud?: string
    readonly scope?: string
  }
  interface Client {
    readonly clientId: string
  }
  interface Context {
    type: string
    body: unknown
  }

  export interface Configuration {
    adapter: (model: string) => Adapter
    clients: ClientMetadata[]
    clientDefaults: {
      id_token_signed_response_alg: string
      introspection_signed_response_alg: string
    }
    jwks: { keys: JWK[] }
    routes: Readonly<Record<string, string>>
    claims: Readonly<Record<string, readonly string[]>>
    ttl: Readonly<Record<string, number>>
    responseTypes: string[]
    clientAuthMethods: string[]
    clientBasedCORS: () => boolean
    interactions: { url: (context: Context, interaction: { readonly uid: string }) => string }
    findAccount: (context: Context, subject: string) => Account
    extraTokenClaims: (
      context: Context,
      token: Token,
    ) => Promise<Record<string, unknown> | undefined>
    renderError: (context: Context, out: Readonly<Record<string, string>>) => void
    features: {
      clientCredentials: { enabled: boolean }
      devInteractions: { enabled: boolean }
      dPoP: { enabled: boolean }
      introspection: {
        enabled: boolean
        allowedPolicy: (context: Context, client: Client, token: Token) => boolean
      }
      jwtIntrospection: { enabled: boolean }
      pushedAuthorizationRequests: { enabled: boolean }
      resourceIndicators: {
        enabled: boolean
        getResourceServerInfo: (context: Context, resource: string) => ResourceServer
      }
      revocation: {
        enabled: boolean
        allowedPolicy: (context: Context, client: Client, token: Token) => boolean
      }
      rpInitiatedLogout: { enabled: boolean }
      userinfo: { enabled: boolean }
    }
  }

  interface Account {
    accountId: string
    claims: () => Record<string, unknown> & { sub: string }
  }

  /** An OAuth error; `message` is its code, the sentence is in `error_description`. */
  interface ProtocolError extends Error {
    readonly error_description?: string
  }

  export const errors: {
    readonly OIDCProviderError: abstract new () => ProtocolError
    readonly InvalidTarget: new () => ProtocolError
  }
}
