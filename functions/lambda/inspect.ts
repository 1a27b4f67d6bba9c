/**
 * A decision with what API Gateway's cache makes of it: the answer is kept for the token's other
 * requests, so a token that came along is looked at even where the route asks for none.
 */
import { judge, readToken } from '../../shared/authorize.ts'
import type { Engine, Judgement, ReadToken } from '../../shared/authorize.ts'
import { decide, describeDecision } from '../../shared/decision.ts'
import { enrich } from '../../shared/enrichment.ts'
import type { DecisionEvent } from '../../shared/observe.ts'
import type { VerifiedToken } from '../../shared/token/verdict.ts'
import type { AuthRequest, Decision } from '../../shared/types.ts'

export interface Inspection {
  readonly decision: Decision
  /** Verified, in time and unbound, whether or not it may call this route. */
  readonly trusted: VerifiedToken | undefined
  /** When the decision was made, epoch seconds. */
  readonly now: number
  readonly event: DecisionEvent
}

/**
 * Of several readings of one request, the first that is not allowed speaks for all. `coversApi`: the
 * answer will be a policy for every route.
 */
export async function inspect(
  engine: Engine,
  [request, ...others]: readonly [AuthRequest, ...AuthRequest[]],
  coversApi: boolean,
): Promise<Inspection> {
  const inspection = await inspectOne(engine, request, coversApi)
  const [next, ...rest] = others
  return next && inspection.decision.outcome === 'allow'
    ? inspect(engine, [next, ...rest], coversApi)
    : inspection
}

async function inspectOne(
  engine: Engine,
  request: AuthRequest,
  coversApi: boolean,
): Promise<Inspection> {
  const startedAt = engine.clock()
  const now = startedAt / 1000
  // A policy for every route is made with what the strictest of them would be told.
  const context = coversApi ? { verdictSeconds: engine.verdictSeconds } : {}
  const judged = await judge(engine, request, now, context)
  // Kept for the token: a query of this request's own must not speak for it.
  const asked = coversApi ? { ...request, query: '' } : request
  const read = isSettledWithoutToken(judged)
    ? addToken(judged, await readToken(engine, asked, now, { context }), coversApi)
    : judged
  const judgement = coversApi ? await addUserinfo(engine, read, now) : read
  const decision = decide(engine, judgement)
  return {
    decision,
    trusted: judgement.isTrusted ? judgement.token : undefined,
    now,
    event: describeDecision(judgement, decision, engine.clock() - startedAt),
  }
}

const isSettledWithoutToken = ({ isPublic, refusal }: Judgement): boolean =>
  isPublic === true || (refusal?.outcome === 'deny' && refusal.code === 'no_matching_route')

/**
 * A bad token changes nothing; one that cannot be judged must not be remembered as refused: only an
 * answer for every route would do that.
 */
function addToken(
  judgement: Judgement,
  { refusal, ...read }: ReadToken,
  coversApi: boolean,
): Judgement {
  return coversApi && refusal?.outcome === 'unavailable'
    ? { ...judgement, refusal }
    : { ...judgement, ...read }
}

/**
 * A policy speaks of all routes, those that ask `/userinfo` among them: so it is asked whichever
 * route is called. While nobody answers for a route that requires it, no policy is written: it would
 * be a refusal to keep.
 */
async function addUserinfo(engine: Engine, judgement: Judgement, now: number): Promise<Judgement> {
  const { token, text, isTrusted, refusal } = judgement
  const { verdictSeconds: maxAgeSeconds } = engine
  const modes = engine.rules.routes.flatMap(({ rule }) =>
    rule === 'public' ? [] : (rule.userinfo ?? []),
  )
  if (modes.length === 0 || !token || !text || !isTrusted || refusal?.outcome === 'unavailable') {
    return judgement
  }
  const ask = (mode: 'optional' | 'required') =>
    enrich(engine, { text, token, mode, wanted: '', now, context: {}, maxAgeSeconds })
  const asked = await ask('required')
  if (!asked.refusal) return { ...judgement, token: asked.token }
  if (asked.refusal.outcome === 'unavailable') {
    return modes.includes('required') ? { ...judgement, refusal: asked.refusal } : judgement
  }
  // Where it is optional, a token that does not open it is none the worse: nobody is asked.
  const isRefusedByUserinfo = (await ask('optional')).refusal !== undefined
  return { ...judgement, token: { ...token, isRefusedByUserinfo } }
}
