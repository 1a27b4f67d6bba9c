/** The policy for a token: compiled once for each set of grants, then remembered. */
import type { PolicyDocument } from 'aws-lambda'
import type { Engine } from '../../../shared/authorize.ts'
import { CONNECT } from '../../../shared/policy/pattern.ts'
import type { MethodArn } from '../arn.ts'
import type { Inspection } from '../inspect.ts'
import { createCompiler } from './compile.ts'
import type { Statements } from './compile.ts'
import { isWithinLimits, writeDocument } from './document.ts'
import { grantTo } from './grant.ts'
import { createGrantsKey } from './key.ts'
import { isUsualSpelling } from './resource.ts'

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
    const expiresAt = expiryCondition && trusted ? trusted.identity.expiresAt : null
    const write = (statements: Statements) => writeDocument(statements, arn.stage, expiresAt)
    const present = speakOf(arn, decision.outcome === 'allow')
    // A WebSocket API asks about `$connect` and nothing else.
    if (arn.method === CONNECT) return { document: write(present), scope: 'api' }
    const known = policy === 'api' ? statementsFor(inspection) : null
    if (known !== null) {
      const isUsual = isUsualSpelling(arn.path)
      if (!isUsual && hasWildcard(arn)) return null
      const document = write(isUsual ? known : combine(known, present))
      if (isWithinLimits(document)) return { document, scope: 'api' }
    }
    if (decision.outcome !== 'allow') return { document: write(NOTHING), scope: 'request' }
    return hasWildcard(arn) ? null : { document: write(present), scope: 'request' }
  }
}

const NOTHING: Statements = { allow: [], deny: [] }

/** Echoed into a resource, a `*` of the caller's would allow whatever it likes (§9.7). */
const hasWildcard = ({ path }: MethodArn): boolean => /[*?]/.test(path)

/** null: one policy cannot say what the token may do. */
function createStatementSource(engine: Engine): (given: Inspection) => Statements | null {
  const { routes, otherwise } = engine.rules
  const compile = createCompiler(engine.rules)
  const keyOf = createGrantsKey(engine)
  const remembered = new Map<string, Statements | null>()

  return (given) => {
    const key = keyOf(given)
    const known = remembered.get(key)
    if (known !== undefined) return known
    const statements = compile({
      routes: new Map(routes.map((route) => [route, grantTo(engine, route.rule, given)])),
      otherwise: otherwise !== 'deny' && grantTo(engine, otherwise, given) === 'all',
    })
    if (remembered.size >= REMEMBERED) remembered.clear()
    remembered.set(key, statements)
    return statements
  }
}

/** The present request, as its ARN spells it. */
function speakOf({ text, stage }: MethodArn, isAllowed: boolean): Statements {
  const resource = text.slice(stage.length)
  return isAllowed ? { allow: [resource], deny: [] } : { allow: [], deny: [resource] }
}

const combine = (known: Statements, present: Statements): Statements => ({
  allow: [...known.allow, ...present.allow],
  deny: [...known.deny, ...present.deny],
})
