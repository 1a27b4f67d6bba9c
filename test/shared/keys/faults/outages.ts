import { expect } from 'vitest'
import { type InstanceOptions } from '../scene.ts'
import { drive } from '../traffic.ts'
import { requests } from './many.ts'
import type { Measure, Row } from './table.ts'

const outage =
  (hours: number, lasting: number, options: InstanceOptions = {}): Measure =>
  async (scene) => {
    const { time, issuer } = scene
    const instance = scene.start(options)
    await drive(time, [instance], { seconds: 300, every: 5 })
    issuer.clear()
    issuer.fault = 'network'
    const { verdicts, last, longestWait } = await drive(time, [instance], {
      seconds: hours * 3600,
      every: 5,
    })
    const count = issuer.log.length
    const refused = verdicts['keys_unavailable'] ?? 0
    expect(Object.keys(verdicts).filter((one) => one !== 'keys_unavailable')).toEqual(['allow'])
    expect(refused > 0).toBe(hours * 3600 > lasting)
    expect(last['allow']).toBeGreaterThanOrEqual(Math.min(lasting, hours * 3600) - 6)
    expect(last['allow']).toBeLessThanOrEqual(lasting)
    expect(longestWait).toBeLessThan(0.3)
    expect(count).toBeLessThanOrEqual((hours * 3600) / 30)
    issuer.fault = undefined
    await time.advance(30)
    await time.until(instance.ask('first'))
    await time.advance(1)
    expect((await time.until(instance.ask('first')))[0]).toBe('allow')
    return `${refused > 0 ? `accepted for ${last['allow']} s` : 'none refused'}; ${requests(count)}`
  }

export const outages: readonly Row[] = [
  [
    {
      fault: 'The issuer is down for 10 minutes',
      effect: 'known keys verify; nobody waits',
      bound: 'every token judged; an attempt in 30 s',
    },
    outage(1 / 6, 3900),
  ],
  [
    {
      fault: 'The issuer is down for an hour',
      effect: 'the same',
      bound: 'every token judged; an attempt in 30 s',
    },
    outage(1, 3900),
  ],
  [
    {
      fault: 'The issuer is down for 25 hours',
      effect: 'known keys verify until they are stale; then 503, never 401',
      bound: '3,900 s (read 300 s before; 600 fresh, 3,600 stale); an attempt in 30 s',
    },
    outage(25, 3900),
  ],
  [
    {
      fault: 'The same, `keys.staleSeconds: 86400`',
      effect: 'the same',
      bound: '86,700 s; an attempt in 30 s',
    },
    outage(25, 86_700, { staleSeconds: 86_400 }),
  ],
  [
    {
      fault: 'The issuer hangs while 100 requests a second come',
      effect: 'a warm instance answers at once',
      bound: 'nobody waits; an attempt in 30 s',
    },
    async (scene) => {
      const { time, issuer } = scene
      const instance = scene.start()
      await time.until(instance.ask('first'))
      await time.advance(595)
      await time.until(instance.ask('first'))
      issuer.clear()
      issuer.fault = 'hang'
      const outcome = await drive(time, [instance], { seconds: 300, every: 0.01 })
      expect(Object.keys(outcome.verdicts)).toEqual(['allow'])
      expect(outcome.longestWait).toBe(0)
      expect(issuer.log.length).toBeLessThanOrEqual(10)
      return `longest wait 0 s; ${requests(issuer.log.length)}`
    },
  ],
  [
    {
      fault: 'The issuer takes 2.9 s for each answer, and an instance is cold',
      effect: '503 until the answers are there; the work goes on behind it',
      bound: 'nobody waits longer than 3 s; two requests',
    },
    async (scene) => {
      const { time, issuer } = scene
      const instance = scene.start()
      issuer.seconds = 2.9
      const { verdicts, longestWait } = await drive(time, [instance], { seconds: 20, every: 0.5 })
      expect(longestWait).toBeLessThanOrEqual(3.001)
      expect(Object.keys(verdicts).toSorted()).toEqual(['allow', 'keys_unavailable'])
      expect(issuer.log).toHaveLength(2)
      return `longest wait ${longestWait.toFixed(1)} s; ${requests(issuer.log.length)}`
    },
  ],
]
