/**
 * From what a token may do on each route to what one IAM policy can say: an Allow for each route it
 * satisfies, a Deny for what an Allow would reach although the token does not satisfy it. The policy
 * is kept for all requests of the token, so it must be right for all of them, or not be written.
 *
 * Nothing more can be said in IAM: a route is open to any text in place of a parameter, so its
 * Allow has a `*` there, which any text with slashes fits; so has each Deny, and a Deny wins.
 */
import type { Grant } from '../../../shared/policy/grant.ts'
import type { Rules } from '../../../shared/policy/rules.ts'
import { createHolder } from './holder.ts'
import type { Holder } from './holder.ts'
import { createOverlaps, toParts } from './overlap.ts'
import type { FindOverlaps, Path } from './overlap.ts'
import { remember } from './remember.ts'
import { createBrowser } from './shelf.ts'
import type { Browse } from './shelf.ts'
import { createWriter, uncovered } from './statements.ts'
import type { Statements } from './statements.ts'
import { covers, listUnits, METHODS } from './unit.ts'
import type { Pattern, Unit } from './unit.ts'

/** Why one policy cannot say what a token may do. */
export type Conflict =
  /** A Deny that is needed would reach an object of the token's own. */
  | 'own_object_inside_denied'
  /** A Deny that is needed would reach another route that the token may call. */
  | 'allowed_route_inside_denied'
  /** Too much to look at, or too many spellings of one path. */
  | 'too_intricate'
  /** More than a policy may hold. */
  | 'too_large'

/** No policy holds as many resources, were seven methods of each path said in one. */
const PATTERNS = 1_000

/** `grants`: by rule; where rules were not told apart, by route. `isOpen`: requests that no pattern matches are allowed. */
export type CompilePolicy = (grants: readonly Grant[], isOpen: boolean) => Statements | Conflict

export function createCompiler(
  rules: Pick<Rules, 'routes' | 'table'>,
  ruleOf: readonly number[] = [...rules.routes.keys()],
): CompilePolicy {
  const units = listUnits(rules, ruleOf)
  const fixed = new Set<Pattern>(units)
  const isFixed = (pattern: Pattern) => fixed.has(pattern)
  const deepenOnce = remember((pattern) => {
    const patterns = deepen(pattern)
    if (isFixed(pattern)) for (const one of patterns) fixed.add(one)
    return patterns
  }, isFixed)
  const browser = createBrowser(units)
  const find = remember(createOverlaps(units, rules.table, browser.touched), isFixed)
  const methods = new Set([...METHODS, ...units.map(({ method }) => method)])
  const write = createWriter([...methods], isFixed)
  const coverers = remember(createCoverers(browser.wider), isFixed)

  return (grants, isOpen) => {
    const holder = createHolder(grants, rules.table)
    const isWhole = (unit: Unit) => holder.grantOf(unit) === 'all'
    const granted = isOpen
      ? []
      : [...units.filter(isWhole), ...units.flatMap((unit) => holder.bind(unit))]
    const needed = isOpen
      ? new Map(units.filter((unit) => !isWhole(unit)).map((unit) => [unit, EVERY]))
      : findRefused(granted, find, holder)
    const denied: Pattern[] = []
    for (const [unit, kinds] of needed) {
      const patterns = denyUnit(unit, kinds, find, holder)
      if (typeof patterns === 'string') return patterns
      denied.push(...patterns)
    }
    const allowed = granted.filter((pattern) => !coverers(pattern).some(isWhole))
    if (Math.max(allowed.length, denied.length) > PATTERNS) return 'too_large'
    const isHarmless = (pattern: Pattern) => harmOf(pattern, find, holder) === undefined
    const deeper = granted.flatMap(deepenOnce).filter(isHarmless)
    return write({ allowed, denied, deeper, isOpen }) ?? 'too_intricate'
  }
}

/** Of a stage that is open altogether, every kind of request is reached. */
const EVERY: readonly Kinds[] = []

/** What the wild parts swallow besides a segment each: one more, in the place of each in turn. */
const deepen = ({ method, parts }: Pattern): readonly Pattern[] =>
  parts.flatMap((part, index) =>
    'text' in part ? [] : [{ method, parts: parts.toSpliced(index, 0, part) }],
  )

/** Units of the same method that match whatever a unit does, and more: of two that match the same, one is written. */
const createCoverers =
  (browse: Browse): Browse =>
  (pattern) =>
    browse(pattern).filter(
      ({ parts }) => covers(parts, pattern.parts) && !covers(pattern.parts, parts),
    )

/** Looked at only where the whole route cannot be denied. */
type Kinds = () => readonly Path[] | null

/** What the Allows reach and the token may not: by unit, the kinds of requests. */
function findRefused(
  allowed: readonly Pattern[],
  find: FindOverlaps,
  holder: Holder,
): ReadonlyMap<Unit, readonly Kinds[]> {
  const refused = new Map<Unit, readonly Kinds[]>()
  for (const pattern of allowed) {
    for (const { unit, paths } of find(pattern)) {
      const grant = holder.grantOf(unit)
      if (grant === 'all') continue
      const kinds = () => paths()?.filter((path) => holder.may(unit, path) !== 'all') ?? null
      refused.set(unit, [...(refused.get(unit) ?? []), kinds])
    }
  }
  return refused
}

/** The whole route where that harms nothing, else the kinds of requests that need it. */
function denyUnit(
  unit: Unit,
  kinds: readonly Kinds[],
  find: FindOverlaps,
  holder: Holder,
): readonly Pattern[] | Conflict {
  const harm = harmOf(unit, find, holder)
  if (harm === undefined) return [unit]
  const paths = kinds.map((list) => list())
  if (paths.length === 0 || !paths.every(isKnown)) return harm
  const { method } = unit
  const patterns = uncovered(paths.flat().map((path) => ({ method, parts: toParts(path) })))
  for (const pattern of patterns) {
    const found = harmOf(pattern, find, holder)
    if (found !== undefined) return found
  }
  return patterns
}

const isKnown = (paths: readonly Path[] | null): paths is readonly Path[] => paths !== null

/** What a Deny would reach although the token may. */
function harmOf(pattern: Pattern, find: FindOverlaps, holder: Holder): Conflict | undefined {
  for (const { unit, paths } of find(pattern)) {
    const grant = holder.grantOf(unit)
    if (grant === 'none') continue
    if (grant === 'all') return 'allowed_route_inside_denied'
    const kinds = paths()
    if (kinds === null) return 'too_intricate'
    if (kinds.some((path) => holder.may(unit, path) !== 'none')) return 'own_object_inside_denied'
  }
  return undefined
}
