import type { Api } from './api.ts'
import { err, ok, type Result } from './result.ts'
import type { RefusalType } from './refusal.ts'

/** One path, in the spellings in which the platform hands it to different readers. */
export interface PathViews {
  /** What routes are matched against; no stage. */
  readonly routed: string
  /** `path` of payload 1.0 events, `rawPath` of payload 2.0. */
  readonly event: string
  /** `requestContext.path`, `requestContext.http.path`. */
  readonly context: string
  /** The path part of the method ARN; no stage. */
  readonly arn: string
}

const decode = (path: string): string | null => {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

/** `/dev/pets` is `/pets` of stage `dev`; null when the path names no such stage. */
const removeStage = (stage: string, path: string): string | null => {
  if (stage === '$default') return path
  if (path === `/${stage}`) return '/'
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : null
}

/** REST events keep the path as sent (CAPTURE: hotsock/voker, `ingress-paths.json`, July 2026). */
const viewRestPath = (api: Api, sent: string): Result<PathViews, RefusalType> => {
  const path = removeStage(api.stage, sent)
  if (path === null) return err('UNKNOWN_STAGE')
  const arn = api.arnPath === 'raw' ? path : (decode(path) ?? path)
  return ok({ routed: path, event: path, context: sent, arn })
}

/**
 * An HTTP API decodes the path, drops what then follows a `?`, and decodes again; a bad escape at
 * either step is a 400 (CAPTURE: hotsock/voker, `ingress-paths.json`, July 2026: `%2F` and `%252F`
 * both arrive as `/`, `a%3Fb` as `a`, `percent%25done` is refused). Routes see the path decoded
 * once (public answers on encoded parameters): `/a%252Fb` is one segment for the router and two in
 * `rawPath`. UNVERIFIED: that the router works after the cut, so that `/admin%3Fx` is served by
 * `/admin` while a raw ARN says otherwise. Payload 1.0 keeps `path` as sent (CAPTURE:
 * aws/aws-lambda-dotnet, LambdaTestTool-v2 snapshots). A named stage stays in both.
 */
const viewHttpPath = (api: Api, sent: string): Result<PathViews, RefusalType> => {
  const once = decode(sent)?.split('?', 1)[0]
  const twice = once === undefined ? null : decode(once)
  if (once === undefined || twice === null) return err('BAD_PATH')
  const raw = removeStage(api.stage, sent)
  const routed = removeStage(api.stage, once)
  const decoded = removeStage(api.stage, twice)
  if (raw === null || routed === null || decoded === null) return err('UNKNOWN_STAGE')
  return ok({
    routed,
    event: api.kind === 'http-1.0' ? sent : twice,
    context: twice,
    arn: api.arnPath === 'raw' ? raw : decoded,
  })
}

/** A WebSocket API is reached at `/<stage>` and nowhere below it. */
const viewWebSocketPath = (api: Api, sent: string): Result<PathViews, RefusalType> =>
  removeStage(api.stage, sent) === '/'
    ? ok({ routed: '/', event: '/', context: sent, arn: '' })
    : err('UNKNOWN_STAGE')

const VIEWS = { rest: viewRestPath, http: viewHttpPath, websocket: viewWebSocketPath }

export const viewPath = (api: Api, sent: string): Result<PathViews, RefusalType> =>
  VIEWS[api.family](api, sent)

/** REST path parameters arrive as sent, HTTP ones decoded (same CAPTUREs). */
export const readParameter = (api: Api, value: string): string =>
  api.family === 'http' ? (decode(value) ?? value) : value
