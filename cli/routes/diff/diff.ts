/**
 * Who gains and who loses access when one configuration replaces another. Each pattern of both is
 * put to both route tables, so a new pattern is compared with the broader one that answered before.
 * Only routes are compared: another issuer or audience changes who has a token at all.
 */
import type { Config } from '../../../shared/config/types.ts'
import { CONNECT } from '../../../shared/policy/pattern.ts'
import type { RoutePattern } from '../../../shared/policy/pattern.ts'
import { createRules } from '../../../shared/policy/rules.ts'
import type { Rules } from '../../../shared/policy/rules.ts'
import { expand, fill, overlay } from '../../lint/slots.ts'
import type { Slots } from '../../lint/slots.ts'
import { describeAccess, ELSEWHERE } from '../describe.ts'
import { mostSpecificFirst } from '../order.ts'
import { compareAccess } from './compare.ts'
import type { Asked, Comparison } from './compare.ts'

export type Change =
  /** Anybody may call it now. */
  | 'newly-public'
  /** It was refused to everybody. */
  | 'newly-reachable'
  /** No pattern matches it any more: refused to everybody. */
  | 'no-longer-matched'
  | 'no-longer-public'
  /** The rule is another one. */
  | 'changed'

export interface RouteDifference {
  /** `GET /users/{id}`, `$connect`, or `(anything else)` for requests that no pattern matches. */
  readonly route: string
  readonly change: Change
  /** The pattern that answers, with what it asks for; null: refused to everybody. */
  readonly before: Requirement | null
  readonly after: Requirement | null
  /** Whom it lets in that it did not, and the reverse, in words. */
  readonly gains: readonly string[]
  readonly loses: readonly string[]
}

export interface Requirement {
  readonly pattern: string
  /** As `routes` lists it. */
  readonly asks: string
}

/** Both are configurations that `readConfig` has accepted. The most specific routes first. */
export function diffRoutes(before: Config, after: Config): readonly RouteDifference[] {
  const [old, now] = [createRules(before), createRules(after)]
  const differences = cellsOf([old, now]).flatMap((cell) =>
    compare(cell.route, answerTo(old, cell), answerTo(now, cell)),
  )
  return merge(differences)
}

/** One request of each kind. */
interface Cell {
  readonly route: string
  readonly method: string
  readonly path: readonly string[]
}

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']
/** Of requests that no pattern matches. */
const NOWHERE: Cell = { route: ELSEWHERE, method: '', path: [] }

function cellsOf(sides: readonly Rules[]): readonly Cell[] {
  const routes = mostSpecificFirst(sides.flatMap((rules) => rules.routes))
  const patterns = routes.map(({ pattern }) => pattern)
  const longest = Math.max(1, ...patterns.map(({ segments }) => segments.length)) + 1
  const methods = [...new Set([...METHODS, ...patterns.map(({ method }) => method)])]
  const ways = patterns.map((pattern) => ({ pattern, paths: expand(pattern, longest) }))
  const cells = ways.flatMap(({ pattern, paths }, at) => [
    ...paths.flatMap((path) => cellsFor(pattern, path, methodsOf(methods, pattern))),
    // Where two patterns cross, the two sides may choose differently.
    ...ways.slice(0, at).flatMap((other) => {
      const both = methodsOf(methodsOf(methods, pattern), other.pattern)
      const crossed = both.length > 0 ? other.paths.flatMap((path) => overlay(paths, path)) : []
      return crossed.flatMap((path) => cellsFor(pattern, path, both))
    }),
  ])
  const hasConnect = sides.some(({ connect }) => connect !== null)
  const connect = hasConnect ? [{ route: CONNECT, method: CONNECT, path: [] }] : []
  const byRequest = Map.groupBy(cells, ({ method, path }) => JSON.stringify([method, path]))
  return [...[...byRequest.values()].flatMap(([first]) => first ?? []), ...connect, NOWHERE]
}

/** A `GET` pattern serves `HEAD` as well. */
const methodsOf = (all: readonly string[], { method }: RoutePattern): readonly string[] =>
  all.filter(
    (one) =>
      one !== '*' && (method === '*' || one === method || (one === 'HEAD' && method === 'GET')),
  )

function cellsFor(pattern: RoutePattern, path: Slots, methods: readonly string[]): readonly Cell[] {
  const names = path.map((slot, at) => slot ?? nameOf(pattern, at, path.length))
  const route = names.filter((name) => name !== '').join('/')
  return methods.map((method) => ({ route: `${method} /${route}`, method, path: fill(path) }))
}

/** What a greedy parameter takes is named once. */
function nameOf({ segments }: RoutePattern, at: number, length: number): string {
  const segment = segments[Math.min(at, segments.length - 1)]
  if (segment?.kind !== 'greedy') return segment?.kind === 'parameter' ? `{${segment.name}}` : ''
  return at === length - 1 ? `{${segment.name}+}` : ''
}

interface Answer extends Asked {
  readonly pattern: string
}

function answerTo(rules: Rules, { route, method, path }: Cell): Answer | null {
  const isElsewhere = route === ELSEWHERE
  const found =
    method === CONNECT ? rules.connect : isElsewhere ? null : rules.table.match(method, path)
  if (found) {
    const { text, segments } = found.pattern
    return { pattern: text, access: found.rule, segments }
  }
  const { otherwise } = rules
  if (otherwise === 'deny') return null
  return { pattern: ELSEWHERE, access: otherwise, segments: [] }
}

const requirementOf = (answer: Answer | null): Requirement | null =>
  answer && { pattern: answer.pattern, asks: describeAccess(answer.access) }

function compare(
  route: string,
  old: Answer | null,
  now: Answer | null,
): readonly RouteDifference[] {
  const { gains, loses } = compareAnswers(old, now)
  if (gains.length === 0 && loses.length === 0) return []
  const [before, after] = [requirementOf(old), requirementOf(now)]
  return [{ route, change: changeOf(old, now), before, after, gains, loses }]
}

function compareAnswers(old: Answer | null, now: Answer | null): Comparison {
  if (!old || !now) {
    const whom = describeAll(old ?? now)
    return { gains: now ? whom : [], loses: old ? whom : [] }
  }
  return compareAccess(old, now)
}

const describeAll = (answer: Answer | null): readonly string[] => {
  if (!answer) return []
  return [answer.access === 'public' ? 'everybody' : 'tokens that satisfy the rule']
}

function changeOf(old: Answer | null, now: Answer | null): Change {
  if (!now) return 'no-longer-matched'
  if (now.access === 'public') return 'newly-public'
  if (!old) return 'newly-reachable'
  return old.access === 'public' ? 'no-longer-public' : 'changed'
}

/** `* /path` where all of its methods changed alike; `HEAD` goes without saying beside `GET`. */
function merge(differences: readonly RouteDifference[]): readonly RouteDifference[] {
  const alike = Map.groupBy(differences, ({ route, ...rest }) =>
    JSON.stringify([route.replace(/^\S+ /, ''), rest]),
  )
  return [...alike.values()].flatMap((group) => {
    const byMethod = new Map(group.map((one) => [one.route.split(' ')[0], one]))
    const [first] = group
    if (first && METHODS.every((method) => byMethod.has(method))) {
      return [{ ...first, route: first.route.replace(/^\S+/, '*') }]
    }
    if (byMethod.has('GET')) byMethod.delete('HEAD')
    return [...byMethod.values()]
  })
}
