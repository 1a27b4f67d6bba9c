import { readAnswer, type Answer, type Context } from './answer.ts'
import type { Api, Authorizer, LambdaFunction } from './api.ts'
import { cacheKey, type AnswerCache } from './cache.ts'
import type { Call } from './call.ts'
import { authorizerEvent } from './event.ts'
import { evaluatePolicy } from './iam.ts'
import { presentValues, readIdentity } from './identity-source.ts'
import { invokeFunction, type Fault } from './invoke.ts'
import type { Refusal } from './refusal.ts'
import { err, ok, type Result } from './result.ts'

/** How the verdict came about. */
export type AuthorizerUse =
  'open-route' | 'identity-missing' | 'identity-invalid' | 'invoked' | 'cached'

/** What the integration is told. `principalId` is missing after a simple response. */
export interface Grant {
  readonly principalId?: string
  readonly context: Context
  readonly latencyMs: number
}

export interface Authorization {
  /** Null on an open route: then the integration's event names no authorizer. */
  readonly verdict: Result<Grant | null, Refusal>
  readonly use: AuthorizerUse
  readonly unknownConditions: readonly string[]
}

export interface Guard {
  readonly handler: LambdaFunction
  readonly cache: AnswerCache
  readonly now: () => number
  readonly timeoutMs: number
}

const refuse = (use: AuthorizerUse, refusal: Refusal): Authorization => ({
  verdict: err(refusal),
  use,
  unknownConditions: [],
})

/**
 * Whether a missing identity source is a 401 without an invocation: REST TOKEN always, REST REQUEST
 * while results are cached (AG-CFG), HTTP and WebSocket whenever sources are configured (AG-HTTP,
 * AG-WS).
 */
const needsIdentity = (api: Api, authorizer: Authorizer): boolean =>
  api.kind !== 'rest-request' || authorizer.resultTtlSeconds > 0

/**
 * AG-CALL for REST: exactly `Unauthorized` is a 401. UNVERIFIED: which of the two 500 types stands
 * for which fault; a thrown error was seen as AUTHORIZER_CONFIGURATION_ERROR (serverless/serverless
 * issue 829), so a product has to configure both.
 */
const refusalOf = (api: Api, fault: Fault): Refusal => {
  if (fault.kind === 'timeout') return { type: 'AUTHORIZER_FAILURE', cause: fault.cause }
  const unauthorized =
    fault.message === 'Unauthorized' &&
    (api.family !== 'http' || api.thrownUnauthorizedStatus === 401)
  const type = unauthorized ? 'UNAUTHORIZED' : 'AUTHORIZER_CONFIGURATION_ERROR'
  return { type, cause: fault.cause }
}

const askHandler = async (
  call: Call,
  values: readonly string[],
  guard: Guard,
): Promise<Result<Answer, Refusal>> => {
  const event = authorizerEvent(call, values)
  const result = await invokeFunction(guard.handler, event, guard.timeoutMs)
  if (!result.ok) return err(refusalOf(call.api, result.error))
  const answer = readAnswer(call.api, result.value)
  return answer.ok ? answer : err({ type: 'AUTHORIZER_CONFIGURATION_ERROR', cause: answer.error })
}

/** A cached policy is read anew for every request; a cached yes or no is not (AG-HTTP). */
const judge = (
  call: Call,
  answer: Answer,
  nowMs: number,
): Pick<Authorization, 'unknownConditions'> & { readonly refusal?: Refusal } => {
  const { context } = answer
  if (answer.form === 'simple') {
    const refusal: Refusal = { type: 'ACCESS_DENIED', context }
    return answer.isAuthorized ? { unknownConditions: [] } : { unknownConditions: [], refusal }
  }
  const facts = { nowMs, sourceIp: call.request.sourceIp }
  const { effect, unknownConditions } = evaluatePolicy(answer.policy, call.arn, facts)
  if (effect === 'allow') return { unknownConditions }
  const explicitDeny = effect === 'explicit-deny'
  return { unknownConditions, refusal: { type: 'ACCESS_DENIED', explicitDeny, context } }
}

/** AG-CFG: the answer is what is stored, a Deny too; a failed invocation leaves none (UNVERIFIED). */
const recall = async (
  call: Call,
  values: readonly string[],
  guard: Guard & { readonly ttlSeconds: number },
): Promise<{ readonly use: AuthorizerUse; readonly answer: Result<Answer, Refusal> }> => {
  const key = guard.ttlSeconds > 0 ? cacheKey(values) : null
  const cached = key === null ? undefined : guard.cache.get(key)
  if (cached) return { use: 'cached', answer: ok(cached) }
  const answer = await askHandler(call, values, guard)
  if (answer.ok && key !== null) guard.cache.put(key, answer.value)
  return { use: 'invoked', answer }
}

/** One request before its authorizer: identity sources, then cache, then function, then verdict. */
export const authorize = async (call: Call, guard: Guard): Promise<Authorization> => {
  const { authorizer } = call.api
  if (!authorizer || !call.route.guarded) {
    return { verdict: ok(null), use: 'open-route', unknownConditions: [] }
  }
  const found = readIdentity(call, authorizer.identitySources)
  const values = presentValues(found)
  if (!values && needsIdentity(call.api, authorizer)) {
    return refuse('identity-missing', { type: 'UNAUTHORIZED' })
  }
  if (authorizer.identityValidation?.test(values?.[0] ?? '') === false) {
    return refuse('identity-invalid', { type: 'UNAUTHORIZED' })
  }
  const startedMs = guard.now()
  const { resultTtlSeconds: ttlSeconds } = authorizer
  const { use, answer } = await recall(call, values ?? [], { ...guard, ttlSeconds })
  if (!answer.ok) return refuse(use, answer.error)
  const nowMs = guard.now()
  const { refusal, unknownConditions } = judge(call, answer.value, nowMs)
  const { context } = answer.value
  const principal = answer.value.form === 'policy' ? { principalId: answer.value.principalId } : {}
  const grant: Grant = { ...principal, context, latencyMs: nowMs - startedMs }
  return { verdict: refusal ? err(refusal) : ok(grant), use, unknownConditions }
}
