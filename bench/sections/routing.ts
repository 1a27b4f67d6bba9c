/** Finding the route of a request, whatever the size of the table. */
import { duel, inSequence } from '../duel.ts'
import type { Contender } from '../duel.ts'
import { readPath } from '../../shared/policy/path.ts'
import { createRules } from '../../shared/policy/rules.ts'
import { ROUTING } from '../names.ts'
import { createRuleSet } from '../rule-set.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'
import { ISSUER } from '../tokens.ts'

const ROUTE_COUNTS = [10, 100, 1_000, 10_000]

/** Asked in turn, so that no table gets by with one hot path. */
const PATHS = 200

export const routing: Section = {
  name: 'routing',
  async run({ pace, tell }) {
    tell(ROUTE_COUNTS.map(ROUTING.routes).join(', '))
    const frame = {
      name: 'routing',
      title: 'Matching a route',
      unit: 'µs',
      corner: 'rule set',
      note: `${PATHS} paths in turn, of two to five segments, half of them parameters.`,
    } as const
    return [layOut(frame, await duel(ROUTE_COUNTS.flatMap(contendersOf), pace))]
  },
}

function contendersOf(count: number): readonly Contender[] {
  const set = createRuleSet(count)
  const { table } = createRules({ issuers: [{ issuer: ISSUER, audience: ISSUER }], ...set })
  const paths = Array.from({ length: PATHS }, (_, nth) => set.pathOf((nth * 7919) % count))
  const requests = paths.map((path) => ({ path, segments: readPath(path) ?? [] }))
  const missed = requests.filter(({ segments }) => table.match('GET', segments) === null)
  if (missed.length > 0) throw new Error(`${missed.length} paths match no route`)
  const at = (index: number) => requests[index % PATHS] ?? { path: '/', segments: [] }
  const match = (index: number) => table.match('GET', at(index).segments)
  const readAndMatch = (index: number) => table.match('GET', readPath(at(index).path) ?? [])
  const row = ROUTING.routes(count)
  return [
    { row, column: ROUTING.match, prepare: (many) => inSequence(match, many) },
    { row, column: ROUTING.read, prepare: (many) => inSequence(readAndMatch, many) },
  ]
}
