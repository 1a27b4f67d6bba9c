/** From what an event asks to what API Gateway is answered: a policy, a yes or no, or a throw. */
import type { Engine } from '../../shared/authorize.ts'
import type { AuthorizerEvent } from '../../shared/observe.ts'
import type { AuthorizerCall } from './event.ts'
import { inspect } from './inspect.ts'
import { coversApi } from './policy/source.ts'
import type { PolicySource } from './policy/source.ts'
import { errorOf, isSimple, respondPolicy, respondSimple, unauthorized } from './respond.ts'
import type { AuthorizerAnswer } from './respond.ts'

export async function answerCall(
  engine: Engine,
  policySource: PolicySource,
  call: AuthorizerCall,
  observe: (event: AuthorizerEvent) => void,
): Promise<AuthorizerAnswer> {
  const takesSimple = isSimple(call, engine.config)
  // A WebSocket API asks about `$connect` alone.
  const coversAll = !takesSimple && call.kind !== 'websocket' && coversApi(engine.config)
  const inspection = await inspect(engine, call.requests, coversAll)
  const { event } = inspection
  const error = errorOf(inspection)
  if (error !== null || takesSimple) {
    observe(event)
    if (error !== null) throw error
    return respondSimple(inspection)
  }
  const policy = policySource(inspection, call)
  if (policy === null) {
    observe({ ...event, outcome: 'deny', status: 400, code: 'path_ambiguous' })
    throw unauthorized()
  }
  const { scope, reason } = policy
  observe({ ...event, policy: scope, ...(reason && { policyReason: reason }) })
  return respondPolicy(inspection, policy, engine.config.apiGateway?.usageIdentifierClaim)
}
