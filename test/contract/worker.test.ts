import { buildSync } from 'esbuild'
import type { Store } from '../../shared/ports.ts'
import { startWorkers } from '../doors/support/workers.ts'
import { runStore, type StoreRig } from './store.ts'

/** In workerd, with its own KV and Cache API: a store as it ships, and doors to it. */
const CODE = `
  import { cacheStore, kvStore } from './functions/worker/stores.ts'
  const fail = async () => { throw new Error('KV PUT failed: 429 Too Many Requests') }
  const namespace = { get: fail, put: fail }
  const storage = { open: async () => ({ match: fail, put: fail }) }
  const stores = {
    kv: ({ KV }) => kvStore(KV),
    cache: (_, origin) => cacheStore(caches, () => origin),
    badKv: () => kvStore(namespace),
    badCache: (_, origin) => cacheStore(storage, () => origin),
    closedCache: (_, origin) => cacheStore({ open: fail }, () => origin),
  }
  export default {
    async fetch(request, env) {
      const { name, call, parameters } = await request.json()
      const store = stores[name](env, new URL(request.url).origin)
      try {
        return Response.json({ value: (await store[call](...parameters)) ?? null })
      } catch (error) {
        return Response.json({ error: String(error) })
      }
    },
  }`

function bundle(): string {
  const { outputFiles } = buildSync({
    stdin: { contents: CODE, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

function reach(port: number, name: string): Store {
  async function call(method: string, ...parameters: unknown[]): Promise<string | null> {
    const body = JSON.stringify({ name, call: method, parameters })
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })
    const { value, error } = (await answer.json()) as { value?: string | null; error?: string }
    if (error !== undefined) throw new Error(error)
    return value ?? null
  }
  return {
    name,
    get: (key, now) => call('get', key, now),
    put: async (key, value, lifetime) => void (await call('put', key, value, lifetime)),
  }
}

const start =
  (name: string, ...broken: readonly string[]) =>
  async (): Promise<StoreRig> => {
    const workers = await startWorkers({ store: { code: bundle(), kv: { KV: 'keys' } } })
    const port = workers.portOf('store')
    return {
      store: reach(port, name),
      broken: Object.fromEntries(broken.map((bad) => [bad, reach(port, bad)])),
      close: workers.close,
    }
  }

runStore('KV, in workerd', start('kv', 'badKv'))
runStore('Cache API, in workerd', start('cache', 'badCache', 'closedCache'))
