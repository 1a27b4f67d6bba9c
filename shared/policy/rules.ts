/** All rules of a configuration, compiled: the route table and what happens outside it. */
import type { Config } from '../config/types.ts'
import { parsePattern } from './pattern.ts'
import { createRouteTable } from './route.ts'
import type { Route, RouteTable } from './route.ts'
import { compileRule } from './rule.ts'
import type { Rule } from './rule.ts'

/** Public, or what the token must satisfy. */
export type Access = 'public' | Rule

export interface Rules {
  readonly table: RouteTable<Access>
  /** Requests that no pattern matches. */
  readonly otherwise: 'deny' | Rule
}

export function createRules({ routes, otherwise }: Config): Rules {
  const fallback = otherwise ?? (routes ? 'deny' : 'authenticated')
  return {
    table: createRouteTable(Object.entries(routes ?? {}).flatMap(compileRoute)),
    otherwise: fallback === 'deny' ? 'deny' : compileRule({}),
  }
}

type RouteEntry = readonly [text: string, policy: NonNullable<Config['routes']>[string]]

/** A pattern that cannot be read was reported when the configuration was checked. */
function compileRoute([text, policy]: RouteEntry): readonly Route<Access>[] {
  const pattern = parsePattern(text)
  if (!pattern.ok) return []
  const rule = policy === 'public' ? policy : compileRule(policy === 'authenticated' ? {} : policy)
  return [{ pattern: pattern.value, rule }]
}
