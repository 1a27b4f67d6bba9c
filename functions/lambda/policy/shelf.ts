/**
 * Units by the segments they begin with: to compare a pattern with those it may have a request in
 * common with costs what these are, not what the rule set is.
 */
import type { Pattern, Unit } from './unit.ts'

export type Browse = (pattern: Pattern) => readonly Unit[]

/** All of the pattern's method; more than are meant, never fewer. */
export interface Browser {
  /** Units whose route has a request that the pattern matches. */
  readonly touched: Browse
  /** Units whose IAM pattern matches whatever this one does: a `?*` of theirs spans segments. */
  readonly wider: Browse
}

interface Shelf {
  readonly literals: Map<string, Shelf>
  parameter?: Shelf
  readonly greedy: Unit[]
  /** That end here, or further on. */
  readonly all: Unit[]
}

const createShelf = (): Shelf => ({ literals: new Map(), greedy: [], all: [] })

export function createBrowser(units: readonly Unit[]): Browser {
  const shelves = new Map<string, Shelf>()
  for (const unit of units) {
    const root = shelves.get(unit.method) ?? createShelf()
    shelves.set(unit.method, root)
    put(root, unit)
  }
  const browse =
    (spans: boolean): Browse =>
    ({ method, parts }) =>
      look(shelves.get(method), parts, 0, spans)
  return { touched: browse(false), wider: browse(true) }
}

function put(root: Shelf, unit: Unit): void {
  let shelf = root
  shelf.all.push(unit)
  for (const segment of unit.route.pattern.segments) {
    if (segment.kind === 'greedy') return void shelf.greedy.push(unit)
    if (segment.kind === 'literal') {
      const next = shelf.literals.get(segment.text) ?? createShelf()
      shelf.literals.set(segment.text, next)
      shelf = next
    } else {
      shelf = shelf.parameter ??= createShelf()
    }
    shelf.all.push(unit)
  }
}

function look(
  shelf: Shelf | undefined,
  parts: Pattern['parts'],
  at: number,
  spans: boolean,
): readonly Unit[] {
  if (!shelf) return []
  const part = parts[at]
  if (!part || 'parameter' in part) return shelf.all
  const { literals, parameter, greedy } = shelf
  const open = spans ? parameter?.all : look(parameter, parts, at + 1, spans)
  return [...greedy, ...look(literals.get(part.text), parts, at + 1, spans), ...(open ?? [])]
}
