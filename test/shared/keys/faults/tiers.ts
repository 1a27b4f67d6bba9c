import { expect } from 'vitest'
import { createStore } from '../scene.ts'
import { drive } from '../traffic.ts'
import { startMany, requests, startApart } from './many.ts'
import type { Measure, Row } from './table.ts'

/** Twenty instances that start a second apart while the store is as it is. */
const withStore =
  (bound: number, wait: number, break_: (store: ReturnType<typeof createStore>) => void): Measure =>
  async (scene) => {
    const store = createStore(scene.time)
    break_(store)
    const { count, longest } = await startApart(scene, 20, 1, { stores: [store] })
    expect(count).toBeLessThanOrEqual(bound)
    expect(longest).toBeLessThanOrEqual(wait + 0.001)
    return `longest wait ${longest.toFixed(2)} s; ${requests(count)}`
  }

export const tiers: readonly Row[] = [
  [
    {
      fault: 'KV or DynamoDB is down; 20 instances start a second apart',
      effect: 'as with none: each asks the issuer',
      bound: 'two requests for each',
    },
    withStore(40, 0.25, (store) => (store.fault = 'throws')),
  ],
  [
    {
      fault: 'KV or DynamoDB hangs',
      effect: 'the same, half a second later for a read; and for a write on Lambda',
      bound: 'two requests for each; 1 s more',
    },
    withStore(40, 1.2, (store) => (store.fault = 'hangs')),
  ],
  [
    {
      fault: 'KV or DynamoDB takes 0.4 s',
      effect: 'cold instances wait for it',
      bound: 'two requests; 0.4 s, and as much for a write on Lambda',
    },
    withStore(2, 1.1, (store) => (store.seconds = 0.4)),
  ],
  [
    {
      fault: 'KV or DynamoDB holds nonsense',
      effect: 'as if it were empty',
      bound: 'two requests for each',
    },
    withStore(40, 0.25, (store) => (store.fault = { text: '{"issuer":' })),
  ],
  [
    {
      fault: 'KV or DynamoDB refuses writes (429)',
      effect: 'reads go on; what is not there is asked for',
      bound: 'two requests for each',
    },
    withStore(40, 0.25, (store) => (store.fault = 'refuses writes')),
  ],
  [
    {
      fault: 'KV shows a write, and forgets a miss, after 10 s',
      effect: 'instances that start meanwhile ask',
      bound: 'two requests for each of the first ten, and one more: 22',
    },
    withStore(22, 0.25, (store) => (store.lagSeconds = 10)),
  ],
  [
    {
      fault: 'KV lags 60 s behind; a key was withdrawn; 20 busy instances',
      effect: 'a record counts from when the issuer was asked, however late it comes',
      bound: 'last accepted after 607 s',
    },
    async (scene) => {
      const { time, issuer } = scene
      const store = createStore(time)
      store.lagSeconds = 60
      const instances = startMany(scene, 20, { stores: [store] })
      await drive(time, instances, { seconds: 120, every: 10 })
      issuer.clear()
      issuer.kids = ['second']
      const { last } = await drive(time, instances, { seconds: 1200, every: 10 })
      expect(last['allow']).toBeLessThanOrEqual(607)
      return `last accepted after ${Math.ceil(last['allow'] ?? 0)} s; ${requests(issuer.log.length)}`
    },
  ],
]
