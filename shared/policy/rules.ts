/** All rules of a configuration, compiled: the route table and what happens outside it. */
import type { Config } from '../config/types.ts'
import type { TokenKind } from '../types.ts'
import { CONNECT, parsePattern } from './pattern.ts'
import { createRouteTable } from './route.ts'
import type { Route, RouteTable } from './route.ts'
import { compileRule } from './rule.ts'
import type { Rule } from './rule.ts'

/** Public, or what the token must satisfy. */
export type Access = 'public' | Rule

export interface Rules {
  readonly routes: readonly Route<Access>[]
  readonly table: RouteTable<Access>
  /** Of a WebSocket API. */
  readonly connect: Route<Access> | null
  /** Requests that no pattern matches. */
  readonly otherwise: 'deny' | Rule
}

export function createRules({ routes: policies, otherwise }: Config): Rules {
  const all = Object.entries(policies ?? {}).flatMap(([text, policy]) => {
    const pattern = parsePattern(text)
    // One that cannot be read was reported when the configuration was checked.
    if (typeof pattern === 'string') return []
    const rule =
      policy === 'public' ? policy : compileRule(policy === 'authenticated' ? {} : policy)
    return [{ pattern, rule }]
  })
  const routes = all.filter((route) => !isConnect(route))
  return {
    routes,
    table: createRouteTable(routes),
    connect: all.find(isConnect) ?? null,
    otherwise: otherwise === 'deny' || (policies && !otherwise) ? 'deny' : compileRule({}),
  }
}

const isConnect = ({ pattern }: Route<Access>): boolean => pattern.method === CONNECT

/** Kinds of token that some route takes, or a request without a route. */
export function listKinds(rules: Rules): readonly TokenKind[] {
  const kinds = listRules(rules).flatMap(({ accept }) => accept)
  return kinds.length > 0 ? [...new Set(kinds)] : compileRule({}).accept
}

export const leastVerdictSeconds = (rules: Rules): number =>
  Math.min(...listRules(rules).map(({ verdictSeconds = Infinity }) => verdictSeconds))

/** Those that ask for a token, the one for requests without a route among them. */
function listRules({ routes, connect, otherwise }: Rules): readonly Rule[] {
  const all = [...routes.map(({ rule }) => rule), connect?.rule ?? 'public', otherwise]
  return all.filter((rule) => typeof rule !== 'string')
}
