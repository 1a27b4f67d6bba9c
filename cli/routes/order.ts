/** Rules as a reader wants them: as they are tried, the most specific first. */
import type { RoutePattern, Segment } from '../../shared/policy/pattern.ts'
import type { Route } from '../../shared/policy/route.ts'
import type { Access } from '../../shared/policy/rules.ts'

const RANKS: Readonly<Record<Segment['kind'], string>> = {
  literal: '0',
  parameter: '1',
  greedy: '2',
}

/** Of two patterns the smaller is the more specific: by kind, then by name, from the left. */
function keyOf({ method, segments }: RoutePattern): string {
  const parts = segments.map((segment) =>
    segment.kind === 'literal' ? `0${segment.text}` : RANKS[segment.kind],
  )
  return [...parts, '', method === '*' ? '~' : method].join('\u0001')
}

export const mostSpecificFirst = (routes: readonly Route<Access>[]): readonly Route<Access>[] => {
  const keyed = routes.map((route) => [keyOf(route.pattern), route] as const)
  return keyed
    .toSorted(([one], [other]) => (one < other ? -1 : Number(one > other)))
    .map(([, route]) => route)
}
