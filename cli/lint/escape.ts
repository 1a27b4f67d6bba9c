/**
 * Requests that a kept policy allows although no pattern matches them. An Allow for
 * `GET /users/{id}` is `GET/users/?*` in IAM, which spans slashes; API Gateway has somewhere to send
 * `GET /users/7/x` only where a greedy route, or one of that name, is declared.
 */
import type { RoutePattern } from '../../shared/policy/pattern.ts'
import type { Access, Rules } from '../../shared/policy/rules.ts'
import type { Route } from './deployment.ts'
import { ANYTHING } from './slots.ts'
import type { Slots } from './slots.ts'
import { EXTRA } from './surface.ts'
import type { Pattern, Surface } from './surface.ts'

export interface Escape {
  /** Whose Allow reaches too far. */
  readonly pattern: RoutePattern
  /** An example. */
  readonly path: string
  /** The pattern that would answer it. */
  readonly mend: string
}

const METHODS = ['GET', 'DELETE', 'PATCH', 'POST', 'PUT', 'HEAD']

export function findEscape(rules: Rules, surface: Surface, route: Route): Escape | undefined {
  if (!surface.answersOf(route).has(null)) return undefined
  for (const pattern of rules.routes) {
    const stretches = stretchesOf(pattern)
    if (stretches.length === 0) continue
    for (const method of methodsOf(pattern, route)) {
      const path = surface.unmatchedOf(route, method, stretches)
      if (path) return describe(pattern.pattern, method, path)
    }
  }
  return undefined
}

function methodsOf({ pattern }: Pattern, route: Route): readonly string[] {
  const wanted = [pattern.method, route.method].filter((method) => method !== '*')
  if (new Set(wanted).size > 1) return []
  return wanted.length > 0 ? wanted.slice(0, 1) : METHODS
}

/** Paths that the IAM form of a pattern matches, though the pattern does not. */
function stretchesOf({ pattern: { segments }, rule }: Pattern): readonly Slots[] {
  const fill = (longer: number, extra: number): Slots =>
    segments.flatMap((segment, at) => {
      if (segment.kind === 'literal') return [segment.text]
      return Array<null>(at === longer ? extra + 1 : 1).fill(null)
    })
  return segments.flatMap((segment, at) =>
    segment.kind === 'parameter' && !isFilledIn(rule, segment.name)
      ? Array.from({ length: EXTRA }, (_, extra) => fill(at, extra + 1))
      : [],
  )
}

/** A bound parameter stands in the policy with the token's own value. */
const isFilledIn = (rule: Access, name: string): boolean =>
  rule !== 'public' &&
  rule.bindBypassScope === undefined &&
  rule.bind.some(([parameter]) => parameter === name)

function describe(pattern: RoutePattern, method: string, path: readonly string[]): Escape {
  const last = pattern.segments.at(-1)
  const base = pattern.text.replace(/\/$/, '')
  return {
    pattern,
    path: `${method} /${path.join('/')}`.replaceAll(ANYTHING, 'x'),
    mend: last?.kind === 'parameter' ? `${base}/{rest+}` : `${pattern.method} ${greedyOf(pattern)}`,
  }
}

/** Up to its first parameter, and everything below. */
const greedyOf = ({ segments }: RoutePattern): string => {
  const first = segments.findIndex(({ kind }) => kind === 'parameter')
  const fixed = segments
    .slice(0, first)
    .map((segment) => (segment.kind === 'literal' ? segment.text : ''))
  return `/${[...fixed, '{rest+}'].join('/')}`
}
