import { expect } from 'vitest'
import { createStore, publicKey } from '../scene.ts'
import { drive } from '../traffic.ts'
import { requests } from './many.ts'
import type { Measure, Row } from './table.ts'

/** A record of his own by one who can write to the tier, as fresh and as lasting as it may be. */
const poisoned =
  (isRepeated: boolean): Measure =>
  async (scene) => {
    const { time, issuer } = scene
    const store = createStore(time)
    await time.until(scene.start({ stores: [store] }).ask('first'))
    const [[key, text] = ['', '']] = store.texts
    const record = JSON.parse(text) as object
    const write = () => {
      const more = { fetchedAt: time.now() + 5, freshSeconds: 3600 }
      store.texts.set(
        key,
        JSON.stringify({ ...record, ...more, keys: ['first', 'forged'].map(publicKey) }),
      )
    }
    const warm = scene.start({ stores: [store] })
    await time.until(warm.ask('first'))
    write()
    issuer.clear()
    const instance = scene.start({ stores: [store] })
    if (isRepeated) {
      for (let minute = 0; minute < 60; minute += 1) {
        write()
        await drive(time, [instance], { seconds: 60, every: 5, kid: () => 'forged' })
      }
      return `accepted as long as he writes; ${requests(issuer.log.length)}`
    }
    const { last } = await drive(time, [instance], {
      seconds: 1200,
      every: 5,
      kid: () => 'forged',
    })
    expect(last['allow']).toBeLessThanOrEqual(612)
    expect(store.texts.get(key)).not.toContain('forged')
    return `last accepted after ${last['allow']} s; ${requests(issuer.log.length)}`
  }

export const poison: readonly Row[] = [
  [
    {
      fault: 'Somebody writes a key of his own into KV, once; no `keys.storeSecret`',
      effect: 'trusted by who reads it, until the issuer is asked; then gone from the tier as well',
      bound: '605 s, and 7 s for the refresh behind an answer',
    },
    poisoned(false),
  ],
  [
    {
      fault: 'The same, over and over',
      effect: 'trusted, until he is stopped; with `keys.storeSecret` no record of his ever is',
      bound: 'none',
    },
    poisoned(true),
  ],
]
