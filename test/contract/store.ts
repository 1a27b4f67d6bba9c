/**
 * What every shared tier owes its readers (`shared/ports.ts`): the text that was put, or null, or an
 * error. It may forget; it may not invent, mix up, or cut short.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STORE_RECORD_BYTES } from '../../shared/limits.ts'
import type { Store } from '../../shared/ports.ts'

export interface StoreRig {
  readonly store: Store
  /** The same store on a bad day, by what is wrong. */
  readonly broken: Readonly<Record<string, Store>>
  close(): Promise<unknown>
}

const NOW = Math.floor(Date.now() / 1000)
const LIFETIME = { now: NOW, ttlSeconds: 600 }

/** As many bytes as a record may have, and like one. */
const longText = () => {
  const [head, tail] = ['{"keys":[{"kid":"', '"}]}']
  return head + 'é'.repeat((STORE_RECORD_BYTES - head.length - tail.length) / 2) + tail
}

const TEXTS: Readonly<Record<string, string>> = {
  'a record': '{"issuer":"https://issuer.example/","keys":[{"kty":"RSA"}]}',
  'the longest record': longText(),
  'quotes, backslashes and line ends': '"\\"\r\n\u2028\\u0000',
  'more than the basic plane': '🔑 Schlüssel',
}

const KEYS: Readonly<Record<string, string>> = {
  "an issuer's": 'keys:https://issuer.example/',
  'that of the issuer without a slash': 'keys:https://issuer.example',
  'a path, encoded': 'keys:https://issuer.example/a%2Fb/',
  'a path, decoded': 'keys:https://issuer.example/a/b/',
  'a query and a fragment': 'keys:https://issuer.example/?a=b&c#d',
  'another fragment': 'keys:https://issuer.example/?a=b&c#e',
  dots: 'keys:https://issuer.example/../x',
  capitals: 'keys:https://ISSUER.example/',
  'an address': 'keys:http://[::1]:8080/',
  'no ASCII': 'keys:https://übung.example/"\\',
}

export const runStore = (name: string, open: () => Promise<StoreRig>) =>
  describe(`the store ${name}`, () => {
    let rig: StoreRig
    beforeAll(async () => void (rig = await open()))
    afterAll(() => rig.close())
    const anyKey = () => `keys:https://${randomUUID()}.example/`

    test('knows nothing of a key that was never put', async () => {
      expect(await rig.store.get(anyKey(), NOW)).toBeNull()
    })

    test.each(Object.entries(TEXTS))('gives back %s to the letter', async (_, text) => {
      const key = anyKey()
      await rig.store.put(key, text, LIFETIME)
      expect(await rig.store.get(key, NOW)).toBe(text)
    })

    test('gives the last of two texts under one key', async () => {
      const key = anyKey()
      await rig.store.put(key, 'first, and the longer one', LIFETIME)
      await rig.store.put(key, 'second', LIFETIME)
      expect(await rig.store.get(key, NOW)).toBe('second')
    })

    test('keeps apart keys that are nearly the same', async () => {
      for (const [what, key] of Object.entries(KEYS)) await rig.store.put(key, what, LIFETIME)
      const found: Record<string, unknown> = {}
      for (const [what, key] of Object.entries(KEYS)) found[what] = await rig.store.get(key, NOW)
      const all = Object.keys(KEYS).map((what) => [what, what])
      expect(found).toEqual(Object.fromEntries(all))
    })

    test.each([1, 60, 600])(
      'past %i seconds gives nothing, or what the reader judges',
      async (ttl) => {
        const key = anyKey()
        await rig.store.put(key, 'text', { now: NOW, ttlSeconds: ttl })
        expect([null, 'text']).toContain(await rig.store.get(key, NOW + ttl + 1))
      },
    )

    test.each([0, -1])('takes a lifetime of %i seconds without harm', async (ttl) => {
      const key = anyKey()
      await rig.store.put(key, 'text', { now: NOW, ttlSeconds: ttl })
      expect([null, 'text']).toContain(await rig.store.get(key, NOW))
    })

    test('throws on a bad day, or knows nothing; it never gives anything else', async () => {
      const outcomes: Record<string, unknown> = {}
      for (const [what, store] of Object.entries(rig.broken)) {
        outcomes[what] = await store.get(anyKey(), NOW).then(
          (value) => (value === null ? 'nothing' : value),
          () => 'throws',
        )
      }
      for (const outcome of Object.values(outcomes))
        expect(['throws', 'nothing']).toContain(outcome)
    })

    test('does not let a write on a bad day pass for done', async () => {
      for (const store of Object.values(rig.broken)) {
        await expect(store.put(anyKey(), 'text', LIFETIME)).rejects.toThrow(Error)
      }
    })
  })
