/** The deployed Worker: `fetch` guards the upstream, `Authorizer` answers other Workers by RPC. */
import { WorkerEntrypoint, env } from 'cloudflare:workers'
import config from '../../authorizer.config.ts'
import type { Decision } from '../../shared/types.ts'
import { createGuard } from './guard.ts'

const guard = createGuard(config, { ...env })

export class Authorizer extends WorkerEntrypoint {
  authorize(request: Request): Promise<Decision> {
    return guard.authorize(request, this.ctx)
  }
}

export default { fetch: guard.fetch } satisfies ExportedHandler
