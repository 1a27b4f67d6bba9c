/**
 * Which routes answer the requests that an IAM pattern matches? `?*` may swallow slashes, so
 * `GET/users/?*` also matches `/users/7/orders`. The answer is exact: for every way the pattern can
 * lie over a route, the most general request of that kind is put to the route table itself. Where
 * another route answers that one, it answers all of the kind.
 */
import type { RouteTable } from '../../../shared/policy/route.ts'
import type { Access } from '../../../shared/policy/rules.ts'
import type { Browse } from './shelf.ts'
import type { Part, Pattern, Unit } from './unit.ts'

/** Segments of the most general request of a kind. */
export type Path = readonly string[]

/** No literal of any pattern and no bound value equals it, so it stands for any segment. */
export const ANYTHING = '\0'

/** A route that answers some of the requests. */
export interface Overlap {
  readonly unit: Unit
  /** Every kind of them. null: more than can be looked at. */
  readonly paths: () => readonly Path[] | null
}

export type FindOverlaps = (pattern: Pattern) => readonly Overlap[]

/** Spent on laying one pattern over one route. */
const STEPS = 20_000

export function createOverlaps(
  units: readonly Unit[],
  table: Pick<RouteTable<Access>, 'match'>,
  browse: Browse,
): FindOverlaps {
  const longest = Math.max(0, ...units.map(({ parts }) => parts.length)) + 1

  return (pattern) => {
    const { method, parts } = pattern
    const others = browse(pattern)
    return others.flatMap((unit) => {
      const answers = (path: Path) => table.match(method, path) === unit.route
      const search = (take: (path: Path) => boolean) => lay(parts, unit, longest, take)
      const isFound = search(answers) !== 'nothing'
      return isFound ? { unit, paths: once(() => collect(search, answers)) } : []
    })
  }
}

export const toPath = (parts: readonly Part[]): Path =>
  parts.map((part) => ('text' in part ? part.text : ANYTHING))

export const toParts = (path: Path): readonly Part[] =>
  path.map((text) => (text === ANYTHING ? { parameter: '' } : { text }))

function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined
  return () => (known ??= { value: compute() }).value
}

/** Goes on until a path is taken. */
type Search = (take: (path: Path) => boolean) => 'taken' | 'nothing' | 'given up'

function collect(search: Search, answers: (path: Path) => boolean): readonly Path[] | null {
  const paths = new Map<string, Path>()
  const outcome = search((path) => {
    if (answers(path)) paths.set(path.join('/'), path)
    return false
  })
  return outcome === 'given up' ? null : [...paths.values()]
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

/** Lays the parts over the route in every way. */
function lay(
  parts: readonly Part[],
  unit: Unit,
  longest: number,
  take: (path: Path) => boolean,
): ReturnType<Search> {
  let left = STEPS
  const path: string[] = []
  const place = (at: number, slots: Slots, from: number): boolean => {
    const part = parts[at]
    left -= 1
    if (left < 0) return true
    if (part === undefined) return from === slots.length && take([...path])
    if (slots.length - from < parts.length - at) return false
    const depth = path.length
    let isTaken = false
    if ('text' in part) {
      const slot = slots[from]
      if (slot !== null && slot !== part.text) return false
      path.push(part.text)
      isTaken = place(at + 1, slots, from + 1)
    } else {
      for (let next = from + 1; next <= slots.length && !isTaken; next += 1) {
        path.push(slots[next - 1] ?? ANYTHING)
        isTaken = place(at + 1, slots, next)
      }
    }
    path.length = depth
    return isTaken
  }
  const isTaken = expansions(unit, longest).some((slots) => place(0, slots, 0))
  if (left < 0) return 'given up'
  return isTaken ? 'taken' : 'nothing'
}
