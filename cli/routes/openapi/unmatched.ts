/** A description of an API beside the rules that are there: what each has and the other has not. */
import { readPath } from '../../../shared/policy/path.ts'
import { createRouteTable } from '../../../shared/policy/route.ts'
import type { Route } from '../../../shared/policy/route.ts'
import type { Access, Rules } from '../../../shared/policy/rules.ts'
import { sampleRequest } from '../../explain/sample.ts'
import type { Finding } from '../../lint/finding.ts'
import type { Operation } from './import.ts'

export function findUnmatched(
  file: string,
  operations: readonly Operation[],
  rules: Rules,
): readonly Finding[] {
  const routes = operations.map((operation) => ({ ...operation, rule: 'public' as const }))
  const described: Rules = { ...rules, routes, table: createRouteTable(routes) }
  const answers = routes.map((route) => ({ ...route, answer: answerTo(route, described, rules) }))
  // A rule for more than an operation is described by it as well.
  const inUse = new Set(answers.map(({ answer }) => answer))
  const idle = rules.routes.filter(
    (route) => !inUse.has(route) && answerTo(route, rules, described) === null,
  )
  return [
    ...answers.flatMap(({ pattern: { text }, line, policy, answer }) => {
      if (answer !== null) return []
      const message = `"${text}" is answered by no rule of the configuration`
      const mend = policy
        ? 'Write its rule, or add the one that is printed here.'
        : 'Write its rule by hand: it is left out of those that are printed here.'
      return { rule: 'operation-unmatched', severity: 'error' as const, file, line, message, mend }
    }),
    ...idle.map(({ pattern: { text } }) => ({
      rule: 'rule-undescribed',
      severity: 'warning' as const,
      file,
      line: 1,
      message: `"${text}" is a rule of the configuration that no operation has`,
      mend: 'Describe the operation, or drop the rule.',
    })),
  ]
}

/** To a request of the route; undefined: it has none that others leave to it. */
function answerTo(route: Route<Access>, home: Rules, elsewhere: Rules) {
  const sample = sampleRequest(route, home)
  const segments = sample && readPath(sample.path)
  return sample && segments ? elsewhere.table.match(sample.method, segments) : undefined
}
