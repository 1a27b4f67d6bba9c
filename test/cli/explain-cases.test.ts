import { expect } from 'vitest'
import type { Explanation } from '../../cli/explain/explanation.ts'
import { CASES } from '../doors/cases.ts'
import type { Case } from '../doors/cases/case.ts'
import { runCases } from '../doors/support/run-cases.ts'
import { explanations } from './explain-door.ts'

/** Whatever was asked: the walk ends at the code, and the doors agree. */
function checkExplanation({ verdict, steps, doors, mend, cache }: Explanation): void {
  const failed = steps.filter((step) => step.verdict === 'fail')
  expect(failed.map(({ code }) => code)).toEqual(verdict.code === null ? [] : [verdict.code])
  const order = steps.map((step) => step.verdict)
  expect(order.lastIndexOf('pass')).toBeLessThan(
    failed.length === 0 ? order.length : order.indexOf('fail'),
  )
  expect(order.includes('not reached')).toBe(
    failed.length > 0 && order.indexOf('fail') < order.length - 1,
  )
  expect(mend).toMatch(/^[A-Z].*[.?]$/)
  const rest = doors.find(({ door }) => door === 'rest-request')
  if (verdict.outcome === 'unavailable') expect(rest?.status).toBe(500)
  const isForApi = rest !== undefined && 'policyScope' in rest && rest.policyScope === 'api'
  if (isForApi) expect(cache.rows.every(({ agrees }) => agrees)).toBe(true)
}

/** An explanation looks at every route, so it may ask where one request asks nobody. */
function withoutCounts(one: Case): Case {
  const { issuerRequests: _, ...rest } = one
  return one.setting === 'opaque' ? rest : one
}

runCases(CASES.map(withoutCounts), [explanations(checkExplanation)])
