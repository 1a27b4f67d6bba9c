/** jose, and then what the guard forwards with: clean headers, the identity in them, a private answer. */
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JSONWebKeySet, JWTPayload } from 'jose'
import { readUpstream } from '../../functions/worker/environment.ts'
import type { WorkerEnv } from '../../functions/worker/environment.ts'
import { forwardRequest } from '../../functions/worker/forward.ts'
import type { Identity } from '../../shared/types.ts'

interface Env extends WorkerEnv {
  readonly KEYS: JSONWebKeySet
  readonly OPTIONS: { readonly issuer: string; readonly audience: string }
}

let keys: ReturnType<typeof createLocalJWKSet> | undefined

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    keys ??= createLocalJWKSet(env.KEYS)
    const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
    try {
      const { payload } = await jwtVerify(token, keys, env.OPTIONS)
      return await forwardRequest(request, identify(payload), readUpstream(env), { issuers: [] })
    } catch {
      return new Response(null, { status: 401 })
    }
  },
}

const identify = (claims: JWTPayload): Identity => ({
  subject: `${claims.sub}`,
  issuer: `${claims.iss}`,
  audience: [claims.aud ?? []].flat(),
  clientId: `${claims['azp']}`,
  scopes: `${claims['scope']}`.split(' '),
  permissions: claims['permissions'] as readonly string[],
  issuedAt: Number(claims.iat),
  expiresAt: Number(claims.exp),
  tokenKind: 'jwt',
  claims,
})
