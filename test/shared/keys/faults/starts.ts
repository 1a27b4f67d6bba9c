import { expect } from 'vitest'
import { createStore } from '../scene.ts'
import { drive } from '../traffic.ts'
import { startMany, requests, startApart } from './many.ts'
import type { Row } from './table.ts'

export const starts: readonly Row[] = [
  [
    {
      fault: '100 instances start in one instant; the shared tier is empty',
      effect: 'each finds metadata and keys for itself',
      bound: 'two requests for each instance',
    },
    async (scene) => {
      const stores = [createStore(scene.time)]
      const { count } = await startApart(scene, 100, 0, { stores })
      expect(count).toBeLessThanOrEqual(200)
      return requests(count)
    },
  ],
  [
    {
      fault: '100 instances start within 10 s; the shared tier is empty',
      effect: 'the first ones ask; the others find the keys in the tier',
      bound: 'two requests for each that starts before the first answer (0.2 s)',
    },
    async (scene) => {
      const stores = [createStore(scene.time)]
      const { count } = await startApart(scene, 100, 0.1, { stores })
      expect(count).toBeLessThanOrEqual(6)
      return requests(count)
    },
  ],
  [
    {
      fault: '100 instances start; the shared tier is warm',
      effect: 'they take the keys from there',
      bound: 'no request',
    },
    async (scene) => {
      const stores = [createStore(scene.time)]
      await scene.time.until(scene.start({ stores }).ask('first'))
      scene.issuer.clear()
      const { count } = await startApart(scene, 100, 0, { stores })
      expect(count).toBe(0)
      return requests(count)
    },
  ],
  [
    {
      fault: '100 busy instances, for an hour',
      effect: 'each renews at a moment of its own; the first one asks',
      bound: 'two requests for each 480 s, and some to spare: 24',
    },
    async (scene) => {
      const instances = startMany(scene, 100, { stores: [createStore(scene.time)] })
      await drive(scene.time, instances.slice(0, 1), { seconds: 1, every: 1 })
      scene.issuer.clear()
      const { verdicts, longestWait } = await drive(scene.time, instances, {
        seconds: 3600,
        every: 10,
      })
      expect(Object.keys(verdicts)).toEqual(['allow'])
      expect(longestWait).toBeLessThan(0.25)
      expect(scene.issuer.log.length).toBeLessThanOrEqual(24)
      return requests(scene.issuer.log.length)
    },
  ],
]
