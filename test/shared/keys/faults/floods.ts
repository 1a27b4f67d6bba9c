import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { createStore } from '../scene.ts'
import { drive } from '../traffic.ts'
import { startMany, requests } from './many.ts'
import type { Row } from './table.ts'

const collect: () => void = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

export const floods: readonly Row[] = [
  [
    {
      fault: '1,000,000 tokens with random key ids, in 1,000 s',
      effect: 'refused; the set is read again once in 30 s, without metadata',
      bound: '1 + 1,000 / 30 requests, and one for metadata in 600 s: 36; memory flat within 1 MB',
    },
    async (scene) => {
      const { time, issuer } = scene
      const instance = scene.start()
      await time.until(instance.ask('first'))
      issuer.clear()
      collect()
      const heap = process.memoryUsage().heapUsed
      const verdicts = new Set<string>()
      for (let second = 0; second < 1000; second += 1) {
        for (let index = 0; index < 1000; index += 1) {
          void instance.ask(`random-${second}-${index}`).then((verdict) => verdicts.add(verdict))
        }
        await time.advance(1)
      }
      collect()
      const grown = process.memoryUsage().heapUsed - heap
      expect([...verdicts]).toEqual(['unknown_key'])
      expect(issuer.log.length).toBeLessThanOrEqual(36)
      expect(grown).toBeLessThan(1_048_576)
      expect((await time.until(instance.ask('first')))[0]).toBe('allow')
      return requests(issuer.log.length)
    },
  ],
  [
    {
      fault: 'Random key ids at 100 instances that share a tier, for 10 minutes',
      effect: 'the same; instances find in the tier that somebody has just asked',
      bound:
        'two for each that looks before the first answer, then two in 30 s, and some to spare: 80',
    },
    async (scene) => {
      const { time, issuer } = scene
      const instances = startMany(scene, 100, { stores: [createStore(time)] })
      await drive(time, instances, { seconds: 90, every: 10 })
      issuer.clear()
      let last = 0
      const kid = () => `random-${(last += 1)}`
      const { verdicts } = await drive(time, instances, { seconds: 600, every: 2, kid })
      expect(Object.keys(verdicts)).toEqual(['unknown_key'])
      expect(issuer.log.length).toBeLessThanOrEqual(80)
      return requests(issuer.log.length)
    },
  ],
]
