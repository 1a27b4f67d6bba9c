/**
 * How large API Gateway policies get, and for which tokens one policy cannot say it all. Tokens are
 * stood for by what they satisfy: each rule alone, all but one, any two, all, none.
 */
import { createCompiler } from '../../functions/lambda/policy/compile.ts'
import {
  POLICY_BYTES,
  isWithinLimits,
  writeDocument,
} from '../../functions/lambda/policy/document.ts'
import { encodeUtf8 } from '../../shared/bytes.ts'
import type { Grant } from '../../shared/policy/grant.ts'
import type { Route } from '../../shared/policy/route.ts'
import type { Access, Rules } from '../../shared/policy/rules.ts'

export interface PolicyForecast {
  readonly largestBytes: number
  readonly limitBytes: number
  /** The token that has it. */
  readonly largestFor: string
  /** Tokens for which a policy of this request alone is written instead. */
  readonly notExpressible: readonly string[]
  readonly tokensTried: number
}

/** Of a long region name and stage. */
const STAGE = 'arn:aws:execute-api:ap-southeast-2:123456789012:a1b2c3d4e5/production/'
/** As long as Auth0's. */
const BOUND = 'auth0|0123456789abcdef01234567'
/** Any two of more rules than this are too many to try. */
const PAIRED = 24

/** Routes of one rule, which a token satisfies together. */
type Group = readonly Route<Access>[]

export function forecastPolicies(rules: Rules): PolicyForecast {
  const compile = createCompiler(rules)
  const guarded = rules.routes.filter(({ rule }) => rule !== 'public')
  const groups = [...Map.groupBy(guarded, ({ rule }) => JSON.stringify(rule)).values()]
  const isOpen = rules.otherwise !== 'deny'
  let largest = { bytes: 0, name: '' }
  const notExpressible: string[] = []
  const tokens = [...listTokens(groups)]
  for (const { held, name } of tokens) {
    const statements = compile(
      rules.routes.map((route) => grantFor(route, held)),
      isOpen,
    )
    const document = statements && writeDocument(statements, STAGE, null)
    const bytes = document ? encodeUtf8(JSON.stringify(document)).length : 0
    if (bytes > largest.bytes) largest = { bytes, name }
    if (!document || !isWithinLimits(document)) notExpressible.push(name)
  }
  return {
    largestBytes: largest.bytes,
    limitBytes: POLICY_BYTES,
    largestFor: largest.name,
    notExpressible,
    tokensTried: tokens.length,
  }
}

interface Token {
  readonly held: ReadonlySet<Route<Access>>
  readonly name: string
}

const token = (held: readonly Group[], name: string): Token => ({
  held: new Set(held.flat()),
  name,
})

function* listTokens(groups: readonly Group[]): Generator<Token> {
  yield token(groups, 'satisfies every rule')
  yield token([], 'satisfies no rule')
  for (const group of groups) {
    if (groups.length > 1) yield token([group], `satisfies only ${nameOf(group)}`)
    if (groups.length > 2) {
      yield token(
        groups.filter((other) => other !== group),
        `satisfies every rule but ${nameOf(group)}`,
      )
    }
  }
  if (groups.length < 4 || groups.length > PAIRED) return
  for (const [index, one] of groups.entries()) {
    for (const other of groups.slice(index + 1)) {
      yield token([one, other], `satisfies only ${nameOf(one)} and ${nameOf(other)}`)
    }
  }
}

const nameOf = ([first, ...more]: Group): string =>
  `${first?.pattern.text ?? ''}${more.length > 0 ? ` (and ${more.length} like it)` : ''}`

function grantFor({ rule, ...route }: Route<Access>, held: Token['held']): Grant {
  if (rule === 'public') return 'all'
  const isHeld = [...held].some(({ pattern }) => pattern === route.pattern)
  if (!isHeld) return 'none'
  return rule.bind.length === 0
    ? 'all'
    : Object.fromEntries(rule.bind.map(([parameter]) => [parameter, BOUND]))
}
