/** What is deployed, in one shape, whichever file says it. Lines are those of that file. */
import type { Setting } from './setting.ts'
import type { Tree } from './tree.ts'

export type ApiKind = 'rest' | 'http' | 'websocket'

export interface Deployment {
  readonly file: string
  /** Who wrote it: osls has defaults of its own. `definition`: a template whose APIs are OpenAPI. */
  readonly source: 'serverless' | 'template' | 'definition'
  readonly apis: readonly Api[]
  /** By the name that authorizers call them. */
  readonly functions: ReadonlyMap<string, LambdaFunction>
  readonly tables: readonly Table[]
  /** False: part of it stands in another file, so nothing can be said of what is missing. */
  readonly isComplete: boolean
}

export interface Api {
  readonly kind: ApiKind
  readonly line: number
  /** Each place where one is declared; with osls, two may become one. */
  readonly authorizers: readonly Authorizer[]
  readonly routes: readonly Route[]
  readonly gatewayResponses: readonly GatewayResponse[]
  readonly isDefaultEndpointOff: Setting<boolean>
  /** REST: where usage plans find the key of a caller. */
  readonly apiKeySource: Setting<string>
  /** False: its routes may be declared elsewhere, too. */
  readonly isComplete: boolean
  /** Routes that it has, too: a variable stands in their path or method. */
  readonly hasUnknownRoutes: boolean
}

export interface Authorizer {
  /** What it is called; osls calls it after its function, except on an HTTP API. */
  readonly name: string
  readonly type: 'token' | 'request'
  readonly line: number
  /** Undefined: none of this deployment's. */
  readonly functionName: string | undefined
  readonly ttlSeconds: Setting<number>
  readonly identitySources: Setting<readonly string[]>
  /** HTTP only. */
  readonly payloadVersion: Setting<string>
  readonly isSimple: Setting<boolean>
  /** TOKEN only. */
  readonly validation: Setting<string>
}

export interface Route {
  /** `*` for any. */
  readonly method: string
  /** With its leading slash, in API Gateway's words: `{proxy+}`; `$connect`, `$default`. */
  readonly path: string
  readonly line: number
  /** `none`: open. `other`: JWT, IAM, Cognito, or not known. */
  readonly guard: Authorizer | 'none' | 'other'
  /** REST: preflights of this path are answered. */
  readonly hasCors: boolean
}

/** As it is declared: undefined where a variable stands. */
export interface DeclaredRoute extends Omit<Route, 'method' | 'path'> {
  readonly method: string | undefined
  readonly path: string | undefined
}

export interface GatewayResponse {
  readonly type: string
  readonly line: number
  readonly statusCode: Setting<string>
  /** By lower-case name, without the `gatewayresponse.header.`; undefined: not known. */
  readonly headers: ReadonlyMap<string, string> | undefined
  /** Made before the stage is deployed. */
  readonly isInTime: boolean
}

export interface LambdaFunction {
  readonly name: string
  readonly line: number
  readonly timeoutSeconds: Setting<number>
  readonly runtime: Setting<string>
  /** `CACHE_TABLE`, as it is written. */
  readonly table: Tree | undefined
  /** Statements of its role; undefined: the role is elsewhere. */
  readonly statements: readonly Tree[] | undefined
}

export interface Table {
  readonly logicalId: string
  /** `TableName`, as it is written. */
  readonly name: string | undefined
  readonly line: number
  /** `pk S HASH`; undefined: not known. */
  readonly key: string | undefined
  readonly ttlAttribute: Setting<string>
}

export const isKnown = (route: DeclaredRoute): route is Route =>
  route.method !== undefined && route.path !== undefined

export const isOurs = (guard: Route['guard']): guard is Authorizer => typeof guard === 'object'
