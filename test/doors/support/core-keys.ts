import { createAuthorizer } from '../../../shared/index.ts'
import type { AuthorizerEvent, Store } from '../../../shared/index.ts'
import { isDecision } from './decision-log.ts'
import {
  configOf,
  type Fault,
  type Instance,
  type InstanceOptions,
  type KeyDoor,
  type SharedTier,
} from './key-door.ts'
import { statusOf } from './status.ts'

const stores = new WeakMap<SharedTier, Store>()

/** The function itself; its clock is ours. */
export const coreKeys: KeyDoor = {
  name: 'core',
  renewsBehind: true,
  outage: 503,
  async createTier() {
    const store = createMemoryStore()
    const tier = { name: store.name, break: store.break, close: async () => undefined }
    stores.set(tier, store)
    return tier
  },
  start: async (options) => startCore({ ...options, ...storesOf(options) }),
}

function storesOf({ tier }: InstanceOptions) {
  const store = tier && stores.get(tier)
  return { stores: store ? [store] : [] }
}

/** As on a Worker: requests share data and never await one another's promises. */
export const coreKeysApart: KeyDoor = {
  ...coreKeys,
  name: 'core, promises not shared',
  start: async (options) => startCore({ ...options, ...storesOf(options), sharesPromises: false }),
}

export interface MemoryStore extends Store {
  readonly texts: Map<string, string>
  break(fault: Fault): void
}

/** A store that works, until told not to. */
export function createMemoryStore(): MemoryStore {
  const texts = new Map<string, string>()
  let broken: Fault | undefined
  const fail = async () => {
    if (broken === 'throws') throw new Error('the store is broken')
    if (broken === 'hangs') await new Promise(() => undefined)
  }
  return {
    name: 'memory store',
    texts,
    break: (fault) => void (broken = fault),
    async get(key) {
      await fail()
      return typeof broken === 'object' ? broken.text : (texts.get(key) ?? null)
    },
    async put(key, value) {
      await fail()
      texts.set(key, value)
    },
  }
}

export interface CoreOptions extends InstanceOptions {
  readonly stores?: readonly Store[]
  readonly sharesPromises?: boolean
  /** Seconds that the clock is ahead. */
  readonly ahead?: number
  readonly observe?: (event: AuthorizerEvent) => void
}

export function startCore(options: CoreOptions): Instance {
  const { stores = [], sharesPromises = true, observe } = options
  let ahead = (options.ahead ?? 0) * 1000
  const events: AuthorizerEvent[] = []
  const authorizer = createAuthorizer(configOf(options), {
    clock: () => Date.now() + ahead,
    stores,
    sharesPromises,
    observe(event) {
      events.push(event)
      observe?.(event)
    },
  })
  return {
    async ask(token) {
      const headers = { authorization: `Bearer ${token}` }
      const decision = await authorizer.authorize({ method: 'GET', path: '/', headers })
      const event = events.findLast(isDecision)
      return {
        verdict: decision.outcome === 'allow' ? 'allow' : decision.code,
        tier: event?.keyTier ?? null,
        answer: statusOf(decision),
      }
    },
    advance: async (seconds) => void (ahead += seconds * 1000),
    close: async () => undefined,
  }
}
