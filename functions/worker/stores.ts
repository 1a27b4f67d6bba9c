/** The shared tiers of a Worker: the Cache API of its location, and KV. */
import type { Store } from '../../shared/ports.ts'

/** Below these, KV throws. */
const KV_CACHE_TTL_SECONDS = 30
const KV_EXPIRATION_TTL_SECONDS = 60

/**
 * Workers KV: eventually consistent, so a read may be a minute old and a miss may be remembered.
 * A record carries its own times; KV's expiry only collects garbage.
 */
export const kvStore = (namespace: KVNamespace): Store => ({
  name: 'kv',
  get: (key) => namespace.get(key, { type: 'text', cacheTtl: KV_CACHE_TTL_SECONDS }),
  put: (key, value, { ttlSeconds }) =>
    namespace.put(key, value, {
      expirationTtl: Math.max(ttlSeconds, KV_EXPIRATION_TTL_SECONDS),
    }),
})

/** Not the default cache: what `fetch` stores there, an upstream's answers among it, could pass for keys. */
const CACHE_NAME = 'edge-authorizer'

/** `origin`: the Worker's own; under a foreign host name each look-up costs a DNS query. */
export const cacheStore = (storage: CacheStorage, origin: () => string): Store => {
  const urlOf = (key: string) => `${origin()}/.edge-authorizer/${encodeURIComponent(key)}`
  return {
    name: 'cache',
    async get(key) {
      const cache = await storage.open(CACHE_NAME)
      const found = await cache.match(urlOf(key))
      return found ? found.text() : null
    },
    async put(key, value, { ttlSeconds }) {
      if (ttlSeconds <= 0) return
      const cache = await storage.open(CACHE_NAME)
      const headers = { 'cache-control': `max-age=${ttlSeconds}` }
      await cache.put(urlOf(key), new Response(value, { headers }))
    },
  }
}
