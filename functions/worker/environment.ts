/** What a Worker finds in its environment: bindings, variables, secrets. */
import { ConfigError } from '../../shared/config/fault.ts'
import type { Environment } from '../../shared/ports.ts'

export interface WorkerEnv extends Environment {
  /** Shared key tier. Optional. */
  readonly AUTH_KV?: KVNamespace
  /** The upstream as a service binding; wins over the URL. */
  readonly UPSTREAM?: Fetcher
  /** Origin to forward to. With neither, the Worker forwards to its own route's origin. */
  readonly UPSTREAM_URL?: string
}

/** Where allowed requests go. */
export interface Upstream {
  readonly origin: string | null
  readonly fetch: (request: Request, changes: RequestInit) => Promise<Response>
}

export function readUpstream({ UPSTREAM, UPSTREAM_URL }: WorkerEnv): Upstream {
  if (UPSTREAM) return { origin: null, fetch: (...sent) => UPSTREAM.fetch(...sent) }
  return { origin: UPSTREAM_URL ? readOrigin(UPSTREAM_URL) : null, fetch: sendOut }
}

const sendOut: Upstream['fetch'] = (...sent) => fetch(...sent)

function readOrigin(text: string): string {
  const [, origin] = /^(https?:\/\/[^/?#]+)\/?$/.exec(text) ?? []
  if (origin && URL.canParse(origin)) return origin
  const message = 'must be an origin, for example https://origin.example.com'
  throw new ConfigError([{ code: 'config_invalid', path: 'UPSTREAM_URL', message }])
}
