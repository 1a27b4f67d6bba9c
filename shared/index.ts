/** `edge-authorizer`: one rule set, one verdict, on any runtime with Web standard APIs. */
export { StoreError } from './attempt.ts'
export { createAuthorizer } from './authorize.ts'
export type { Authorizer } from './authorize.ts'
export { defineConfig } from './config/define.ts'
export { ConfigError } from './config/fault.ts'
export type { ConfigFault } from './config/fault.ts'
export type {
  Algorithm,
  ApiGatewayConfig,
  ClaimValue,
  Config,
  IdentityProvider,
  Introspect,
  Issuer,
  KeysConfig,
  PrincipalKind,
  ProviderCommon,
  RoutePattern,
  RoutePolicy,
  Secret,
  Userinfo,
} from './config/types.ts'
export { MissingAuthContextError, readAuthContext } from './context.ts'
export type { AuthContext } from './context.ts'
export type { AuthorizerEvent, DecisionEvent, KeysEvent, OpaqueEvent } from './observe.ts'
export type {
  Environment,
  Http,
  HttpFault,
  HttpRequest,
  HttpResponse,
  Ports,
  RequestContext,
  Store,
  StoreLifetime,
  Timer,
} from './ports.ts'
export type { DenyCode, UnavailableCode } from './reasons.ts'
export type {
  Allow,
  AuthRequest,
  Decision,
  Deny,
  HeaderMap,
  Identity,
  TokenKind,
  Unavailable,
} from './types.ts'
