/** Computes a value for each pattern of the rule set once; what was filled in for a token is not kept. */
import type { Pattern } from './unit.ts'

export function remember<T>(
  compute: (pattern: Pattern) => T,
  isFixed: (pattern: Pattern) => boolean,
): (pattern: Pattern) => T {
  const known = new Map<Pattern, { readonly value: T }>()
  return (pattern) => {
    const found = known.get(pattern)
    if (found) return found.value
    const value = compute(pattern)
    if (isFixed(pattern)) known.set(pattern, { value })
    return value
  }
}
