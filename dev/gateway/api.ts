import type { GatewayResponses } from './gateway-response.ts'
import type { IdentitySource } from './identity-source.ts'
import type { GatewayRequest } from './request.ts'
import type { Route } from './route.ts'

/**
 * What an API is, as its owner writes it (`ApiDefinition`) and as the gateway uses it (`Api`).
 *
 * Source tags in this folder. AWS developer guide for API Gateway: AG-IN and AG-OUT "Input to /
 * Output from an API Gateway Lambda authorizer", AG-CFG "Configure a Lambda authorizer", AG-CALL
 * "Call an API with Lambda authorizers", AG-HTTP "Control access to HTTP APIs with Lambda
 * authorizers", AG-ROUTE "Create routes for HTTP APIs", AG-WS "Control access to WebSocket APIs" and
 * "Managing connected users", AG-GR "Gateway responses", AG-PM "Parameter mapping", AG-LIM quotas,
 * AG-NOTE "Important notes", AG-IAM and IAM "Control access for invoking an API", IAM user guide.
 * CAPTURE: an event or answer recorded from the real service and published; the place is named.
 * UNVERIFIED: no source found; the model picks one behaviour and says so.
 */
export type ApiKind = 'rest-token' | 'rest-request' | 'http-1.0' | 'http-2.0' | 'websocket'

/** A Lambda function. `never` lets a caller pass a function typed for the one event it expects. */
export type LambdaFunction = (event: never) => unknown

/** `requestContext.identity.clientCert`; there only behind a custom domain with mutual TLS. */
export interface ClientCert {
  readonly clientCertPem: string
  readonly subjectDN: string
  readonly issuerDN: string
  readonly serialNumber: string
  readonly validity: { readonly notBefore: string; readonly notAfter: string }
}

export interface AuthorizerDefinition {
  /** `method.request.header.X`, `$request.header.X`, `route.request.header.X` … by API kind. */
  readonly identitySources?: readonly string[]
  /** Seconds. REST default 300; 0 is off; an HTTP API has no documented default, here 0. */
  readonly resultTtlSeconds?: number
  /** REST TOKEN only: a regular expression that the token has to match. */
  readonly identityValidationExpression?: string
  /** HTTP payload 2.0 only: the function answers `{ isAuthorized, context }`. */
  readonly simpleResponses?: boolean
}

export interface RouteDefinition {
  /** `GET /patients/{id}`, `ANY /{proxy+}`, `$default`; on a WebSocket API a route key. */
  readonly key: string
  /** Leaves this route open, as an OPTIONS method for CORS has to be. */
  readonly authorizer?: 'none'
  /** WebSocket: send the integration's body back, as a configured route response does. */
  readonly respond?: boolean
}

export interface ApiDefinition {
  readonly kind: ApiKind
  /** Default `dev`; `$default` for an HTTP API, which then has no path prefix. */
  readonly stage?: string
  readonly routes: readonly (string | RouteDefinition)[]
  readonly authorizer?: AuthorizerDefinition
  /** REST only (AG-GR; HTTP APIs have none: aws-cdk issue 10624). */
  readonly gatewayResponses?: GatewayResponses
  readonly stageVariables?: Readonly<Record<string, string>>
  readonly partition?: string
  readonly region?: string
  readonly accountId?: string
  readonly apiId?: string
  /** The host that events name; default the execute-api host of `apiId`. */
  readonly domainName?: string
  /**
   * UNVERIFIED: whether a method ARN holds the path as sent or percent-decoded is documented
   * nowhere. Default `raw`. `decoded` is one decoding on REST and, as for `rawPath`, two on HTTP.
   */
  readonly arnPath?: 'raw' | 'decoded'
  /**
   * Whether `/pets/` is another path than `/pets` when a route is chosen. Events keep the slash
   * either way, and so does the ARN (UNVERIFIED). Default `ignored` on REST (CAPTURE: aws-powertools/powertools-lambda-python
   * PR 579 and 1609, aws/chalice issue 65) and `significant` on HTTP (storacha/w3infra PR 166).
   */
  readonly trailingSlash?: 'ignored' | 'significant'
  /** UNVERIFIED on HTTP APIs: the status of a thrown `Unauthorized`. Default 401. */
  readonly thrownUnauthorizedStatus?: 401 | 500
  /** The certificate of a mutual TLS client, decided per request; default none. */
  readonly clientCert?: (request: GatewayRequest) => ClientCert | undefined
}

export interface Authorizer {
  readonly identitySources: readonly IdentitySource[]
  readonly resultTtlSeconds: number
  readonly identityValidation: RegExp | null
  readonly simpleResponses: boolean
}

export interface Api {
  readonly kind: ApiKind
  readonly family: 'rest' | 'http' | 'websocket'
  readonly stage: string
  readonly routes: readonly Route[]
  readonly authorizer: Authorizer | null
  readonly gatewayResponses: GatewayResponses
  readonly stageVariables: Readonly<Record<string, string>>
  readonly partition: string
  readonly region: string
  readonly accountId: string
  readonly apiId: string
  readonly domainName: string
  readonly arnPath: 'raw' | 'decoded'
  readonly trailingSlash: 'ignored' | 'significant'
  readonly thrownUnauthorizedStatus: 401 | 500
  readonly clientCert: (request: GatewayRequest) => ClientCert | undefined
}
