/** The policy for a token: compiled once for each set of grants, then remembered. */
import type { PolicyDocument } from 'aws-lambda'
import type { Engine } from '../../../shared/authorize.ts'
import type { Config } from '../../../shared/config/types.ts'
import type { AuthorizerCall } from '../event.ts'
import type { Inspection } from '../inspect.ts'
import { createCompiler } from './compile.ts'
import type { Conflict } from './compile.ts'
import { isWithinLimits, writeDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { createRuleBook, grantTo } from './grant.ts'
import type { Statements } from './statements.ts'

export interface Policy {
  readonly document: PolicyDocument
  /** `request`: it speaks of the present request alone, because one policy cannot say the rest. */
  readonly scope: 'api' | 'request'
  /** Why it does not speak of the rest. */
  readonly reason?: Conflict | 'unusual_request'
}

/** null: the request can be named in no policy, because its path holds an IAM wildcard. */
export type PolicySource = (
  inspection: Inspection,
  call: Pick<AuthorizerCall, 'arn' | 'kind'>,
) => Policy | null

/** Of a token in a cookie the policy cannot say all: where each request comes from decides, too. */
export const coversApi = ({ apiGateway, cookie }: Config): boolean =>
  apiGateway?.policy !== 'request' && cookie === undefined

const REMEMBERED = 256

export function createPolicySource(engine: Engine): PolicySource {
  const { expiryCondition = false } = engine.config.apiGateway ?? {}
  const statementsFor = createStatementSource(engine)
  const readyFor = createReadyDocuments()

  return (inspection, { arn, kind }) => {
    const { decision, trusted } = inspection
    const isAllowed = decision.outcome === 'allow'
    const resource = arn.text.slice(arn.stage.length)
    const expiresAt = expiryCondition && trusted ? trusted.identity.expiresAt : null
    const write = (said: Said) => writeDocument(said, arn.stage, expiresAt)
    const present = isAllowed ? { allow: [resource], deny: [] } : { allow: [], deny: [resource] }
    // A WebSocket API asks about `$connect` and nothing else.
    if (kind === 'websocket') return { document: write(present), scope: 'api' }
    const fallBack = (reason?: Policy['reason']): Policy | null => {
      const named = WILDCARD.test(resource) ? null : write(present)
      // A refusal too long to be named is one all the same, and not API Gateway's error.
      const document = isAllowed || (named && isWithinLimits(named)) ? named : write(NOTHING)
      return document && { document, scope: 'request', ...(reason && { reason }) }
    }
    // serverless-offline reads a policy as regular expressions, where a dot is any character and a
    // Deny of dot segments refuses everything. It keeps no answers, so the request's own will do.
    if (!coversApi(engine.config) || !arn.isReal) return fallBack()
    const known = statementsFor(inspection)
    if (typeof known === 'string') return fallBack(known)
    const again = kind.startsWith('http') ? DECODED_AGAIN : []
    const ready = expiresAt === null ? readyFor(known, arn.stage, again) : null
    if (ready && (evaluate(ready, resource) === 'allow') === isAllowed) {
      return { document: ready.document, scope: 'api' }
    }
    for (const variant of variantsOf(known, again)) {
      const said = agreeWith(variant, resource, isAllowed)
      if (said === null) return fallBack('unusual_request')
      const document = write(said)
      if (isWithinLimits(document)) return { document, scope: 'api' }
    }
    return fallBack('too_large')
  }
}

/** A document for whatever is asked, written once; null: none is within the limits. */
type Ready = (Said & { readonly document: PolicyDocument }) | null

function createReadyDocuments() {
  const written = new WeakMap<Statements, Map<string, Ready>>()
  return (known: Statements, stage: string, again: readonly string[]): Ready => {
    const documents = written.get(known) ?? new Map<string, Ready>()
    written.set(known, documents)
    const key = `${again.length} ${stage}`
    const found = documents.get(key)
    if (found !== undefined) return found
    const ready = writeReady(known, stage, again)
    documents.set(key, ready)
    return ready
  }
}

function writeReady(known: Statements, stage: string, again: readonly string[]): Ready {
  for (const said of variantsOf(known, again)) {
    const document = writeDocument(said, stage, null)
    if (isWithinLimits(document)) return { ...said, document }
  }
  return null
}

/** Of one meaning, the most telling first: the next is for where there is no room. */
function variantsOf(
  { allow, allowMore, deny, denyMore }: Statements,
  again: readonly string[],
): readonly Said[] {
  // Where nothing is wild nothing is denied, but a value of the token's own may hold a `%`.
  const isEscaped = allow.some((resource) => resource.includes('%25'))
  const complete = (list: readonly string[]) =>
    list.length > 0 || isEscaped ? [...list, ...again] : list
  const usual = [
    { allow, deny: complete(denyMore) },
    { allow, deny: complete(deny) },
  ]
  return allowMore === allow ? usual : [{ allow: allowMore, deny: complete(denyMore) }, ...usual]
}

/**
 * Statements that give the present request its own verdict, whatever they say of the rest: its path
 * may be spelled unusually, or no pattern may match it while a neighbour's `?*` does. null: they cannot.
 */
function agreeWith({ allow, deny }: Said, resource: string, isAllowed: boolean): Said | null {
  const said = evaluate({ allow, deny }, resource)
  if (isAllowed ? said === 'allow' : said !== 'allow') return { allow, deny }
  if (said === 'deny' || WILDCARD.test(resource)) return null
  return isAllowed ? { allow: [...allow, resource], deny } : { allow, deny: [...deny, resource] }
}

type Said = Pick<Statements, 'allow' | 'deny'>

const NOTHING: Said = { allow: [], deny: [] }

/** What an HTTP API may decode a second time: a fresh call looks at each reading, see `event.ts`. */
const DECODED_AGAIN = ['*%25*', '*%3f*', '*%3F*']

/** Echoed into a resource, a `*` of the caller's would allow whatever it likes (§9.7). */
const WILDCARD = /[*?]|\$\{/

type StatementSource = (given: Inspection) => Statements | Conflict

/** A token that was seen before is not looked at again, nor are the grants of another one. */
function createStatementSource(engine: Engine): StatementSource {
  const { rules, ruleOf, otherwise, isTimely } = createRuleBook(engine.rules)
  const compile = createCompiler(engine.rules, ruleOf)
  const byGrants = new Map<string, Statements | Conflict>()
  const byToken = new WeakMap<object, Statements | Conflict>()

  function look(given: Inspection): Statements | Conflict {
    const grants = rules.map((rule) => grantTo(engine, rule, given))
    const key = grants
      .map((grant) => (typeof grant === 'string' ? KEYS[grant] : JSON.stringify(grant)))
      .join('')
    const known = byGrants.get(key)
    if (known !== undefined) return known
    const statements = compile(grants, grants[otherwise] === 'all')
    if (byGrants.size >= REMEMBERED) byGrants.clear()
    byGrants.set(key, statements)
    return statements
  }

  return (given) => {
    const { trusted } = given
    // An age goes by, so what depends on it is looked at each time.
    if (!trusted || isTimely) return look(given)
    const statements = byToken.get(trusted) ?? look(given)
    byToken.set(trusted, statements)
    return statements
  }
}

const KEYS = { all: '1', none: '0' } as const
