/** The Lambda function: event in, policy or throw out. */
import { createEngine } from '../../shared/authorize.ts'
import type { Config } from '../../shared/config/types.ts'
import { TOKEN_BYTES_LAMBDA } from '../../shared/limits.ts'
import type { AuthorizerEvent } from '../../shared/observe.ts'
import type { Environment, Store } from '../../shared/ports.ts'
import { createLog } from '../../shared/wire/log.ts'
import { answerCall } from './answer.ts'
import { readEvent } from './event.ts'
import type { GatewayEvent } from './event.ts'
import { nodeHttp } from './http.ts'
import { createPolicySource } from './policy/source.ts'
import { preload } from './preload.ts'
import type { AuthorizerAnswer } from './respond.ts'
import { tableStore } from './stores.ts'

export type Handler = (event: GatewayEvent) => Promise<AuthorizerAnswer>

/**
 * Throws a `ConfigError` with every fault; a Lambda function then fails at load. Of the environment,
 * beside what the configuration names: `CACHE_TABLE`, `AWS_ENDPOINT_URL_DYNAMODB`, AWS's own variables.
 */
export function createHandler(compiled: Config, environment: Environment): Handler {
  const observe = (event: AuthorizerEvent) => log(event)
  const engine = createEngine(compiled, {
    environment,
    http: nodeHttp,
    stores: readStores(environment),
    observe,
    freezes: true,
    maxTokenBytes: TOKEN_BYTES_LAMBDA,
  })
  preload(engine.config.issuers)
  const log = createLog(engine.config.log ?? 'denied', 'lambda', (line) => console.log(line))
  const policySource = createPolicySource(engine)
  return async (event) => answerCall(engine, policySource, readEvent(event), observe)
}

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
