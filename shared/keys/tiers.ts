/**
 * The shared tiers, nearest first. One that throws, dawdles, or returns anything but a sound record
 * counts as empty: a broken store is never worse than no store.
 */
import { createAttempt } from '../attempt.ts'
import { CLOCK_TOLERANCE_SECONDS } from '../limits.ts'
import type { Store, StoreLifetime } from '../ports.ts'
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
  /** Tells those who share the nearest store that the issuer is in trouble, and was just asked. */
  warn(now: number): Promise<unknown>
  /** When that was; NaN or -Infinity where nobody said so. */
  warnedAt(now: number): Promise<number>
}

export function createTiers(options: KeyOptions, stores: readonly Store[]): Tiers {
  const { issuer, staleSeconds, cooldownSeconds, storeSecret, timer, tell } = options
  const key = `keys:${issuer}`
  const warningKey = `trouble:${issuer}`
  const [nearest] = stores

  const attempt = createAttempt(timer, (fault) => tell('store_failed', fault))
  const get = (store: Store, name: string, now: number) =>
    attempt(store, async () => openText(await store.get(name, now), storeSecret))
  const put = (store: Store, name: string, text: string, lifetime: StoreLifetime) =>
    attempt(store, async () => {
      await store.put(name, await sealText(text, storeSecret), lifetime)
      return true
    })

  return {
    isShared: stores.length > 0,
    async read(now, accept) {
      let aged: readonly [KeyRecord, string] | undefined
      for (const store of stores) {
        const record = parseRecord(await get(store, key, now), options, now)
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
      return Promise.all(targets.map((store) => put(store, key, text, { now, ttlSeconds })))
    },
    async warn(now) {
      const lifetime = { now, ttlSeconds: Math.ceil(cooldownSeconds) }
      // Sealed with the issuer's name, or the word of one would do for another.
      if (nearest) await put(nearest, warningKey, `${warningKey} ${now}`, lifetime)
    },
    async warnedAt(now) {
      const text = nearest && (await get(nearest, warningKey, now))
      // A store of somebody's own may give anything.
      const isOurs = typeof text === 'string' && text.startsWith(`${warningKey} `)
      const at = isOurs ? Number(text.slice(warningKey.length)) : NaN
      return at <= now + CLOCK_TOLERANCE_SECONDS ? at : -Infinity
    },
  }
}
