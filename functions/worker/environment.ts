/** What a Worker finds in its environment: bindings, variables, secrets. */
import type { ConfigFault } from '../../shared/config/fault.ts'
import type { Environment } from '../../shared/ports.ts'

export interface WorkerEnv extends Environment {
  /** Shared tier for keys and verdicts. Optional. */
  readonly AUTH_KV?: KVNamespace
  /** The upstream as a service binding; wins over the URL. */
  readonly UPSTREAM?: Fetcher
  /** Origin to forward to. With neither, the Worker forwards to its own route's origin. */
  readonly UPSTREAM_URL?: string
}

/** Where allowed requests go. */
export interface Upstream {
  readonly origin: string | null
  readonly fetch: (request: Request) => Promise<Response>
}

/** Faults of `UPSTREAM_URL`, to be reported with those of the configuration. */
export function checkUpstream({ UPSTREAM, UPSTREAM_URL }: WorkerEnv): readonly ConfigFault[] {
  const code = 'config_invalid'
  if (typeof UPSTREAM === 'string' && UPSTREAM !== '') {
    return [{ code, path: 'UPSTREAM', message: 'must be a binding; for a URL use UPSTREAM_URL' }]
  }
  if (UPSTREAM || !UPSTREAM_URL || readOrigin(UPSTREAM_URL)) return []
  const message = 'must be an origin, for example https://origin.example.com'
  return [{ code, path: 'UPSTREAM_URL', message }]
}

/** Of an environment that has been checked. */
export function readUpstream({ UPSTREAM, UPSTREAM_URL }: WorkerEnv): Upstream {
  if (UPSTREAM) return { origin: null, fetch: (request) => UPSTREAM.fetch(request) }
  return { origin: UPSTREAM_URL ? readOrigin(UPSTREAM_URL) : null, fetch: sendOut }
}

const sendOut: Upstream['fetch'] = (request) => fetch(request)

function readOrigin(text: string): string | null {
  const [, origin] = /^(https?:\/\/[^/?#@\s\\]+)\/?$/.exec(text) ?? []
  return origin && URL.canParse(origin) ? origin : null
}
