/** Requests as general as can be: the segments of a pattern, fixed or free. */
import type { RoutePattern } from '../../shared/policy/pattern.ts'

/** No literal of any pattern equals it. */
export const ANYTHING = '\0'

/** Fixed text, or null for any. */
export type Slots = readonly (string | null)[]

/** A greedy parameter takes one segment, two, … up to the longest path that matters. */
export function expand({ segments }: RoutePattern, longest: number): readonly Slots[] {
  const slots = segments.map((segment) => (segment.kind === 'literal' ? segment.text : null))
  if (segments.at(-1)?.kind !== 'greedy') return [slots]
  const most = Math.max(1, longest - slots.length + 1)
  return Array.from({ length: most }, (_, more) => [...slots, ...Array<null>(more).fill(null)])
}

/** What both of them match. */
export const overlay = (paths: readonly Slots[], other: Slots): readonly Slots[] =>
  paths
    .filter(
      (path) =>
        path.length === other.length &&
        path.every((slot, at) => slot === null || other[at] === null || slot === other[at]),
    )
    .map((path) => path.map((slot, at) => slot ?? other[at] ?? null))

export const fill = (path: Slots): readonly string[] => path.map((slot) => slot ?? ANYTHING)
