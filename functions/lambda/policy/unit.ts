/**
 * A rule set as API Gateway sees it: for each method, each route that answers it, written as an IAM
 * pattern. `*` spans slashes in IAM, so a pattern can say less than a route does; `overlap.ts` finds
 * out what else it matches.
 */
import { own } from '../../../shared/json.ts'
import { shapeOf } from '../../../shared/policy/pattern.ts'
import type { RoutePattern, Segment } from '../../../shared/policy/pattern.ts'
import type { Route } from '../../../shared/policy/route.ts'
import type { Access, Rules } from '../../../shared/policy/rules.ts'

/** What API Gateway knows; `*` and `ANY` stand for these. */
export const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const

/** A parameter is at least one character of anything, `?*` in IAM. */
export type Part = { readonly text: string } | { readonly parameter: string }

/** What a resource of a policy says. */
export interface Pattern {
  readonly method: string
  readonly parts: readonly Part[]
}

/** One route under one method. */
export interface Unit extends Pattern {
  readonly route: Route<Access>
  /** Of the route's rule among the distinct ones. */
  readonly rule: number
}

/** `ruleOf`: the number of each route's rule, in the order of the routes. */
export function listUnits(
  { routes }: Pick<Rules, 'routes'>,
  ruleOf: readonly number[],
): readonly Unit[] {
  const paths = Map.groupBy(routes, ({ pattern }) => pathShape(pattern))
  const numbers = new Map(routes.map((route, index) => [route, ruleOf[index] ?? -1]))
  const named = routes.map(({ pattern }) => pattern.method).filter((method) => method !== '*')
  // Of all routes: a method that one of them names is one of the `*` of another.
  const methods = [...new Set([...METHODS, ...named])]
  return [...paths].flatMap(([shape, siblings]) => {
    // Where the path ends in `{name+}`, those of the one that ends in `{name}` instead.
    const singles = paths.get(shape.replace(/\{\+\}$/, '{}')) ?? []
    return methods.flatMap((method): readonly Unit[] => {
      const route = serves(siblings, method)
      if (!route) return []
      const hasSingle = serves(singles, method) !== undefined
      const parts = partsOf(route.pattern, hasSingle)
      return [{ method, route, rule: numbers.get(route) ?? -1, parts }]
    })
  })
}

const pathShape = (pattern: RoutePattern): string => shapeOf({ ...pattern, method: '' })

/** As the route table picks it: `GET` serves `HEAD`, before `*`. */
function serves(siblings: readonly Route<Access>[], method: string): Route<Access> | undefined {
  const of = (wanted: string) => siblings.find(({ pattern }) => pattern.method === wanted)
  return of(method) ?? (method === 'HEAD' ? of('GET') : undefined) ?? of('*')
}

/** Where `{name}` answers a single segment, `{name+}` is left with two or more. */
const partsOf = ({ segments }: RoutePattern, hasSingle: boolean): readonly Part[] =>
  segments.flatMap((segment) => {
    const part = toPart(segment)
    return segment.kind === 'greedy' && hasSingle ? [{ parameter: '' }, part] : [part]
  })

const toPart = (segment: Segment): Part =>
  segment.kind === 'literal' ? { text: segment.text } : { parameter: segment.name }

/** The unit with a token's own values in place of parameters. */
export const bindUnit = (unit: Unit, values: Readonly<Record<string, string>>): Unit => ({
  ...unit,
  parts: unit.parts.map((part): Part => {
    const value = 'parameter' in part ? own(values, part.parameter) : undefined
    return typeof value === 'string' ? { text: value } : part
  }),
})

/** Everything that `inner` matches, `outer` does: what fills a wild part is swallowed by the wild part on it. */
export const covers = (outer: readonly Part[], inner: readonly Part[]): boolean =>
  laysOver(outer, 0, inner, 0)

function laysOver(
  outer: readonly Part[],
  at: number,
  inner: readonly Part[],
  from: number,
): boolean {
  const [part, first] = [outer[at], inner[from]]
  if (part === undefined || first === undefined) return part === first
  if ('text' in part) {
    return 'text' in first && first.text === part.text && laysOver(outer, at + 1, inner, from + 1)
  }
  for (let next = from + 1; next <= inner.length; next += 1) {
    if (laysOver(outer, at + 1, inner, next)) return true
  }
  return false
}
