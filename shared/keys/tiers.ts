/**
 * The shared tiers, nearest first. One that throws, dawdles, or returns anything but a sound record
 * counts as empty: a broken store is never worse than no store.
 */
import { digestHex } from '../bytes.ts'
import { within } from '../deadline.ts'
import { CLOCK_TOLERANCE_SECONDS, STORE_TIMEOUT_MS } from '../limits.ts'
import type { Store, Timer } from '../ports.ts'
import { formatRecord, parseRecord } from './record.ts'
import type { KeyRecord } from './record.ts'
import type { KeySource } from './issuer.ts'

export interface Tiers {
  /** The first sound record that `accept` takes, and which store had it. */
  read(
    now: number,
    accept: (record: KeyRecord) => boolean,
  ): Promise<{ readonly record: KeyRecord; readonly tier: string } | null>
  /** To every store. */
  write(record: KeyRecord, now: number): Promise<void>
  /** To the stores nearer than the one it was found in. */
  promote(record: KeyRecord, now: number, from: string): Promise<void>
}

export interface TierOptions {
  readonly source: KeySource
  readonly stores: readonly Store[]
  /** How long past its freshness a record is of use. */
  readonly staleSeconds: number
  readonly timer: Timer
  readonly onFailure: (store: string) => void
}

export function createTiers({
  source,
  stores,
  staleSeconds,
  timer,
  onFailure,
}: TierOptions): Tiers {
  let storeKey: string | null = null
  /** The issuer's digest: short, one alphabet, and no two issuers share it. */
  const nameKey = async () => (storeKey ??= `keys:${await digestHex(source.issuer)}`)

  const attempt = async <T>(store: Store, work: () => Promise<T>): Promise<T | null> => {
    const outcome = await within(Promise.resolve().then(work), STORE_TIMEOUT_MS, timer, FAILED)
    if (outcome !== FAILED) return outcome as T
    onFailure(store.name)
    return null
  }

  const putAll = async (targets: readonly Store[], record: KeyRecord, now: number) => {
    if (targets.length === 0) return
    const key = await nameKey()
    const ttlSeconds = Math.ceil(record.fetchedAt + record.freshSeconds + staleSeconds - now)
    const text = formatRecord(record)
    const put = (store: Store) => attempt(store, () => store.put(key, text, { now, ttlSeconds }))
    await Promise.all(targets.map(put))
  }

  return {
    async read(now, accept) {
      if (stores.length === 0) return null
      const key = await nameKey()
      const expected = { ...source, now, toleranceSeconds: CLOCK_TOLERANCE_SECONDS }
      for (const store of stores) {
        const text = await attempt(store, () => store.get(key, now))
        const record = typeof text === 'string' ? parseRecord(text, expected) : null
        if (record !== null && accept(record)) return { record, tier: store.name }
      }
      return null
    },
    write: (record, now) => putAll(stores, record, now),
    promote(record, now, from) {
      const found = stores.findIndex(({ name }) => name === from)
      return putAll(stores.slice(0, found), record, now)
    },
  }
}

const FAILED = Symbol('failed')
