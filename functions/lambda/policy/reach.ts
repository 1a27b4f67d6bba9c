/**
 * Which other routes does the IAM pattern of a unit touch? `?*` may swallow slashes, so
 * `GET/users/?*` also matches `/users/7/orders`. The answer is exact: for every way the pattern can
 * lie over another route, the most general request of that kind is put to the route table itself.
 */
import type { RouteTable } from '../../../shared/policy/route.ts'
import type { Access } from '../../../shared/policy/rules.ts'
import { isWild } from './unit.ts'
import type { Part, Unit } from './unit.ts'

export interface Reach {
  /** Units that answer some request which the pattern of this one matches; itself not among them. */
  reaches(unit: Unit): readonly Unit[]
  /** The same for a unit whose parameters were filled in for one token. */
  reachesBound(unit: Unit): readonly Unit[]
  /** Units whose pattern matches everything that this one's does. */
  coveredBy(unit: Unit): readonly Unit[]
}

/** Worked out when first asked: most tokens need little of it. */
export function createReach(units: readonly Unit[], table: RouteTable<Access>): Reach {
  const byMethod = Map.groupBy(units, ({ method }) => method)
  const longest = Math.max(0, ...units.map(({ parts }) => parts.length)) + 1
  const others = ({ method, route }: Unit) =>
    (byMethod.get(method) ?? []).filter((other) => other.route !== route)
  const reaches = (unit: Unit) =>
    isWild(unit) ? others(unit).filter((other) => touches(unit, other, table, longest)) : []
  return {
    reaches: memoize(reaches),
    reachesBound: reaches,
    coveredBy: memoize((unit) => others(unit).filter((other) => covers(other.parts, unit.parts))),
  }
}

function memoize(compute: (unit: Unit) => readonly Unit[]): (unit: Unit) => readonly Unit[] {
  const known = new Map<Unit, readonly Unit[]>()
  return (unit) => {
    const units = known.get(unit) ?? compute(unit)
    known.set(unit, units)
    return units
  }
}

/** No literal of any pattern equals it, so a request that holds it is as general as can be. */
const ANYTHING = '\0'
/** Ways to lay one pattern over another that are tried; past this they are taken to touch. */
const PLACEMENTS = 5_000

function touches(unit: Unit, other: Unit, table: RouteTable<Access>, longest: number): boolean {
  if (!mayShareStart(unit.parts, other)) return false
  let left = PLACEMENTS
  const answers = (path: readonly string[]): boolean => {
    left -= 1
    return left < 0 || table.match(unit.method, path) === other.route
  }
  return expansions(other, longest).some((slots) => lay(unit.parts, slots, [], answers))
}

/** Quick no: a literal of the one stands where the other has a different one. */
function mayShareStart(parts: readonly Part[], { route }: Unit): boolean {
  for (const [index, segment] of route.pattern.segments.entries()) {
    const part = parts[index]
    if (segment.kind === 'greedy' || part === undefined || 'parameter' in part) return true
    if (segment.kind === 'literal' && segment.text !== part.text) return false
  }
  return parts.length === route.pattern.segments.length
}

/** The segments of the requests a route matches: fixed text, or null for any. */
type Slots = readonly (string | null)[]

function expansions({ route }: Unit, longest: number): readonly Slots[] {
  const { segments } = route.pattern
  const slots = segments.map((segment) => (segment.kind === 'literal' ? segment.text : null))
  if (segments.at(-1)?.kind !== 'greedy') return [slots]
  return Array.from({ length: longest }, (_, more) => [
    ...slots,
    ...Array.from({ length: more }, () => null),
  ])
}

/** Lays the parts over the slots in every way; true as soon as one of the paths `answers`. */
function lay(
  [part, ...parts]: readonly Part[],
  slots: Slots,
  path: readonly string[],
  answers: (path: readonly string[]) => boolean,
): boolean {
  if (part === undefined) return slots.length === 0 && answers(path)
  const [slot] = slots
  if (slot === undefined) return false
  if ('text' in part) {
    if (slot !== null && slot !== part.text) return false
    return lay(parts, slots.slice(1), [...path, part.text], answers)
  }
  return slots.some((_, last) => {
    const swallowed = slots.slice(0, last + 1).map((text) => text ?? ANYTHING)
    return lay(parts, slots.slice(last + 1), [...path, ...swallowed], answers)
  })
}

/** Whatever fills a wild part of `inner` is swallowed by the wild part of `outer` that lies on it. */
function covers([part, ...parts]: readonly Part[], inner: readonly Part[]): boolean {
  if (part === undefined) return inner.length === 0
  const [first] = inner
  if (first === undefined) return false
  if ('text' in part) {
    return 'text' in first && first.text === part.text && covers(parts, inner.slice(1))
  }
  return inner.some((_, last) => covers(parts, inner.slice(last + 1)))
}
