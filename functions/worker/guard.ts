/** The Worker: judge, then forward or refuse. Anything that goes wrong in between refuses too. */
import { createAuthorizer } from '../../shared/authorize.ts'
import type { Authorizer } from '../../shared/authorize.ts'
import { ConfigError } from '../../shared/config/fault.ts'
import type { Config } from '../../shared/config/types.ts'
import type { RequestContext } from '../../shared/ports.ts'
import type { Decision } from '../../shared/types.ts'
import { createLog } from '../../shared/wire/log.ts'
import { checkUpstream, readUpstream } from './environment.ts'
import type { Upstream, WorkerEnv } from './environment.ts'
import { forwardRequest } from './forward.ts'
import { respondProblem, respondRefusal } from './respond.ts'
import { cacheStore, kvStore } from './stores.ts'

export interface Guard {
  /** Forwards what is allowed, answers the rest. `env` is not read: the one given to `createGuard` counts. */
  fetch(request: Request, env: unknown, context: RequestContext): Promise<Response>
  /** The decision alone, for a Worker that asks through a service binding. */
  authorize(request: Request, context: RequestContext): Promise<Decision>
}

const CONFIG_INVALID = 'config_invalid'

/** Reads configuration and environment once. Wrong ones are logged, and then every request is refused. */
export function createGuard(config: Config, env: WorkerEnv): Guard {
  const faults = [...checkUpstream(env)]
  try {
    const guard = createSoundGuard(config, env)
    if (faults.length === 0) return guard
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    faults.unshift(...error.faults)
  }
  console.error(new ConfigError(faults).message)
  return {
    fetch: async (request) => respondProblem(request, { status: 500, code: CONFIG_INVALID }),
    authorize: () => Promise.reject(new Error(CONFIG_INVALID)),
  }
}

function createSoundGuard(compiled: Config, env: WorkerEnv): Guard {
  let origin = ''
  const cache = cacheStore(caches, () => origin)
  const authorizer = createAuthorizer(compiled, {
    environment: env,
    stores: env.AUTH_KV ? [cache, kvStore(env.AUTH_KV)] : [cache],
    observe: (event) => log(event),
    sharesPromises: false,
  })
  const upstream = readUpstream(env)
  const log = createLog(authorizer.config.log ?? 'denied', 'worker', (line) => console.log(line))
  // Not by `URL.parse`, which Node 20 lacks.
  const learnOrigin = ({ url }: Request) => {
    if (!origin && URL.canParse(url)) origin = new URL(url).origin
  }
  return {
    async fetch(request, _env, context) {
      learnOrigin(request)
      return guardRequest(request, authorizer, upstream, context)
    },
    authorize(request, context) {
      learnOrigin(request)
      return authorizer.authorize(request, context)
    },
  }
}

async function guardRequest(
  request: Request,
  authorizer: Authorizer,
  upstream: Upstream,
  context: RequestContext,
): Promise<Response> {
  let decision: Decision
  try {
    decision = await authorizer.authorize(request, context)
  } catch (error) {
    return fail(request, 500, 'internal_error', error)
  }
  const { config } = authorizer
  if (decision.outcome !== 'allow') return respondRefusal(request, decision, config.hints)
  try {
    return await forwardRequest(request, decision.identity, upstream, config)
  } catch (error) {
    return fail(request, 502, 'upstream_unreachable', error)
  }
}

/** For the operator, without what the runtime may quote of the request: its URL may hold a token. */
function fail(request: Request, status: number, code: string, thrown: unknown): Response {
  const error = String(thrown).replace(/https?:.*/s, '…')
  console.error(JSON.stringify({ event: 'failure', code, error }))
  return respondProblem(request, { status, code })
}
