/**
 * A rule set as API Gateway sees it: for each method, each route that answers it, written as an IAM
 * pattern. `*` spans slashes in IAM, so a pattern can say less than a route does; `reach.ts` finds
 * out what else it touches.
 */
import { own } from '../../../shared/json.ts'
import { shapeOf } from '../../../shared/policy/pattern.ts'
import type { RoutePattern, Segment } from '../../../shared/policy/pattern.ts'
import type { Route, RouteTable } from '../../../shared/policy/route.ts'
import type { Access } from '../../../shared/policy/rules.ts'

/** What API Gateway knows; `*` and `ANY` stand for these. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const

/** A parameter is at least one character of anything, `?*` in IAM. */
export type Part = { readonly text: string } | { readonly parameter: string }

/** One route under one method. */
export interface Unit {
  readonly method: string
  readonly route: Route<Access>
  /** Of the route among all. */
  readonly index: number
  readonly parts: readonly Part[]
}

export function listUnits(routes: readonly Route<Access>[]): readonly Unit[] {
  const paths = Map.groupBy(routes, ({ pattern }) => pathShape(pattern))
  return [...paths.values()].flatMap((siblings) =>
    methodsOf(siblings).map(([method, route]) => {
      const single = paths.get(singleShape(route.pattern)) ?? []
      return {
        method,
        route,
        index: routes.indexOf(route),
        parts: partsOf(route.pattern, serves(single, method) !== undefined),
      }
    }),
  )
}

const pathShape = (pattern: RoutePattern): string => shapeOf({ ...pattern, method: '' })

/** Of a pattern that ends in `{name+}`, the one that ends in `{name}` instead. */
const singleShape = ({ text, segments }: RoutePattern): string =>
  pathShape({
    text,
    method: '',
    segments: segments.map((segment) =>
      segment.kind === 'greedy' ? { kind: 'parameter', name: segment.name } : segment,
    ),
  })

function methodsOf(
  siblings: readonly Route<Access>[],
): readonly (readonly [string, Route<Access>])[] {
  const named = siblings.map(({ pattern }) => pattern.method).filter((method) => method !== '*')
  return [...new Set([...METHODS, ...named])].flatMap((method) => {
    const route = serves(siblings, method)
    return route ? [[method, route] as const] : []
  })
}

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

export const isWild = (unit: Unit): boolean => unit.parts.some((part) => 'parameter' in part)

/** The unit with a token's own values in place of parameters; null where no request can have them there. */
export function bindUnit(
  unit: Unit,
  values: Readonly<Record<string, string>>,
  table: RouteTable<Access>,
): Unit | null {
  const parts = unit.parts.map((part): Part => {
    const value = 'parameter' in part ? own(values, part.parameter) : undefined
    return typeof value === 'string' ? { text: value } : part
  })
  const bound = { ...unit, parts }
  if (isWild(bound)) return bound
  const path = parts.flatMap((part) => ('text' in part ? part.text : []))
  return table.match(unit.method, path) === unit.route ? bound : null
}
