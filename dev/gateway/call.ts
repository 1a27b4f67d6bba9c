import type { Api } from './api.ts'
import type { PathViews } from './path.ts'
import type { GatewayRequest } from './request.ts'
import type { Route } from './route.ts'

/** A request that has found its route: all that an event or an identity source is built from. */
export interface Call {
  readonly api: Api
  readonly request: GatewayRequest
  readonly path: PathViews
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
  readonly arn: string
}
