/** The Lambda function: event in, policy or throw out. */
import { createEngine } from '../../shared/authorize.ts'
import type { Engine } from '../../shared/authorize.ts'
import type { Config } from '../../shared/config/types.ts'
import { TOKEN_BYTES_LAMBDA } from '../../shared/limits.ts'
import type { AuthorizerEvent as Event } from '../../shared/observe.ts'
import type { Environment, Store } from '../../shared/ports.ts'
import { createLog } from '../../shared/wire/log.ts'
import { readEvent } from './event.ts'
import type { AuthorizerCall, AuthorizerEvent } from './event.ts'
import { nodeHttp } from './http.ts'
import { inspect } from './inspect.ts'
import { createPolicySource } from './policy/source.ts'
import type { PolicySource } from './policy/source.ts'
import { errorOf, isSimple, respondPolicy, respondSimple, unauthorized } from './respond.ts'
import type { AuthorizerAnswer } from './respond.ts'
import { tableStore } from './stores.ts'

export type Handler = (event: AuthorizerEvent) => Promise<AuthorizerAnswer>

/** Throws a `ConfigError` with every fault; a Lambda function then fails at load. */
export function createHandler(compiled: Config, environment: Environment): Handler {
  const observe = (event: Event) => log(event)
  const engine = createEngine(compiled, {
    environment,
    http: nodeHttp,
    stores: readStores(environment),
    observe,
    maxTokenBytes: TOKEN_BYTES_LAMBDA,
  })
  const log = createLog(engine.config.log ?? 'denied', 'lambda', (line) => console.log(line))
  const policySource = createPolicySource(engine)
  return async (event) => answer(engine, policySource, readEvent(event), observe)
}

async function answer(
  engine: Engine,
  policySource: PolicySource,
  call: AuthorizerCall,
  observe: (event: Event) => void,
): Promise<AuthorizerAnswer> {
  const isAnswerSimple = isSimple(call, engine.config)
  const inspection = await inspect(
    engine,
    call.requests,
    !isAnswerSimple && coversApi(call, engine.config),
  )
  const { event } = inspection
  const error = errorOf(inspection)
  if (error !== null || isAnswerSimple) {
    observe(event)
    if (error !== null) throw error
    return respondSimple(inspection)
  }
  const policy = policySource(inspection, call.arn)
  if (policy === null) {
    observe({ ...event, outcome: 'deny', status: 400, code: 'path_ambiguous' })
    throw unauthorized()
  }
  observe({ ...event, policy: policy.scope })
  return respondPolicy(inspection, policy, engine.config.apiGateway?.usageIdentifierClaim)
}

/** A WebSocket API asks about `$connect` alone. */
const coversApi = ({ kind }: AuthorizerCall, { apiGateway }: Config): boolean =>
  kind !== 'websocket' && apiGateway?.policy !== 'request'

function readStores(environment: Environment): readonly Store[] {
  const text = (name: string): string => String(environment[name] ?? '')
  if (text('CACHE_TABLE') === '') return []
  const store = tableStore({
    table: text('CACHE_TABLE'),
    region: text('AWS_REGION') || text('AWS_DEFAULT_REGION') || 'us-east-1',
    endpoint: text('AWS_ENDPOINT_URL_DYNAMODB') || null,
    credentials: () => ({
      accessKeyId: text('AWS_ACCESS_KEY_ID'),
      secretAccessKey: text('AWS_SECRET_ACCESS_KEY'),
      ...(text('AWS_SESSION_TOKEN') !== '' && { sessionToken: text('AWS_SESSION_TOKEN') }),
    }),
    http: nodeHttp,
  })
  return [store]
}
