/** Refreshes that overlap, get lost, come late, or follow a clock that was put back (§8). */
import { describe, expect, test } from 'vitest'
import { KEYS_WAIT_MS } from '../../../shared/limits.ts'
import type { Http } from '../../../shared/ports.ts'
import { createScene, createStore, ISSUER, publicKey, type Scene } from './scene.ts'

const keysAsked = ({ issuer }: Scene) =>
  issuer.log.filter(({ url }) => !url.includes('.well-known')).length
const discoveries = (scene: Scene) => scene.issuer.log.length - keysAsked(scene)

describe.each([true, false])('where requests share promises: %s,', (sharesPromises) => {
  test('nobody waits longer than 3 seconds, for whichever key', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start({ sharesPromises })
    issuer.seconds = 2.5
    const wait = async (kid: string) => (await time.until(instance.ask(kid)))[1]
    const waits = await Promise.all(['first', 'second', 'third'].map(wait))
    expect(Math.max(...waits)).toBeLessThanOrEqual(KEYS_WAIT_MS / 1000 + 0.01)
  })

  test('a busy instance waits for nothing while a slow issuer renews its keys', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start({ sharesPromises })
    await time.until(instance.ask('first'))
    issuer.seconds = 2.5
    let longest = 0
    for (let second = 0; second < 700; second += 1) {
      const [verdict, waited] = await time.until(instance.ask('first'))
      longest = Math.max(longest, waited)
      expect(verdict).toBe('allow')
      await time.advance(1)
    }
    expect(longest).toBe(0)
    expect(keysAsked(scene)).toBe(2)
  })

  test('an idle instance lets a removed key through no more, not even to two at once', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start({ sharesPromises })
    await time.until(instance.ask('first'))
    issuer.kids = ['second']
    await time.advance(1800)
    const [verdicts] = await time.until(
      Promise.all([instance.ask('first'), instance.ask('first'), instance.ask('second')]),
    )
    expect(verdicts).toEqual(['unknown_key', 'unknown_key', 'allow'])
  })
})

test('an idle instance keeps its keys where the issuer fails, and waits 3 seconds at most', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  const instance = scene.start()
  await time.until(instance.ask('first'))
  issuer.fault = 'hang'
  await time.advance(1800)
  const [verdict, waited] = await time.until(instance.ask('first'))
  expect(verdict).toBe('allow')
  expect(waited).toBeCloseTo(3)
  // Having tried, it leaves the issuer alone for a while.
  await time.advance(10)
  expect(await time.until(instance.ask('first'))).toEqual(['allow', 0])
})

describe('a refresh that was frozen with its request', () => {
  /** The first exchange after `freeze` ends 100 seconds later, whatever its timeout. */
  function createFreezing(scene: Scene) {
    let isFreezing = false
    const http: Http = async (request) => {
      if (!isFreezing) return scene.issuer.http(request)
      isFreezing = false
      const answer = scene.issuer.http(request)
      await scene.time.sleep(100)
      return answer
    }
    return { http, freeze: () => void (isFreezing = true) }
  }

  test('does not replace what a later one brought', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const { http, freeze } = createFreezing(scene)
    const instance = scene.start({ http })
    await time.until(instance.ask('first'))
    await time.advance(601)
    freeze()
    await time.until(instance.ask('first'))
    await time.advance(40)
    issuer.kids = ['second']
    await time.until(instance.ask('second'))
    await time.advance(100)
    expect(await time.until(instance.ask('second'))).toEqual(['allow', 0])
    expect((await time.until(instance.ask('first')))[0]).toBe('unknown_key')
  })

  test('is not counted once more when it fails at last', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const { http, freeze } = createFreezing(scene)
    const instance = scene.start({ http })
    await time.until(instance.ask('first'))
    await time.advance(601)
    freeze()
    issuer.fault = 'network'
    await time.until(instance.ask('first'))
    await time.advance(90)
    issuer.fault = undefined
    expect((await time.until(instance.ask('second')))[0]).toBe('unknown_key')
    await time.advance(15)
    // Nothing has failed since: the issuer has been asked, and said all it has to say.
    expect(await time.until(instance.ask('third'))).toEqual(['unknown_key', 0])
  })
})

describe('a clock that is put back an hour', () => {
  test('makes what was fetched before a thing to be renewed', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start({ ahead: 3600 })
    await time.until(instance.ask('first'))
    instance.ahead = 0
    issuer.kids = ['second']
    await time.until(instance.ask('first'))
    await time.advance(1)
    expect((await time.until(instance.ask('first')))[0]).toBe('unknown_key')
  })

  test('does not make an attempt that failed one that has yet to come', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start({ ahead: 3600 })
    issuer.fault = 'network'
    await time.until(instance.ask('first'))
    instance.ahead = 0
    issuer.fault = undefined
    expect((await time.until(instance.ask('first')))[0]).toBe('allow')
  })
})

describe('the endpoint that discovery found', () => {
  test('is kept for a day, and looked up again after it', async () => {
    const scene = createScene()
    const { time } = scene
    const instance = scene.start()
    const found: number[] = []
    for (let minute = 0; minute <= 25 * 60; minute += 10) {
      await time.until(instance.ask('first'))
      await time.advance(600)
      found.push(discoveries(scene))
    }
    expect(found.slice(0, 143)).toEqual(Array.from({ length: 143 }, () => 1))
    expect(found.at(-1)).toBe(2)
  })

  test('is looked up again at once where it fails', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start()
    await time.until(instance.ask('first'))
    issuer.jwksUri = `${ISSUER}moved`
    issuer.answer = (url) => (url === `${ISSUER}keys` ? { status: 410, text: '' } : {})
    await time.advance(601)
    await time.until(instance.ask('first'))
    await time.advance(31)
    await time.until(instance.ask('first'))
    expect(issuer.log.at(-1)?.url).toBe(`${ISSUER}moved`)
    expect(instance.told).toEqual(['refreshed', 'failed key set: status 410', 'refreshed'])
  })

  test('is looked up again for a key that the old one does not list, after 10 minutes', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start()
    issuer.headers = { 'cache-control': 'max-age=3600' }
    await time.until(instance.ask('first'))
    issuer.jwksUri = `${ISSUER}moved`
    issuer.answer = (url) =>
      url.endsWith('moved') ? { text: JSON.stringify({ keys: [publicKey('second')] }) } : {}
    await time.advance(60)
    expect((await time.until(instance.ask('second')))[0]).toBe('unknown_key')
    await time.advance(600)
    expect((await time.until(instance.ask('second')))[0]).toBe('allow')
  })

  test('is not the one that a shared tier names', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const store = createStore(time)
    await time.until(scene.start({ stores: [store] }).ask('first'))
    const [[key = '', text = ''] = []] = [...store.texts]
    store.texts.set(key, text.replace(`${ISSUER}keys`, `${ISSUER}uploads/mine`))
    issuer.clear()
    const instance = scene.start({ stores: [store] })
    await time.until(instance.ask('first'))
    expect(issuer.log).toEqual([])
    await time.advance(601)
    await time.until(instance.ask('first'))
    await time.advance(1)
    expect(issuer.log.map(({ url }) => url)).toEqual([
      `${ISSUER}.well-known/openid-configuration`,
      `${ISSUER}keys`,
    ])
  })
})

describe('an ETag', () => {
  const tags = ({ issuer }: Scene) =>
    issuer.log
      .filter(({ url }) => !url.includes('.well-known'))
      .map(({ ifNoneMatch }) => ifNoneMatch)

  test('goes with the keys that this instance got with it', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const store = createStore(time)
    issuer.headers = { etag: '"1"' }
    const [one, other] = [scene.start({ stores: [store] }), scene.start({ stores: [store] })]
    await time.until(one.ask('first'))
    issuer.kids = ['second']
    issuer.headers = { etag: '"2"' }
    await time.advance(400)
    await time.until(other.ask('second'))
    await time.until(one.ask('second'))
    // The first one holds the other's record now; the tag it has is that of its own.
    issuer.kids = ['first']
    issuer.headers = { etag: '"1"' }
    await time.advance(700)
    expect((await time.until(one.ask('first')))[0]).toBe('allow')
    expect(tags(scene)).toEqual([undefined, undefined, '"1"'])
  })

  test('is forgotten where the last attempt failed', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start()
    issuer.headers = { etag: '"1"' }
    await time.until(instance.ask('first'))
    issuer.answer = () => ({ status: 500 })
    await time.advance(700)
    await time.until(instance.ask('first'))
    issuer.answer = undefined
    await time.advance(60)
    await time.until(instance.ask('first'))
    expect(tags(scene)).toEqual([undefined, '"1"', undefined])
  })

  test('is not sent to another endpoint', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start()
    issuer.headers = { etag: '"1"' }
    await time.until(instance.ask('first'))
    issuer.jwksUri = `${ISSUER}moved`
    await time.advance(700)
    expect((await time.until(instance.ask('second')))[0]).toBe('unknown_key')
    expect(issuer.log.at(-1)).toMatchObject({ url: `${ISSUER}moved`, ifNoneMatch: undefined })
  })

  test('that nobody sent makes no 304 an answer', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start()
    await time.until(instance.ask('first'))
    issuer.kids = ['second']
    issuer.answer = (url) => (url.endsWith('keys') ? { status: 304, text: '' } : {})
    await time.advance(700)
    await time.until(instance.ask('first'))
    expect(instance.told.at(-1)).toBe('failed key set: status 304')
  })
})

test('a fresh record in a farther tier goes before an aged one in a nearer', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  const [cache, kv] = [createStore(time, 'cache'), createStore(time, 'kv')]
  await time.until(scene.start({ stores: [cache] }).ask('first'))
  await time.advance(1200)
  await time.until(scene.start({ stores: [kv] }).ask('first'))
  issuer.clear()
  const cold = scene.start({ stores: [cache, kv] })
  expect((await time.until(cold.ask('first')))[0]).toBe('allow')
  expect(cold.tier).toBe('kv')
  expect(issuer.log).toEqual([])
})

test('an unchanged key set stays as long as it was said to, unless that is said anew', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  const instance = scene.start()
  issuer.headers = { etag: 'x', 'cache-control': 'max-age=3000' }
  await time.until(instance.ask('first'))
  issuer.headers = { etag: 'x' }
  await time.advance(3_100)
  await time.until(instance.ask('first'))
  await time.advance(2_900)
  issuer.clear()
  await time.until(instance.ask('first'))
  expect(issuer.log).toEqual([])
})

test.each([
  ['of a curve we do not know', { kty: 'OKP', crv: 'X25519', x: 'AA' }],
  ['of another', { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' }],
  ['of a type we do not know', { kty: 'AKP', x: 'AA', y: 'AA' }],
])('a key set of keys %s is no rotation', async (_, key) => {
  const scene = createScene()
  const { time, issuer } = scene
  const instance = scene.start()
  await time.until(instance.ask('first'))
  const text = JSON.stringify({ keys: [{ ...key, kid: 'first' }] })
  issuer.answer = (url) => (url.endsWith('keys') ? { text } : {})
  await time.advance(610)
  for (let n = 0; n < 3; n += 1) {
    expect((await time.until(instance.ask('first')))[0]).toBe('allow')
    await time.advance(31)
  }
  expect(instance.told.at(-1)).toBe('failed key set: no usable key')
})

test.each([
  ['RSA', { d: 'AQAB' }],
  ['a shared secret', { kty: 'oct', k: 'AQAB' }],
])(
  'a private key (%s) that an issuer publishes verifies nothing, and is an alarm',
  async (_, members) => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start()
    const text = JSON.stringify({
      keys: [publicKey('first'), { ...publicKey('open'), ...members }],
    })
    issuer.answer = (url) => (url.endsWith('keys') ? { text } : {})
    expect((await time.until(instance.ask('open')))[0]).toBe('key_unusable')
    expect((await time.until(instance.ask('first')))[0]).toBe('allow')
    expect(instance.told).toEqual(['exposed key set: a private key', 'refreshed'])
  },
)

test('private keys in place of all that were there are an alarm, too', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  const instance = scene.start()
  await time.until(instance.ask('first'))
  const text = JSON.stringify({ keys: [{ ...publicKey('first'), d: 'AQAB' }] })
  issuer.answer = (url) => (url.endsWith('keys') ? { text } : {})
  await time.advance(610)
  expect((await time.until(instance.ask('first')))[0]).toBe('allow')
  expect(instance.told.slice(1)).toEqual([
    'exposed key set: a private key',
    'failed key set: no usable key',
  ])
})
