import type { Adapter, AdapterPayload } from 'oidc-provider'

/**
 * Everything the issuer remembers, in one Map that outlives a rotation: each Provider instance gets its adapters from
 * here. Expired entries are left in place, since oidc-provider judges `exp` itself and the process is short-lived.
 */
export function createStore(): (model: string) => Adapter {
  const entries = new Map<string, AdapterPayload>()
  return (model) => createAdapter(entries, `${model}:`)
}

function createAdapter(entries: Map<string, AdapterPayload>, prefix: string): Adapter {
  const findBy = (member: 'uid' | 'userCode', value: string) =>
    [...entries].find(([key, payload]) => key.startsWith(prefix) && payload[member] === value)?.[1]
  return {
    async upsert(id, payload) {
      entries.set(prefix + id, payload)
    },
    find: async (id) => entries.get(prefix + id),
    findByUid: async (uid) => findBy('uid', uid),
    findByUserCode: async (userCode) => findBy('userCode', userCode),
    async consume(id) {
      const payload = entries.get(prefix + id)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      entries.delete(prefix + id)
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of entries) if (payload.grantId === grantId) entries.delete(key)
    },
  }
}
