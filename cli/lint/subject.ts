/** What a rule looks at: one deployment beside the configuration it was made for. */
import type { Config } from '../../shared/config/types.ts'
import { memberOf } from '../../shared/json.ts'
import type { Rules } from '../../shared/policy/rules.ts'
import type { Api, Authorizer, Deployment, Route } from './deployment.ts'
import type { Fault, Place, Severity } from './finding.ts'
import type { Pattern, Surface } from './surface.ts'

export interface Subject {
  readonly config: Config
  readonly rules: Rules
  readonly deployment: Deployment
  readonly surfaceOf: (api: Api) => Surface
  /** A Worker of the same configuration stands beside it and takes every path. */
  readonly hasWorker: boolean
}

export interface Rule<S> {
  readonly name: string
  readonly severity: Severity
  readonly find: (subject: S) => Iterable<Fault>
}

/** `place` of a line of the deployment's file. */
export const at = ({ deployment }: Subject, line: number): Place => ({
  file: deployment.file,
  line,
})

const TEMPLATE = {
  ttl: 'AuthorizerResultTtlInSeconds',
  sources: 'IdentitySource',
  simple: 'EnableSimpleResponses',
  payload: 'AuthorizerPayloadFormatVersion',
  validation: 'IdentityValidationExpression',
  endpoint: 'DisableExecuteApiEndpoint',
  keySource: 'ApiKeySourceType',
  timeout: 'Timeout',
  runtime: 'Runtime',
  request: 'Type: REQUEST',
  httpCors: 'CorsConfiguration',
  restCors: undefined,
}

/** Options by the name they have in the file. */
const WORDS = {
  serverless: {
    ttl: 'resultTtlInSeconds',
    sources: 'identitySource',
    simple: 'enableSimpleResponses',
    payload: 'payloadVersion',
    validation: 'identityValidationExpression',
    endpoint: 'disableDefaultEndpoint',
    keySource: 'apiKeySourceType',
    timeout: 'timeout',
    runtime: 'runtime',
    request: 'type: request',
    httpCors: 'cors',
    restCors: 'cors',
  },
  template: TEMPLATE,
  definition: {
    ...TEMPLATE,
    ttl: 'authorizerResultTtlInSeconds',
    sources: 'identitySource',
    simple: 'enableSimpleResponses',
    payload: 'authorizerPayloadFormatVersion',
    validation: 'identityValidationExpression',
    request: 'type: request',
  },
} as const

export const wordsOf = ({ deployment }: Subject) => WORDS[deployment.source]

/** What identity sources of the request begin with. */
export const SOURCE_PREFIX = {
  rest: 'method.request',
  http: '$request',
  websocket: 'route.request',
} as const

export interface Asked {
  readonly api: Api
  readonly authorizer: Authorizer
}

/** Every authorizer of every API, or of those of one kind. */
export const authorizersOf = (
  { deployment }: Subject,
  kinds: readonly Api['kind'][] = ['rest', 'http', 'websocket'],
): readonly Asked[] =>
  deployment.apis
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap((api) => api.authorizers.map((authorizer) => ({ api, authorizer })))

/** API Gateway's default on REST; for HTTP APIs none is documented. */
const REST_TTL_SECONDS = 300

/** How long an answer is kept; undefined: not known. */
export function keptSeconds({ api, authorizer }: Asked): number | undefined {
  const { value, isUnknown } = authorizer.ttlSeconds
  if (api.kind === 'websocket') return 0
  if (value !== undefined || isUnknown) return value
  return api.kind === 'rest' ? REST_TTL_SECONDS : undefined
}

export const isKept = (asked: Asked): boolean => (keptSeconds(asked) ?? 0) > 0

export const hasSources = ({ authorizer }: Asked): boolean =>
  (authorizer.identitySources.value ?? []).length > 0

/** Where a source is missing, API Gateway answers 401 itself: of a REST REQUEST only where it keeps answers. */
export const demandsSources = (asked: Asked): boolean =>
  hasSources(asked) &&
  (asked.api.kind !== 'rest' || asked.authorizer.type === 'token' || isKept(asked))

/** `identity-source-cookie` says so, and that its sources have to go. */
export const losesCookie = ({ config }: Subject, asked: Asked): boolean =>
  config.cookie !== undefined && (asked.authorizer.type === 'token' || demandsSources(asked))

/** Where a handshake may carry its token, as identity sources. */
export function carriersOf({ config }: Subject): readonly Carrier[] {
  const { query, subprotocol } = config.webSocket ?? {}
  const carriers: Carrier[] = []
  if (query !== undefined) carriers.push(['querystring', query])
  if (subprotocol !== undefined) carriers.push(['header', 'Sec-WebSocket-Protocol'])
  return carriers
}

type Carrier = readonly [kind: SourceKind, name: string]
export type SourceKind = 'header' | 'querystring'

export const sourceName = ({ kind: api }: Api, kind: SourceKind, name: string): string =>
  `${SOURCE_PREFIX[api]}.${kind}.${name}`

/** A yes or no, in place of a policy. */
export const isSimple = ({ api, authorizer }: Asked): boolean =>
  api.kind === 'http' && authorizer.isSimple.value === true

export const guardedBy = ({ api, authorizer }: Asked): readonly Route[] =>
  api.routes.filter(({ guard }) => guard === authorizer)

export const describeRoute = ({ method, path }: Route): string =>
  path.startsWith('$') ? path : `${method === '*' ? 'ANY' : method} ${path}`

/** Patterns that an authorizer is asked about. */
export const patternsOf = (subject: Subject, asked: Asked): readonly Pattern[] => {
  const surface = subject.surfaceOf(asked.api)
  const answers = guardedBy(asked).flatMap((route) => [
    ...surface.answersOf(route),
    ...surface.straysOf(route),
  ])
  return [...new Set(answers.filter((answer) => answer !== null))]
}

/** What several have from one place is told once. */
export const firstOfEach = <T>(items: readonly T[], keyOf: (item: T) => unknown): readonly T[] =>
  [...Map.groupBy(items, keyOf).values()].flatMap(([first]) => (first === undefined ? [] : [first]))

/** An option that this version may not know yet, of the configuration or of a route's policy. */
export const optionOf = memberOf

/** Those of `dpop` and `mtls` that are on. */
export const proofsOf = ({ config }: Subject): readonly string[] =>
  ['dpop', 'mtls'].filter((name) => {
    const mode = optionOf(optionOf(config, name), 'mode')
    return typeof mode === 'string' && mode !== 'off'
  })

export const policyOf = ({ config }: Subject, { pattern }: Pattern): unknown =>
  config.routes && optionOf(config.routes, pattern.text)
