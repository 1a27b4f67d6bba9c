import type { Api } from './api.ts'

const prefix = (api: Api): string =>
  `arn:${api.partition}:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}`

/**
 * AG-IAM: `<api>/<stage>/<METHOD>/<path>` with the concrete path and the request's own method, also
 * behind an `ANY` route. The root path leaves a slash after the method. Of `$default` it is UNVERIFIED: the sample of
 * AG-HTTP has that route key beside an ARN like all others.
 */
export const methodArn = (api: Api, method: string, path: string): string =>
  `${prefix(api)}/${method}${path}`

/** AG-WS: a WebSocket ARN ends in the route key. */
export const routeKeyArn = (api: Api, routeKey: string): string => `${prefix(api)}/${routeKey}`
