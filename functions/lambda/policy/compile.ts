/**
 * From what a token may do on each route to what one IAM policy can say: an Allow for each route it
 * satisfies, a Deny for each route that an Allow would reach although the token does not satisfy it.
 * The policy is kept for all requests of the token, so it must be right for all of them, or not be
 * written at all.
 */
import type { Grant } from '../../../shared/policy/grant.ts'
import type { Rules } from '../../../shared/policy/rules.ts'
import { createReach } from './reach.ts'
import { writeResources } from './resource.ts'
import { bindUnit, isWild, listUnits } from './unit.ts'
import type { Unit } from './unit.ts'

/** Resources behind the stage. */
export interface Statements {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

/**
 * `grants`: by route, in the order of the rules. `isOpen`: requests that no pattern matches are
 * allowed. null: one policy cannot say it.
 */
export type CompilePolicy = (grants: readonly Grant[], isOpen: boolean) => Statements | null

export function createCompiler({ routes, table }: Rules): CompilePolicy {
  const units = listUnits(routes)
  const reach = createReach(units, table)

  return (grants, isOpen) => {
    const grantOf = (unit: Unit): Grant => grants[unit.index] ?? 'none'
    const isWhole = (unit: Unit) => grantOf(unit) === 'all'
    const whole = units.filter(isWhole)
    const own = units.flatMap((unit) => bindTo(unit, grantOf(unit), table))
    if (own.some(isSelfReaching)) return null

    const reached = isOpen
      ? units
      : [...whole.flatMap(reach.reaches), ...own.flatMap(reach.reachesBound)]
    const refused = new Set(reached.filter((unit) => !isWhole(unit)))
    for (const unit of refused) {
      // A bound unit would be denied with its own object, and an allowed one inside a denied one too.
      const isGranted = (other: Unit) => grantOf(other) !== 'none'
      if (isGranted(unit) || reach.reaches(unit).some(isGranted)) return null
    }
    const isCovered = (unit: Unit) => reach.coveredBy(unit).some(isWhole)
    const isDenied = (unit: Unit) => refused.has(unit)
    const allow = isOpen ? [] : [...whole.filter((unit) => !isCovered(unit)), ...own]
    const deny = [...refused].filter((unit) => !reach.coveredBy(unit).some(isDenied))
    const reachesFar = isOpen || allow.some(isWild)
    return {
      allow: isOpen ? ['*'] : unique(allow.flatMap(writeResources)),
      deny: unique([...deny.flatMap(writeResources), ...(reachesFar ? AMBIGUOUS : [])]),
    }
  }
}

const bindTo = (unit: Unit, grant: Grant, table: Rules['table']): readonly Unit[] =>
  typeof grant === 'string' ? [] : [bindUnit(unit, grant, table) ?? []].flat()

/** Spellings that a fresh call refuses as `path_ambiguous`, and that `?*` would swallow. */
const AMBIGUOUS =
  String.raw`*//* *\* *%2f* *%2F* *%5c* *%5C* *%00* */. */.. */./* */../* *%2e* *%2E*`.split(' ')

const unique = (resources: readonly string[]): readonly string[] => [...new Set(resources)]

/**
 * `/{org}/users/{id}/{rest+}` with `id` bound: `?*` for `org` could swallow a foreign id, because
 * the number of segments is open. Such a route cannot be said for a bound token.
 */
function isSelfReaching({ route, parts }: Unit): boolean {
  const { segments } = route.pattern
  const lastBound = parts.findLastIndex(
    (part, index) => 'text' in part && segments[index]?.kind !== 'literal',
  )
  const hasFreeBefore = parts.slice(0, Math.max(lastBound, 0)).some((part) => 'parameter' in part)
  return hasFreeBefore && segments.at(-1)?.kind === 'greedy'
}
