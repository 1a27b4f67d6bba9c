/** Which option was meant by a name that is none. */
import { configSchema } from '../../shared/config/schema.ts'
import { isObject, memberOf } from '../../shared/json.ts'

/** `path`: of the name, as a fault has it. null: no option of that place is like it. */
export function nearestOption(path: string): string | null {
  const place = [...path.matchAll(STEP)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain : String(JSON.parse(quoted)),
  )
  const name = place.pop() ?? ''
  // Its own name is that of another form, which was not written.
  const others = [...new Set(namesAt(configSchema, place))].filter((one) => one !== name)
  const [nearest] = others
    .map((one) => ({ one, changes: countChanges(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, changes }) => changes <= MOST_CHANGES && changes * 3 <= one.length)
    .toSorted((a, b) => a.changes - b.changes)
  return nearest?.one ?? null
}

/** `.name`, `[0]` or `["GET /a"]`. */
const STEP = /\[("(?:[^"\\]|\\.)*"|\d+)\]|(\w+)/g

const MOST_CHANGES = 2

/** Where what was written decides between two forms, one of each sort. */
const SAMPLES = [[], '', {}, { userinfo: {} }, ...['facebook', 'google', 'github'].map(named)]

function named(provider: string) {
  return { provider }
}

/** Members of whatever may stand at a place of a schema of valibot. */
function* namesAt(schema: unknown, place: readonly string[]): Generator<string> {
  if (!isObject(schema)) return
  const { entries, getter, wrapped, item, rest, pipe } = schema
  const forms = typeof getter === 'function' ? SAMPLES.map((sample) => getter(sample)) : []
  for (const form of new Set([wrapped, forms, pipe].flat())) {
    if (form !== schema) yield* namesAt(form, place)
  }
  const [step, ...deeper] = place
  if (step === undefined) yield* Object.keys(Object(entries))
  else yield* namesAt(memberOf(entries, step) ?? item ?? rest, deeper)
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
