import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PATIENCE_MS } from '../../support/patience.ts'
import {
  configOf,
  type Fault,
  type Instance,
  type InstanceOptions,
  type KeyDoor,
  type SharedTier,
} from './key-door.ts'
import { startUpstream } from './upstream.ts'
import { sendOverWire } from './wire.ts'
import { startWorkers, type RunningWorkers, type WorkerOptions } from './workers.ts'

interface Persisted {
  readonly folder: string
  fault?: Fault
}

const persisted = new WeakMap<SharedTier, Persisted>()

/** The built Worker, whose clock can be moved; its KV namespace survives in a folder. */
export const workerKeys: KeyDoor = {
  name: 'Worker',
  renewsBehind: true,
  outage: 503,
  async createTier() {
    const state: Persisted = { folder: await mkdtemp(join(tmpdir(), 'edge-authorizer-')) }
    const tier: SharedTier = {
      name: 'kv',
      break: (fault) => void (state.fault = fault),
      close: () => rm(state.folder, { recursive: true, force: true }),
    }
    persisted.set(tier, state)
    return tier
  },
  start: startGuard,
}

const KV = { AUTH_KV: 'keys' }

async function startGuard(options: InstanceOptions): Promise<Instance> {
  const { folder, fault } = (options.tier && persisted.get(options.tier)) ?? {}
  const upstream = await startUpstream()
  const variables = { AUTHORIZER_CONFIG: configOf(options), UPSTREAM_URL: upstream.origin }
  const store = { AUTH_KV: { worker: 'store', entrypoint: 'Store' } }
  const workers = await startWorkers(
    {
      guard: {
        variables,
        hasMovableClock: true,
        ...(fault && { services: store }),
        ...(folder && !fault && { kv: KV }),
      },
      reader: { code: READER, ...(folder && { kv: KV }) },
      ...(fault && { store: describeStore(fault) }),
    },
    folder,
  )
  // The Cache API is a tier as well, by host name: with another one only KV is left.
  const host = `${randomName()}.example.com`
  return {
    async ask(token) {
      const headers = [['Authorization', `Bearer ${token}`]] as const
      const { status } = await sendOverWire(workers.portOf('guard'), { headers }, host)
      const { decision } = await workers.log.takeDecision()
      return { verdict: decision.code ?? 'allow', tier: decision.keyTier, answer: status }
    },
    async advance(seconds) {
      const headers = [['x-move-clock', String(seconds * 1000)]] as const
      const { status } = await sendOverWire(workers.portOf('guard'), { headers }, host)
      if (status !== 204) throw new Error(`the clock does not move: ${status}`)
    },
    async close() {
      if (folder !== undefined && !fault) await settle(workers)
      await Promise.all([workers.close(), upstream.close()])
    },
  }
}

let last = 0
const randomName = () => `instance-${(last += 1)}`

const READER = `export default {
  async fetch(request, { AUTH_KV }) {
    return Response.json((await AUTH_KV.list()).keys)
  },
}`

/** KV is written behind the answer. */
async function settle(workers: RunningWorkers): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    const { body } = await sendOverWire(workers.portOf('reader'), {})
    if (body !== '[]') return
    await sleep(10)
  }
  throw new Error('nothing was written to KV')
}

/** Has the methods of a KV namespace, and none of its virtues. */
const describeStore = (fault: Fault): WorkerOptions => ({
  variables: {
    FAULT: typeof fault === 'string' ? fault : '',
    TEXT: typeof fault === 'string' ? '' : fault.text,
  },
  code: `import { WorkerEntrypoint } from 'cloudflare:workers'
    export class Store extends WorkerEntrypoint {
      async get() {
        const { FAULT, TEXT } = this.env
        if (FAULT === 'throws') throw new Error('KV is broken')
        if (FAULT === 'hangs') await scheduler.wait(60_000)
        return TEXT
      }
      async put() {
        return this.get()
      }
    }
    export default { fetch: () => new Response(null, { status: 404 }) }`,
})
