/** The shared tiers with the habits that their makers document, worse where they leave it open. */
import type { Store } from '../../shared/ports.ts'
import type { Clock } from './clock.ts'
import { hash } from '../random.ts'
import type { Random } from '../random.ts'

interface World {
  readonly clock: Clock
  readonly random: Random
}

interface Entry {
  readonly value: string
  readonly until: number
}

/** The Cache API of one location: exact, and free to forget anything at any time. */
export function createLocationCache({ clock, random }: World): Store {
  const entries = new Map<string, Entry>()
  return {
    name: 'cache',
    async get(key) {
      await clock.sleep(random.between(1, 5))
      if (random.next() < CACHE_LOSS) entries.delete(key)
      const entry = entries.get(key)
      return entry && clock.now() < entry.until ? entry.value : null
    },
    async put(key, value, { ttlSeconds }) {
      await clock.sleep(random.between(1, 5))
      entries.set(key, { value, until: clock.now() + ttlSeconds * 1000 })
    },
  }
}

const CACHE_LOSS = 0.005

export interface Namespace {
  /** As seen from one location. */
  at(location: string): Store
  refusedWrites(): number
}

interface Write {
  readonly value: string
  readonly time: number
}

const KV_LAG_MS = 60_000
const KV_CACHE_MS = 30_000
const KV_WRITE_PAUSE_MS = 1_000

/**
 * Workers KV: a write is seen within a minute, elsewhere at another time; a location keeps what it
 * read for thirty seconds, misses too; one write a second and key.
 */
export function createNamespace({ clock, random }: World): Namespace {
  const history = new Map<string, Write[]>()
  let refused = 0

  const lagMs = (location: string, time: number) => (hash(`${location} ${time}`) % KV_LAG_MS) + 1

  const visible = (key: string, location: string): string | null => {
    const now = clock.now()
    const writes = history.get(key) ?? []
    return writes.findLast(({ time }) => time + lagMs(location, time) <= now)?.value ?? null
  }

  const put = async (key: string, value: string) => {
    await clock.sleep(random.between(50, 150))
    const now = clock.now()
    const writes = history.get(key) ?? []
    const last = writes.at(-1)
    if (last && now < last.time + KV_WRITE_PAUSE_MS) {
      refused += 1
      throw new Error('429')
    }
    // Of what everybody has long seen, the last is enough.
    const settled = writes.findLastIndex(({ time }) => time + KV_LAG_MS < now)
    history.set(key, [...writes.slice(Math.max(settled, 0)), { value, time: now }])
  }

  return {
    refusedWrites: () => refused,
    at(location) {
      const seen = new Map<string, { readonly value: string | null; readonly until: number }>()
      return {
        name: 'kv',
        put,
        async get(key) {
          const cached = seen.get(key)
          if (cached && clock.now() < cached.until) {
            await clock.sleep(random.between(2, 10))
            return cached.value
          }
          await clock.sleep(random.between(20, 150))
          const value = visible(key, location)
          seen.set(key, { value, until: clock.now() + KV_CACHE_MS })
          return value
        },
      }
    },
  }
}

const TABLE_LAG_MS = 100

/** DynamoDB: reads are eventually consistent, here by a tenth of a second. */
export function createTable({ clock, random }: World): Store {
  const items = new Map<string, readonly [current: Write, previous: Write | undefined]>()
  return {
    name: 'dynamodb',
    async get(key) {
      await clock.sleep(random.between(3, 15))
      const [current, previous] = items.get(key) ?? []
      const isSeen = current && clock.now() >= current.time + random.between(0, TABLE_LAG_MS)
      return (isSeen ? current : previous)?.value ?? null
    },
    async put(key, value) {
      await clock.sleep(random.between(3, 15))
      items.set(key, [{ value, time: clock.now() }, items.get(key)?.[0]])
    },
  }
}
