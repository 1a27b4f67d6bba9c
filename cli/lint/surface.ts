/**
 * The deployment laid over the configuration: which patterns answer the requests that a deployed
 * route takes in. Both sides choose the most specific route, so the question is put to both route
 * tables, with the most general request of each kind.
 */
import { parsePattern } from '../../shared/policy/pattern.ts'
import type { RoutePattern } from '../../shared/policy/pattern.ts'
import { createRouteTable } from '../../shared/policy/route.ts'
import type { Route as Entry, RouteTable } from '../../shared/policy/route.ts'
import type { Access, Rules } from '../../shared/policy/rules.ts'
import type { Api, Route } from './deployment.ts'
import { expand, fill, overlay } from './slots.ts'
import type { Slots } from './slots.ts'

export type Pattern = Entry<Access>

export interface Surface {
  /** null among them: requests that no pattern matches. Preflights are not counted. */
  answersOf(route: Route): ReadonlySet<Pattern | null>
  /**
   * The same of requests that miss the route declared for them and fall to this one; null where one
   * that no pattern matches may be let in. An HTTP API sends `HEAD` and a path with a slash at its
   * end to the next that fits; a REST API has no next.
   */
  straysOf(route: Route): ReadonlySet<Pattern | null>
  /** Of these paths, one that the route takes in and no pattern matches. */
  unmatchedOf(route: Route, method: string, paths: readonly Slots[]): readonly string[] | undefined
}

/** Segments that a parameter may swallow beyond its own; more of them meet no other pattern. */
export const EXTRA = 3

const METHODS = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT']

export function createSurface({ routes, table, otherwise }: Rules, api: Api): Surface {
  const deployed = api.routes.flatMap((route) => toEntry(route))
  const gateway = createRouteTable(deployed)
  const longest = Math.max(1, ...[...routes, ...deployed].map(lengthOf)) + 1
  const known = new Map<Route, ReadonlySet<Pattern | null>>()

  const entriesOf = Map.groupBy(deployed, ({ rule }) => rule)
  const ask = (route: Route): ReadonlySet<Pattern | null> => {
    const answers = new Set<Pattern | null>()
    for (const { pattern } of entriesOf.get(route) ?? []) {
      for (const [method, path] of requestsOf(pattern, routes, longest)) {
        if (takes(gateway, route, method, path)) answers.add(table.match(method, path))
      }
    }
    return answers
  }
  const tableOf = (isMeant: (pattern: RoutePattern) => boolean) =>
    createRouteTable(deployed.filter(({ pattern }) => isMeant(pattern)))
  const headTable = tableOf(({ method }) => method !== 'GET')
  // Its last segment may be the empty one.
  const greedyTable = tableOf(({ segments }) => segments.at(-1)?.kind === 'greedy')
  return {
    answersOf: (route) => {
      const answers = known.get(route) ?? ask(route)
      known.set(route, answers)
      return answers
    },
    straysOf(route) {
      const answers = new Set<Pattern | null>()
      const add = (answer: Pattern | null) => {
        if (answer || otherwise !== 'deny') answers.add(answer)
      }
      const entries = api.kind === 'http' ? (entriesOf.get(route) ?? []) : []
      for (const { pattern } of entries) {
        for (const [method, path] of requestsOf(pattern, routes, longest)) {
          const isSlashed = path.length > 0 && takes(greedyTable, route, method, [...path, ''])
          if (isSlashed) add(table.match(method, path))
          if (takes(headTable, route, 'HEAD', path)) add(table.match('HEAD', path))
        }
      }
      return answers
    },
    unmatchedOf: (route, method, paths) =>
      (entriesOf.get(route) ?? [])
        .flatMap(({ pattern }) => expand(pattern, longest + EXTRA))
        .flatMap((slots) => overlay(paths, slots))
        .map(fill)
        .find((path) => takes(gateway, route, method, path) && table.match(method, path) === null),
  }
}

const lengthOf = ({ pattern }: Entry<unknown>): number => pattern.segments.length

/** Unlike ours, a gateway's `GET` does not serve `HEAD`. */
function takes(
  gateway: RouteTable<Route>,
  route: Route,
  method: string,
  path: readonly string[],
): boolean {
  const found = gateway.match(method, path)?.rule
  return found === route && (found.method === '*' || found.method === method)
}

/** `{proxy+}` takes no empty path, `$default` does. */
function toEntry(route: Route): readonly Entry<Route>[] {
  const paths = route.path === '$default' ? ['/', '/{proxy+}'] : [route.path]
  return paths.flatMap((path) => {
    const pattern = parsePattern(`${route.method} ${path}`)
    return typeof pattern === 'string' ? [] : [{ pattern, rule: route }]
  })
}

type Request = readonly [method: string, path: readonly string[]]

/** The most general requests of a deployed pattern, alone and together with each configured one. */
function* requestsOf(
  deployed: RoutePattern,
  routes: readonly Pattern[],
  longest: number,
): Generator<Request> {
  const inner = expand(deployed, longest)
  // Above a greedy parameter, too: with a slash behind it, that path is one of its own.
  const paths = [...inner, ...inner.slice(0, 1).map((path) => path.slice(0, -1))]
  const methods = deployed.method === '*' ? METHODS : [deployed.method]
  for (const method of methods) for (const path of paths) yield [method, fill(path)]
  for (const { pattern } of routes) {
    if (!mayMeet(deployed, pattern)) continue
    const both = deployed.method === '*' ? pattern.method : deployed.method
    for (const method of both === '*' ? METHODS : [both]) {
      for (const path of expand(pattern, longest).flatMap((other) => overlay(paths, other))) {
        yield [method, fill(path)]
      }
    }
  }
}

function mayMeet(one: RoutePattern, other: RoutePattern): boolean {
  const serves = (method: string) => [method, method === 'HEAD' ? 'GET' : method, '*']
  const agree = one.method === '*' || serves(one.method).includes(other.method)
  const differ = one.segments.some((segment, at) => {
    const there = other.segments[at]
    const isFixed = segment.kind === 'literal' && there?.kind === 'literal'
    return isFixed && segment.text !== there.text
  })
  return agree && !differ
}
