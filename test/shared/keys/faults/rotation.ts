import { expect } from 'vitest'
import { createStore } from '../scene.ts'
import { drive } from '../traffic.ts'
import { startMany, requests } from './many.ts'
import type { Row } from './table.ts'

export const rotation: readonly Row[] = [
  [
    {
      fault:
        'Rotation: the next key is published, used 15 min later, the old one withdrawn after an hour',
      effect: 'no good token is refused in 100 instances',
      bound: 'two requests for each 480 s, and some to spare: 48',
    },
    async (scene) => {
      const { time, issuer } = scene
      const instances = startMany(scene, 100, { stores: [createStore(time)] })
      await drive(time, instances.slice(0, 1), { seconds: 1, every: 1 })
      issuer.clear()
      issuer.kids = ['first', 'second']
      const seen = [await drive(time, instances, { seconds: 900, every: 10 })]
      const kid = (elapsed: number) => (Math.floor(elapsed) % 2 === 0 ? 'first' : 'second')
      seen.push(await drive(time, instances, { seconds: 2700, every: 10, kid }))
      issuer.kids = ['second']
      seen.push(await drive(time, instances, { seconds: 3600, every: 10, kid: () => 'second' }))
      expect(new Set(seen.flatMap(({ verdicts }) => Object.keys(verdicts)))).toEqual(
        new Set(['allow']),
      )
      expect(issuer.log.length).toBeLessThanOrEqual(48)
      return requests(issuer.log.length)
    },
  ],
  [
    {
      fault: 'A key is used in the second in which it is published',
      effect: 'each of 100 instances looks for it once; the first asks the issuer',
      bound: 'two requests for each that looks before the first answer: 6; nobody refused',
    },
    async (scene) => {
      const { time, issuer } = scene
      const instances = startMany(scene, 100, { stores: [createStore(time)] })
      await drive(time, instances, { seconds: 61, every: 10 })
      issuer.clear()
      issuer.kids = ['first', 'second']
      const { verdicts } = await drive(time, instances, {
        seconds: 20,
        every: 10,
        kid: () => 'second',
      })
      expect(verdicts).toEqual({ allow: 200 })
      expect(issuer.log.length).toBeLessThanOrEqual(6)
      return requests(issuer.log.length)
    },
  ],
  [
    {
      fault: 'A key is withdrawn in an emergency; 100 busy instances',
      effect: 'it is trusted until the set is read again',
      bound: '600 s, or `keys.freshSeconds`, and 7 s for the refresh behind an answer',
    },
    async (scene) => {
      const { time, issuer } = scene
      const stores = [createStore(time, 'cache'), createStore(time, 'kv')]
      const instances = startMany(scene, 100, { stores })
      await drive(time, instances, { seconds: 30, every: 10 })
      issuer.clear()
      issuer.kids = ['second']
      const { last } = await drive(time, instances, { seconds: 1200, every: 10 })
      expect(last['allow']).toBeLessThanOrEqual(607)
      return `last accepted after ${Math.ceil(last['allow'] ?? 0)} s; ${requests(issuer.log.length)}`
    },
  ],
  [
    {
      fault: 'The same, and an instance that nobody asked for half an hour',
      effect: 'the first request waits for the refresh, others that come meanwhile too',
      bound: 'never accepted; one request; 3 s',
    },
    async (scene) => {
      const { time, issuer } = scene
      const instance = scene.start()
      await time.until(instance.ask('first'))
      issuer.clear()
      issuer.kids = ['second']
      await time.advance(1800)
      const asked = Promise.all([instance.ask('first'), instance.ask('first')])
      const [verdicts, waited] = await time.until(asked)
      expect(verdicts).toEqual(['unknown_key', 'unknown_key'])
      expect(waited).toBeLessThanOrEqual(3)
      expect(issuer.log).toHaveLength(1)
      return `never accepted; ${requests(1)}`
    },
  ],
]
