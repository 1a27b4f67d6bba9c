/** What one writes with jose alone: a key set at hand, verify, forward. */
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JSONWebKeySet } from 'jose'

interface Env {
  readonly KEYS: JSONWebKeySet
  readonly OPTIONS: { readonly issuer: string; readonly audience: string }
  readonly UPSTREAM: { fetch(request: Request): Promise<Response> }
}

let keys: ReturnType<typeof createLocalJWKSet> | undefined

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    keys ??= createLocalJWKSet(env.KEYS)
    const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
    try {
      await jwtVerify(token, keys, env.OPTIONS)
    } catch {
      return new Response(null, { status: 401 })
    }
    return env.UPSTREAM.fetch(request)
  },
}
