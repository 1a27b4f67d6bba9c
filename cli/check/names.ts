/** Which option was meant by a name that is none. */
import { configSchema } from '../../shared/config/schema.ts'
import { isObject } from '../../shared/json.ts'

/** null: none is like it. */
export function nearestOption(name: string): string | null {
  const all = [...new Set(namesOf(configSchema))].filter((one) => one !== name)
  const [nearest] = all
    .map((one) => ({ one, changes: countChanges(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, changes }) => changes <= MOST_CHANGES && changes * 3 <= one.length)
    .toSorted((a, b) => a.changes - b.changes)
  return nearest?.one ?? null
}

const MOST_CHANGES = 2

/** Where what was written decides between two forms, one of each sort. */
const SAMPLES = [[], '', {}, { userinfo: {} }, ...['facebook', 'google', 'github'].map(named)]

function named(provider: string) {
  return { provider }
}

/** Of every object in a schema of valibot. */
function* namesOf(schema: unknown): Generator<string> {
  if (!isObject(schema)) return
  const { entries, getter, wrapped, item, rest, pipe } = schema
  for (const [name, member] of Object.entries(Object(entries))) {
    yield name
    yield* namesOf(member)
  }
  const forms = typeof getter === 'function' ? SAMPLES.map((sample) => getter(sample)) : []
  for (const part of new Set([wrapped, item, rest, forms, pipe].flat())) {
    if (part !== schema) yield* namesOf(part)
  }
}

/** Letters to add, drop or replace (Levenshtein). */
function countChanges(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (const [above, letter] of [...from].entries()) {
    const next = [above + 1]
    for (const [left, other] of [...to].entries()) {
      const [replaced = 0, dropped = 0] = row.slice(left, left + 2)
      const kept = replaced + (letter === other ? 0 : 1)
      next.push(Math.min(kept, dropped + 1, (next[left] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
