/**
 * The shared tiers, nearest first. One that throws, dawdles, or returns anything but a sound record
 * counts as empty: a broken store is never worse than no store.
 */
import { within } from '../deadline.ts'
import { CLOCK_TOLERANCE_SECONDS, STORE_TIMEOUT_MS } from '../limits.ts'
import type { Store } from '../ports.ts'
import type { KeyOptions } from './options.ts'
import { parseRecord } from './record.ts'
import type { KeyRecord } from './record.ts'
import { openText, sealText } from './seal.ts'

export interface Tiers {
  /** Is there any? */
  readonly isShared: boolean
  /** The first sound and fresh record that `accept` takes, else the newest, and whose it was. */
  read(
    now: number,
    accept: (record: KeyRecord) => boolean,
  ): Promise<readonly [record: KeyRecord, store: string] | undefined>
  /** To every store, or to those nearer than the one it was found in. */
  write(record: KeyRecord, now: number, foundIn?: string): Promise<unknown>
  /** Tells who shares the nearest store that the issuer is in trouble, and was asked now. */
  warn(now: number): Promise<unknown>
  /** When that was; NaN or -Infinity where nobody said so. */
  warnedAt(now: number): Promise<number>
}

export function createTiers(options: KeyOptions, stores: readonly Store[]): Tiers {
  const { issuer, staleSeconds, cooldownSeconds, storeSecret, timer, tell } = options
  const key = `keys:${issuer}`
  const warningKey = `trouble:${issuer}`
  const [nearest] = stores

  const attempt = async <T>(store: Store, work: () => Promise<T>) => {
    // A store may also throw before it promises anything.
    const outcome = await within(Promise.resolve().then(work), STORE_TIMEOUT_MS, timer)
    if (outcome === undefined) tell('store_failed', store.name)
    return outcome
  }

  return {
    isShared: stores.length > 0,
    async read(now, accept) {
      let aged: readonly [KeyRecord, string] | undefined
      for (const store of stores) {
        const text = await attempt(store, async () =>
          openText(await store.get(key, now), storeSecret),
        )
        const record = parseRecord(text, options, now)
        const freshUntil = record ? record.fetchedAt + record.freshSeconds : -Infinity
        if (!record || now >= freshUntil + staleSeconds || !accept(record)) continue
        if (now < freshUntil) return [record, store.name]
        if (!aged || record.fetchedAt > aged[0].fetchedAt) aged = [record, store.name]
      }
      return aged
    },
    write(record, now, foundIn) {
      const ttlSeconds = Math.ceil(record.fetchedAt + record.freshSeconds + staleSeconds - now)
      const text = JSON.stringify(record)
      const nearer = stores.findIndex(({ name }) => name === foundIn)
      const targets = nearer < 0 ? stores : stores.slice(0, nearer)
      const put = (store: Store) =>
        attempt(store, async () => {
          await store.put(key, await sealText(text, storeSecret), { now, ttlSeconds })
          return true
        })
      return Promise.all(targets.map(put))
    },
    async warn(now) {
      const lifetime = { now, ttlSeconds: cooldownSeconds }
      const put = async (store: Store) => {
        await store.put(warningKey, await sealText(`${warningKey} ${now}`, storeSecret), lifetime)
        return true
      }
      if (nearest) await attempt(nearest, () => put(nearest))
    },
    async warnedAt(now) {
      const read = async (store: Store) => openText(await store.get(warningKey, now), storeSecret)
      const text = nearest && (await attempt(nearest, () => read(nearest)))
      const at = text?.startsWith(`${warningKey} `)
        ? Number(text.slice(warningKey.length + 1))
        : NaN
      return at <= now + CLOCK_TOLERANCE_SECONDS ? at : -Infinity
    },
  }
}
