/** Routes that are deployed, against those that are configured. */
import { CONNECT } from '../../../shared/policy/pattern.ts'
import type { Api, Route } from '../deployment.ts'
import { isOurs } from '../deployment.ts'
import type { Fault } from '../finding.ts'
import {
  at,
  carriersOf,
  demandsSources,
  describeRoute,
  isKept,
  isSimple,
  sourceName,
  wordsOf,
} from '../subject.ts'
import type { Rule, Subject } from '../subject.ts'
import { findEscape } from '../escape.ts'
import type { Escape } from '../escape.ts'
import type { Pattern } from '../surface.ts'

const apisOf = ({ deployment }: Subject, ...kinds: readonly Api['kind'][]): readonly Api[] =>
  deployment.apis.filter(({ kind }) => kinds.includes(kind))

const isGreedy = ({ path }: Route): boolean => path === '$default' || path.endsWith('+}')

const isCatchAll = (route: Route): boolean => isGreedy(route) || route.method === '*'

const isPublic = (answer: Pattern | null): boolean => answer?.rule === 'public'

/** A preflight carries no token, so an open OPTIONS is as it should be. */
const isOpen = ({ guard, method }: Route): boolean => guard === 'none' && method !== 'OPTIONS'

function* findOpen(subject: Subject, isAbout: (route: Route) => boolean): Generator<Fault> {
  for (const api of apisOf(subject, 'rest', 'http')) {
    const surface = subject.surfaceOf(api)
    for (const route of api.routes) {
      const answers = [...surface.answersOf(route), ...surface.straysOf(route)]
      const closed = answers.find((answer) => !isPublic(answer))
      if (!isOpen(route) || !isAbout(route) || closed === undefined) continue
      yield {
        place: at(subject, route.line),
        message: `\`${describeRoute(route)}\` has no authorizer, so anybody may call it: ${
          closed
            ? `"${closed.pattern.text}" is not public`
            : 'no pattern of the configuration says that it is public'
        }`,
        mend: isCatchAll(route)
          ? 'Give it the authorizer of the other routes, or declare the public paths one by one.'
          : 'Give it the authorizer of the other routes, or call its pattern public in the configuration.',
      }
    }
  }
}

const findOpenRoutes = (subject: Subject) => findOpen(subject, (route) => !isCatchAll(route))
const findOpenCatchAlls = (subject: Subject) => findOpen(subject, isCatchAll)

/** API Gateway refuses a request without the identity source before it asks anybody. */
function* findClosedToPublic(subject: Subject): Generator<Fault> {
  for (const api of apisOf(subject, 'rest', 'http')) {
    const surface = subject.surfaceOf(api)
    for (const route of api.routes) {
      if (!isOurs(route.guard) || !demandsSources({ api, authorizer: route.guard })) continue
      const open = [...surface.answersOf(route)].find(isPublic)
      if (!open) continue
      yield {
        place: at(subject, route.line),
        message: `"${open.pattern.text}" is public, but \`${describeRoute(route)}\` asks for a token: without one, API Gateway answers 401`,
        mend: `Declare a route for "${open.pattern.text}" that has no authorizer.`,
      }
    }
  }
}

function* findOpenConnect(subject: Subject): Generator<Fault> {
  if (isPublic(subject.rules.connect)) return
  const [carrier = ['header', 'Authorization'] as const] = carriersOf(subject)
  for (const api of apisOf(subject, 'websocket')) {
    const connect = api.routes.find(({ path }) => path === CONNECT)
    const isWhole = api.isComplete && subject.deployment.isComplete && !api.hasUnknownRoutes
    if (connect ? connect.guard !== 'none' : !isWhole) continue
    yield {
      place: at(subject, connect?.line ?? api.line),
      message: connect
        ? 'The route $connect has no authorizer, so anybody may open a connection'
        : 'The WebSocket API has no route $connect, so anybody may open a connection',
      mend: connect
        ? `Give $connect an authorizer with \`${wordsOf(subject).sources}: [${sourceName(api, ...carrier)}]\`.`
        : 'Add a route $connect with an authorizer.',
    }
  }
}

function* findGuardedPreflights(subject: Subject): Generator<Fault> {
  for (const api of apisOf(subject, 'rest', 'http')) {
    for (const route of api.routes) {
      if (route.method !== 'OPTIONS' || !isOurs(route.guard)) continue
      yield {
        place: at(subject, route.line),
        message: `\`${describeRoute(route)}\` asks the authorizer, and browsers send no token with a preflight`,
        mend: 'Take the authorizer off it.',
      }
    }
  }
}

/**
 * A catch-all takes preflights in as well, unless something answers them first. `cors` of an HTTP API is not that:
 * it answers those that no route takes in (AWS, "Configure CORS for HTTP APIs": a `$default` with an authorizer).
 */
function* findSwallowedPreflights(subject: Subject): Generator<Fault> {
  for (const api of apisOf(subject, 'rest', 'http')) {
    for (const route of api.routes) {
      const isAnswered =
        api.hasUnknownRoutes ||
        route.hasCors ||
        api.routes.some((other) => answersPreflight(other, route))
      if (route.method !== '*' || !isOurs(route.guard) || isAnswered) continue
      yield {
        place: at(subject, route.line),
        message: `\`${describeRoute(route)}\` also matches preflights, which carry no token and are refused`,
        mend: preflightMend(subject, api, route),
      }
    }
  }
}

function preflightMend(subject: Subject, { kind }: Api, route: Route): string {
  const { httpCors, restCors } = wordsOf(subject)
  if (kind === 'http') {
    const path = route.path === '$default' ? '/{proxy+}' : route.path
    return `Add a route \`OPTIONS ${path}\` without authorizer, or declare the methods one by one and let \`${httpCors}\` answer.`
  }
  return restCors
    ? `Set \`${restCors}\` on it, or add an OPTIONS method without authorizer.`
    : 'Add an OPTIONS method without authorizer.'
}

/** Before `$default` comes whatever has a path. */
const answersPreflight = (other: Route, { path }: Route): boolean =>
  other.method === 'OPTIONS' &&
  (other.path === path || (path === '$default' && /^\/\{[^/]+\+\}$/.test(other.path)))

function* findUnmatched(subject: Subject): Generator<Fault> {
  if (subject.rules.otherwise !== 'deny') return
  for (const api of apisOf(subject, 'rest', 'http')) {
    const surface = subject.surfaceOf(api)
    for (const route of api.routes) {
      const answers = [...surface.answersOf(route)]
      const isMatched = answers.length === 0 || answers.some((answer) => answer !== null)
      // A catch-all that refuses everybody is a good last word.
      const isMeant = route.method === 'OPTIONS' || isGreedy(route)
      if (!isOurs(route.guard) || isMeant || isMatched || escapeOf(subject, api, route)) continue
      yield {
        place: at(subject, route.line),
        message: `\`${describeRoute(route)}\` is refused for everybody: no pattern of the configuration matches it`,
        mend: `Add "${route.method} ${route.path}" to \`routes\` of the configuration, or take the route away.`,
      }
    }
  }
}

/** A Worker takes every path, so beside one nothing is left unserved. */
function* findUnserved(subject: Subject): Generator<Fault> {
  const { deployment, rules, hasWorker } = subject
  const apis = apisOf(subject, 'rest', 'http')
  const isWhole =
    deployment.isComplete &&
    deployment.apis.every(({ isComplete, hasUnknownRoutes }) => isComplete && !hasUnknownRoutes)
  if (hasWorker || !isWhole || deployment.apis.length === 0) return
  const served = new Set(
    apis.flatMap((api) =>
      api.routes.flatMap((route) => [...subject.surfaceOf(api).answersOf(route)]),
    ),
  )
  const hasConnect = apisOf(subject, 'websocket').length > 0
  const line = deployment.apis[0]?.line ?? 1
  const unserved = [
    ...rules.routes.filter((route) => !served.has(route) && route.pattern.method !== 'OPTIONS'),
    ...(rules.connect && !hasConnect ? [rules.connect] : []),
  ]
  for (const { pattern } of unserved) {
    yield {
      place: at(subject, line),
      message: `No deployed route leads to "${pattern.text}" of the configuration`,
      mend: 'Deploy a route for it, or take the pattern out.',
    }
  }
}

/** What a kept policy lets through although no pattern matches: `*` of IAM spans slashes. */
function escapeOf(subject: Subject, api: Api, route: Route): Escape | undefined {
  const { rules, config } = subject
  const { guard } = route
  if (!isOurs(guard) || rules.otherwise !== 'deny' || config.apiGateway?.policy === 'request') {
    return undefined
  }
  const asked = { api, authorizer: guard }
  const isPolicy = isKept(asked) && !isSimple(asked)
  return isPolicy ? findEscape(rules, subject.surfaceOf(api), route) : undefined
}

function* findGreedyBelow(subject: Subject): Generator<Fault> {
  for (const api of apisOf(subject, 'rest', 'http')) {
    for (const route of api.routes) {
      const escape = escapeOf(subject, api, route)
      if (!escape) continue
      const name = describeRoute(route)
      yield {
        place: at(subject, route.line),
        message: `A token that may call "${escape.pattern.text}" also gets \`${escape.path}\` through to \`${name}\`, which no pattern matches: in a cached policy {name} spans slashes`,
        mend: isGreedy(route)
          ? `Add "${escape.mend}" to \`routes\` of the configuration, or declare the paths below \`${name}\` one by one.`
          : `Add "${route.method} ${route.path}" to \`routes\` of the configuration.`,
      }
    }
  }
}

export const ROUTES: readonly Rule<Subject>[] = [
  { name: 'route-open', severity: 'error', find: findOpenRoutes },
  { name: 'catch-all-open', severity: 'error', find: findOpenCatchAlls },
  { name: 'public-guarded', severity: 'warning', find: findClosedToPublic },
  { name: 'connect-open', severity: 'error', find: findOpenConnect },
  { name: 'preflight-guarded', severity: 'error', find: findGuardedPreflights },
  { name: 'preflight-swallowed', severity: 'warning', find: findSwallowedPreflights },
  { name: 'route-unmatched', severity: 'warning', find: findUnmatched },
  { name: 'pattern-unserved', severity: 'warning', find: findUnserved },
  { name: 'greedy-below-parameter', severity: 'error', find: findGreedyBelow },
]
