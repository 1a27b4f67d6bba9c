/**
 * The route table: a tree of segments, so that a match costs what the path is long, not what the
 * table is. The most specific pattern wins, whatever order they were written in.
 */
import { positionOf } from './pattern.ts'
import type { RoutePattern } from './pattern.ts'

export interface Route<T> {
  readonly pattern: RoutePattern
  readonly rule: T
}

export interface RouteTable<T> {
  /** `segments`: of `readPath`. */
  match(method: string, segments: readonly string[]): Route<T> | null
}

interface Branch<T> {
  readonly literals: Map<string, Branch<T>>
  parameter?: Branch<T>
  /** Routes that end here, by method. */
  readonly ends: Map<string, Route<T>>
  /** Routes whose greedy parameter begins here. */
  readonly greedy: Map<string, Route<T>>
}

const createBranch = <T>(): Branch<T> => ({
  literals: new Map(),
  ends: new Map(),
  greedy: new Map(),
})

export function createRouteTable<T>(routes: readonly Route<T>[]): RouteTable<T> {
  const root = createBranch<T>()
  for (const route of routes) plant(root, route)
  return { match: (method, segments) => find(root, method, segments, 0) }
}

function plant<T>(root: Branch<T>, route: Route<T>): void {
  const { method, segments } = route.pattern
  let branch = root
  for (const segment of segments) {
    if (segment.kind === 'greedy') return void branch.greedy.set(method, route)
    if (segment.kind === 'literal') {
      const next = branch.literals.get(segment.text) ?? createBranch<T>()
      branch.literals.set(segment.text, next)
      branch = next
    } else {
      branch = branch.parameter ??= createBranch<T>()
    }
  }
  branch.ends.set(method, route)
}

/** Visits no branch twice. Literal before parameter before greedy, from the left; then the method. */
function find<T>(
  branch: Branch<T> | undefined,
  method: string,
  segments: readonly string[],
  at: number,
): Route<T> | null {
  const segment = segments[at]
  if (!branch || segment === undefined) return branch ? pick(branch.ends, method) : null
  return (
    find(branch.literals.get(segment), method, segments, at + 1) ??
    find(branch.parameter, method, segments, at + 1) ??
    pick(branch.greedy, method)
  )
}

/** A `GET` rule serves `HEAD` unless `HEAD` has its own, and before `*`. */
const pick = <T>(routes: ReadonlyMap<string, Route<T>>, method: string): Route<T> | null =>
  routes.get(method) ??
  (method === 'HEAD' ? routes.get('GET') : undefined) ??
  routes.get('*') ??
  null

/** The decoded value of a parameter; of a greedy one, its segments joined again. */
export function readParameter(
  { segments: pattern }: RoutePattern,
  segments: readonly string[],
  name: string,
): string {
  const at = positionOf(pattern, name)
  return segments.slice(at, pattern[at]?.kind === 'greedy' ? undefined : at + 1).join('/')
}
