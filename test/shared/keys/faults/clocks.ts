import { expect } from 'vitest'
import { createStore } from '../scene.ts'
import { drive } from '../traffic.ts'
import { startMany, requests } from './many.ts'
import type { Measure, Row } from './table.ts'

const skewed =
  (ahead: number): Measure =>
  async (scene) => {
    const { time, issuer } = scene
    const stores = [createStore(time)]
    const instances = [...startMany(scene, 9, { stores }), scene.start({ stores, ahead })]
    const { verdicts } = await drive(time, instances, { seconds: 3600, every: 10 })
    expect(Object.keys(verdicts)).toEqual(['allow'])
    expect(issuer.log.length).toBeLessThanOrEqual(70)
    return requests(issuer.log.length)
  }

export const clocks: readonly Row[] = [
  [
    {
      fault: 'One instance of ten has a clock that is 10 min ahead, for an hour',
      effect: 'its records are refused as from the future; it takes those of others for old',
      bound: 'seven renewals an hour by every one at worst: 70; nobody refused',
    },
    skewed(600),
  ],
  [
    {
      fault: 'The same, 10 min behind',
      effect: "its records look old; it refuses others' as from the future",
      bound: 'the same',
    },
    skewed(-600),
  ],
  [
    {
      fault: 'A clock is put back an hour',
      effect: 'what was fetched before is renewed at once',
      bound: 'one request',
    },
    async (scene) => {
      const { time, issuer } = scene
      const instance = scene.start({ ahead: 3600 })
      await time.until(instance.ask('first'))
      issuer.clear()
      instance.ahead = 0
      const { verdicts } = await drive(time, [instance], { seconds: 60, every: 1 })
      expect(Object.keys(verdicts)).toEqual(['allow'])
      expect(issuer.log).toHaveLength(1)
      return requests(1)
    },
  ],
]
