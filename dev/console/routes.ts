/** The configured routes, as the page shows them. */
import { listRequirements } from '../../cli/explain/expect.ts'
import { sampleRequest } from '../../cli/explain/sample.ts'
import { CONNECT } from '../../shared/policy/pattern.ts'
import type { Route } from '../../shared/policy/route.ts'
import type { Access, Rules } from '../../shared/policy/rules.ts'
import type { RouteView } from './api.ts'

export function viewRoutes(rules: Rules): readonly RouteView[] {
  const own = rules.routes.flatMap((route) => viewRoute(route, rules) ?? [])
  const { connect } = rules
  return connect
    ? [...own, { ...describe(connect), method: 'GET', path: CONNECT } satisfies RouteView]
    : own
}

/** null: other patterns take all of its requests. */
function viewRoute(route: Route<Access>, rules: Rules): RouteView | null {
  const request = sampleRequest(route, rules)
  return request && { ...describe(route), ...request }
}

const describe = ({ pattern, rule }: Route<Access>) => ({
  pattern: pattern.text,
  asks: rule === 'public' ? 'public' : listRequirements(rule).join('; '),
})
