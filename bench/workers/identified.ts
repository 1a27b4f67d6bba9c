/** The Worker without its guard, forwarding as it does behind it: an identity in headers, a private answer. */
import { readUpstream } from '../../functions/worker/environment.ts'
import type { WorkerEnv } from '../../functions/worker/environment.ts'
import { forwardRequest } from '../../functions/worker/forward.ts'
import type { Identity } from '../../shared/types.ts'

const IDENTITY: Identity = {
  subject: 'auth0|000000000000000000000001',
  issuer: 'https://tenant.example.com/',
  audience: [],
  clientId: 'ZmFrZS1jbGllbnQtaWQtZm9yLXRoZS1iZW5j',
  scopes: ['openid', 'profile', 'email', 'read:patients', 'write:patients', 'read:appointments'],
  permissions: ['read:patients', 'write:patients', 'read:appointments', 'write:appointments'],
  issuedAt: 1_700_000_000,
  expiresAt: 1_700_003_600,
  tokenKind: 'jwt',
  claims: {},
}

export default {
  fetch: (request: Request, env: WorkerEnv) =>
    forwardRequest(request, IDENTITY, readUpstream(env), { issuers: [] }),
}
