/** The Worker without its guard: everything that came is forwarded, by the same code. */
import { readUpstream } from '../../functions/worker/environment.ts'
import type { WorkerEnv } from '../../functions/worker/environment.ts'
import { forwardRequest } from '../../functions/worker/forward.ts'

export default {
  fetch: (request: Request, env: WorkerEnv) =>
    forwardRequest(request, null, readUpstream(env), { issuers: [] }),
}
