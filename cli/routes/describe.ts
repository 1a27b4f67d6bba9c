/** What a rule asks, in a line. */
import type { Access, Rules } from '../../shared/policy/rules.ts'
import { compileRule } from '../../shared/policy/rule.ts'
import type { Rule } from '../../shared/policy/rule.ts'
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
  return [
    ...listRequirements(access),
    ...describeKinds(access),
    ...(access.userinfo ? [`/userinfo ${access.userinfo}`] : []),
    ...atMost('lifetime', access.maxLifetimeSeconds),
    ...atMost('age', access.maxAgeSeconds),
    ...atMost('age of a verdict', access.verdictSeconds),
  ].join('; ')
}

/** What a route takes that says nothing of it goes without saying. */
const USUAL = compileRule({}).accept

function describeKinds({ accept }: Rule): readonly string[] {
  const isUsual = accept.length === USUAL.length && USUAL.every((kind) => accept.includes(kind))
  return isUsual ? [] : [`kind ${accept.join(' or ')}`]
}

const atMost = (what: string, seconds: number | undefined): readonly string[] =>
  seconds === undefined ? [] : [`${what} at most ${seconds} s`]

export const listRoutes = ({ routes, connect, otherwise }: Rules): readonly RouteRow[] => [
  ...mostSpecificFirst(routes).map(({ pattern, rule }) => ({
    route: pattern.text,
    asks: describeAccess(rule),
  })),
  ...(connect ? [{ route: connect.pattern.text, asks: describeAccess(connect.rule) }] : []),
  { route: ELSEWHERE, asks: describeAccess(otherwise) },
]
