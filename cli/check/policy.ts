/**
 * How large API Gateway policies get, and for which tokens one policy cannot say it all. A token is
 * the set of rules that it satisfies: each alone, all but one, any two, all, none.
 */
import { createCompiler } from '../../functions/lambda/policy/compile.ts'
import {
  POLICY_BYTES,
  isWithinLimits,
  writeDocument,
} from '../../functions/lambda/policy/document.ts'
import { createRuleBook } from '../../functions/lambda/policy/grant.ts'
import type { RuleBook } from '../../functions/lambda/policy/grant.ts'
import { encodeUtf8 } from '../../shared/bytes.ts'
import type { Grant } from '../../shared/policy/grant.ts'
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

/** A rule that several routes may share: a token satisfies it or not. */
interface Group {
  readonly number: number
  /** The first of its routes, and how many more there are. */
  readonly name: string
}

export function forecastPolicies(rules: Rules): PolicyForecast {
  const book = createRuleBook(rules)
  const compile = createCompiler(rules, book.ruleOf)
  let largest = { bytes: 0, name: '' }
  const notExpressible: string[] = []
  const tokens = [...listTokens(groupsOf(rules, book))]
  for (const { held, name } of tokens) {
    const grants = book.rules.map((rule, number) => grantFor(rule, held.has(number)))
    const statements = compile(grants, book.otherwise >= 0)
    const document = typeof statements === 'string' ? null : writeDocument(statements, STAGE, null)
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

function groupsOf({ routes }: Rules, { rules, ruleOf }: RuleBook): readonly Group[] {
  return rules.flatMap((rule, number) => {
    const [first, ...more] = routes.filter((_, index) => ruleOf[index] === number)
    if (rule === 'public' || !first) return []
    const rest = more.length > 0 ? ` (and ${more.length} like it)` : ''
    return [{ number, name: `${first.pattern.text}${rest}` }]
  })
}

interface Token {
  /** Numbers of rules. */
  readonly held: ReadonlySet<number>
  readonly name: string
}

const token = (held: readonly Group[], name: string): Token => ({
  held: new Set(held.map(({ number }) => number)),
  name,
})

function* listTokens(groups: readonly Group[]): Generator<Token> {
  yield token(groups, 'satisfies every rule')
  yield token([], 'satisfies no rule')
  for (const group of groups) {
    if (groups.length > 1) yield token([group], `satisfies only ${group.name}`)
    if (groups.length > 2) {
      yield token(
        groups.filter((other) => other !== group),
        `satisfies every rule but ${group.name}`,
      )
    }
  }
  if (groups.length < 4 || groups.length > PAIRED) return
  for (const [index, one] of groups.entries()) {
    for (const other of groups.slice(index + 1)) {
      yield token([one, other], `satisfies only ${one.name} and ${other.name}`)
    }
  }
}

function grantFor(rule: Access, isHeld: boolean): Grant {
  if (rule === 'public') return 'all'
  if (!isHeld) return 'none'
  return rule.bind.length === 0
    ? 'all'
    : Object.fromEntries(rule.bind.map(([parameter]) => [parameter, BOUND]))
}
