/** A description of an API beside the rules that are there: what each has and the other has not. */
import type { Rules } from '../../shared/policy/rules.ts'
import { parsePattern } from '../../shared/policy/pattern.ts'
import { createRouteTable } from '../../shared/policy/route.ts'
import type { Route } from '../../shared/policy/route.ts'
import { sampleRequest } from '../explain/sample.ts'
import { readPath } from '../../shared/policy/path.ts'
import type { ImportNote } from './openapi.ts'

/** `described`: patterns of every operation. */
export function findUnmatched(described: readonly string[], rules: Rules): readonly ImportNote[] {
  const routes = described.flatMap((text): Route<'public'> | [] => {
    const pattern = parsePattern(text)
    return typeof pattern === 'string' ? [] : { pattern, rule: 'public' }
  })
  const own: Rules = { ...rules, routes, table: createRouteTable(routes) }
  return [
    ...routes
      .filter((route) => !isAnswered(route, own, rules))
      .map(({ pattern }) => note(pattern.text, 'no rule of the configuration answers it')),
    ...rules.routes
      .filter((route) => !isAnswered(route, rules, own))
      .map(({ pattern }) =>
        note(pattern.text, 'a rule of the configuration that no operation has'),
      ),
  ]
}

const note = (route: string, message: string): ImportNote => ({ kind: 'unmatched', route, message })

function isAnswered(route: Rules['routes'][number], home: Rules, elsewhere: Rules): boolean {
  const sample = sampleRequest(route, home)
  const segments = sample && readPath(sample.path)
  return !sample || !segments || elsewhere.table.match(sample.method, segments) !== null
}
