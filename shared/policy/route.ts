/**
 * The route table: a tree of segments, so that a match costs what the path is long, not what the
 * table is. The most specific pattern wins, whatever order they were written in.
 */
import type { RoutePattern } from './pattern.ts'
import { CONNECT } from './pattern.ts'

export interface Route<T> {
  readonly pattern: RoutePattern
  readonly rule: T
}

export interface RouteTable<T> {
  readonly routes: readonly Route<T>[]
  /** `segments`: of `readPath`. */
  match(method: string, segments: readonly string[]): Route<T> | null
  connect(): Route<T> | null
}

interface Branch<T> {
  readonly literals: Map<string, Branch<T>>
  parameter: Branch<T> | null
  /** Routes that end here, by method. */
  readonly ends: Map<string, Route<T>>
  /** Routes whose greedy parameter begins here. */
  readonly greedy: Map<string, Route<T>>
}

const createBranch = <T>(): Branch<T> => ({
  literals: new Map(),
  parameter: null,
  ends: new Map(),
  greedy: new Map(),
})

export function createRouteTable<T>(routes: readonly Route<T>[]): RouteTable<T> {
  const root = createBranch<T>()
  for (const route of routes) {
    if (route.pattern.method !== CONNECT) plant(root, route)
  }
  const connect = routes.find(({ pattern }) => pattern.method === CONNECT) ?? null
  return {
    routes,
    match: (method, segments) => find(root, method, segments, 0),
    connect: () => connect,
  }
}

function plant<T>(root: Branch<T>, route: Route<T>): void {
  let branch = root
  for (const segment of route.pattern.segments) {
    if (segment.kind === 'greedy') {
      branch.greedy.set(route.pattern.method, route)
      return
    }
    branch = segment.kind === 'literal' ? literal(branch, segment.text) : parameter(branch)
  }
  branch.ends.set(route.pattern.method, route)
}

function literal<T>(branch: Branch<T>, text: string): Branch<T> {
  const next = branch.literals.get(text) ?? createBranch<T>()
  branch.literals.set(text, next)
  return next
}

function parameter<T>(branch: Branch<T>): Branch<T> {
  branch.parameter ??= createBranch<T>()
  return branch.parameter
}

/** Visits no branch twice. Literal before parameter before greedy, from the left; then the method. */
function find<T>(
  branch: Branch<T>,
  method: string,
  segments: readonly string[],
  at: number,
): Route<T> | null {
  const segment = segments[at]
  if (segment === undefined) return pick(branch.ends, method)
  const next = branch.literals.get(segment)
  const exact = next ? find(next, method, segments, at + 1) : null
  if (exact !== null) return exact
  const any = branch.parameter ? find(branch.parameter, method, segments, at + 1) : null
  return any ?? pick(branch.greedy, method)
}

/** A `GET` rule serves `HEAD` unless `HEAD` has its own, and before `*`. */
function pick<T>(routes: ReadonlyMap<string, Route<T>>, method: string): Route<T> | null {
  const exact = routes.get(method) ?? (method === 'HEAD' ? routes.get('GET') : undefined)
  return exact ?? routes.get('*') ?? null
}

/** The decoded value of each parameter; of a greedy one, its segments joined again. */
export function readParameter(
  { segments: pattern }: RoutePattern,
  segments: readonly string[],
  name: string,
): string | undefined {
  const at = pattern.findIndex((segment) => segment.kind !== 'literal' && segment.name === name)
  const found = pattern[at]
  return found?.kind === 'greedy' ? segments.slice(at).join('/') : segments[at]
}
