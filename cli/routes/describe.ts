/** What a rule asks, in a line. */
import type { Access, Rules } from '../../shared/policy/rules.ts'
import { listRequirements } from '../explain/expect.ts'
import { mostSpecificFirst } from './order.ts'

export interface RouteRow {
  readonly route: string
  readonly asks: string
}

/** Requests that no pattern matches. */
export const ELSEWHERE = '(anything else)'

export const describeAccess = (access: Access | 'deny'): string => {
  if (access === 'public') return 'public'
  if (access === 'deny') return 'refused'
  const { maxAgeSeconds, maxLifetimeSeconds } = access
  return [
    ...listRequirements(access),
    ...(maxLifetimeSeconds === undefined ? [] : [`lifetime at most ${maxLifetimeSeconds} s`]),
    ...(maxAgeSeconds === undefined ? [] : [`age at most ${maxAgeSeconds} s`]),
  ].join('; ')
}

export const listRoutes = ({ routes, connect, otherwise }: Rules): readonly RouteRow[] => [
  ...mostSpecificFirst(routes).map(({ pattern, rule }) => ({
    route: pattern.text,
    asks: describeAccess(rule),
  })),
  ...(connect ? [{ route: connect.pattern.text, asks: describeAccess(connect.rule) }] : []),
  { route: ELSEWHERE, asks: describeAccess(otherwise) },
]
