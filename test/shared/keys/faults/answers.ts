import { expect } from 'vitest'
import { ISSUER, publicKey, type Scene } from '../scene.ts'
import { drive } from '../traffic.ts'
import { requests } from './many.ts'
import type { Measure, Row } from './table.ts'

const metadata = (document: object) => (url: string) =>
  url.includes('.well-known') ? { text: JSON.stringify(document) } : { status: 404 }
const keySet =
  (document: unknown, status = 200) =>
  (url: string) =>
    url.includes('.well-known')
      ? {}
      : { status, text: typeof document === 'string' ? document : JSON.stringify(document) }
const many = Array.from({ length: 10_000 }, (_, index) => ({ kid: `${index}` }))

const UNUSABLE = 'without a usable key'

const BAD_ANSWERS: Readonly<Record<string, NonNullable<Scene['issuer']['answer']>>> = {
  empty: keySet({ keys: [] }),
  [UNUSABLE]: keySet({ keys: [{ ...publicKey('first'), use: 'enc' }] }),
  'of 10,000 keys': keySet({ keys: many }),
  'of 33 keys': keySet({ keys: Array.from({ length: 33 }, () => publicKey('first')) }),
  'of 1 MB': keySet({ keys: [publicKey('first')], padding: 'x'.repeat(1_000_000) }),
  'by redirect': keySet('', 302),
  'no JSON': keySet('<!doctype html>'),
  "another issuer's": metadata({ issuer: `${ISSUER}other`, jwks_uri: `${ISSUER}keys` }),
  'on another host': metadata({ issuer: ISSUER, jwks_uri: 'https://other.example/keys' }),
}

const endure =
  (what: string, answer: NonNullable<Scene['issuer']['answer']>): Measure =>
  async (scene) => {
    const { time, issuer } = scene
    const instance = scene.start()
    await time.until(instance.ask('first'))
    await time.advance(590)
    await time.until(instance.ask('first'))
    issuer.clear()
    issuer.answer = answer
    const { verdicts } = await drive(time, [instance], { seconds: 1200, every: 5 })
    expect(Object.keys(verdicts)).toEqual(['allow'])
    const count = issuer.log.length
    expect(count).toBeLessThanOrEqual(80)
    const [cold] = await time.until(scene.start().ask('first'))
    expect(cold).toBe(what === UNUSABLE ? 'key_unusable' : 'keys_unavailable')
    return requests(count)
  }

export const answers: readonly Row[] = Object.entries(BAD_ANSWERS).map(([what, answer]) => [
  {
    fault: `The issuer's answer is ${what}, for 20 minutes`,
    effect: `the keys held stay; none is taken; a cold instance answers ${what === UNUSABLE ? '401 `key_unusable`' : '503'}`,
    bound: 'every token judged; an attempt in 30 s, of two requests: 80',
  },
  endure(what, answer),
])
