/** The policy for a token: compiled once for each set of grants, then remembered. */
import type { PolicyDocument } from 'aws-lambda'
import type { Engine } from '../../../shared/authorize.ts'
import { CONNECT } from '../../../shared/policy/pattern.ts'
import type { MethodArn } from '../arn.ts'
import type { Inspection } from '../inspect.ts'
import { createCompiler } from './compile.ts'
import type { Statements } from './compile.ts'
import { isWithinLimits, writeDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { grantTo } from './grant.ts'

export interface Policy {
  readonly document: PolicyDocument
  /** `request`: it speaks of the present request alone, because one policy cannot say the rest. */
  readonly scope: 'api' | 'request'
}

/** null: the request can be named in no policy, because its path holds an IAM wildcard. */
export type PolicySource = (inspection: Inspection, arn: MethodArn) => Policy | null

const REMEMBERED = 256

export function createPolicySource(engine: Engine): PolicySource {
  const { policy = 'api', expiryCondition = false } = engine.config.apiGateway ?? {}
  const statementsFor = createStatementSource(engine)

  return (inspection, arn) => {
    const { decision, trusted } = inspection
    const isAllowed = decision.outcome === 'allow'
    const resource = arn.text.slice(arn.stage.length)
    const expiresAt = expiryCondition && trusted ? trusted.identity.expiresAt : null
    const write = (statements: Statements) => writeDocument(statements, arn.stage, expiresAt)
    const present = isAllowed ? { allow: [resource], deny: [] } : { allow: [], deny: [resource] }
    // A WebSocket API asks about `$connect` and nothing else.
    if (arn.method === CONNECT) return { document: write(present), scope: 'api' }
    // serverless-offline reads a policy as regular expressions, where a dot is any character and a
    // Deny of dot segments refuses everything. It keeps no answers, so the request's own will do.
    const known = policy === 'api' && arn.isReal ? statementsFor(inspection) : null
    const agreed = known && agreeWith(known, resource, isAllowed)
    const document = agreed && write(agreed)
    if (document && isWithinLimits(document)) return { document, scope: 'api' }
    if (!isAllowed) return { document: write(NOTHING), scope: 'request' }
    return WILDCARD.test(resource) ? null : { document: write(present), scope: 'request' }
  }
}

/**
 * Statements that give the present request its own verdict, whatever they say of the rest: its path
 * may be spelled unusually, or no pattern may match it while a neighbour's `?*` does. null: they cannot.
 */
function agreeWith(known: Statements, resource: string, isAllowed: boolean): Statements | null {
  const said = evaluate(known, resource)
  if (isAllowed ? said === 'allow' : said !== 'allow') return known
  if (said === 'deny' || WILDCARD.test(resource)) return null
  return isAllowed
    ? { ...known, allow: [...known.allow, resource] }
    : { ...known, deny: [...known.deny, resource] }
}

const NOTHING: Statements = { allow: [], deny: [] }

/** Echoed into a resource, a `*` of the caller's would allow whatever it likes (§9.7). */
const WILDCARD = /[*?]/

/** null: one policy cannot say what the token may do. Equal grants, equal statements. */
function createStatementSource(engine: Engine): (given: Inspection) => Statements | null {
  const { routes, otherwise } = engine.rules
  const compile = createCompiler(engine.rules)
  const remembered = new Map<string, Statements | null>()

  return (given) => {
    const grants = routes.map(({ rule }) => grantTo(engine, rule, given))
    const isOpen = otherwise !== 'deny' && grantTo(engine, otherwise, given) === 'all'
    const key = JSON.stringify([grants, isOpen])
    const known = remembered.get(key)
    if (known !== undefined) return known
    const statements = compile(grants, isOpen)
    if (remembered.size >= REMEMBERED) remembered.clear()
    remembered.set(key, statements)
    return statements
  }
}
