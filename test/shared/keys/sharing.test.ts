/** What instances have of one another through a shared tier, and which answers replace nothing. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createScene, createStore, publicKey, type Scene } from './scene.ts'

afterEach(() => vi.restoreAllMocks())

const drawLot = (lot: number) => vi.spyOn(Math, 'random').mockReturnValue(lot)

async function warmUp(scene: Scene, count = 1) {
  const store = createStore(scene.time)
  await scene.time.until(scene.start({ stores: [store] }).ask('first'))
  const instances = Array.from({ length: count }, () => scene.start({ stores: [store] }))
  for (const instance of instances) await scene.time.until(instance.ask('first'))
  scene.issuer.clear()
  const [instance = scene.start({ stores: [store] }), other = instance] = instances
  return { store, instance, other }
}

describe('renewal', () => {
  test.each([
    { lot: 0, at: 600 },
    { lot: 0.5, at: 540 },
    { lot: 1, at: 480 },
  ])('comes after $at seconds where the lot is $lot and others share the keys', async (drawn) => {
    drawLot(drawn.lot)
    const scene = createScene()
    const { instance } = await warmUp(scene)
    const { time, issuer } = scene
    await time.advance(drawn.at - 2)
    await time.until(instance.ask('first'))
    await time.advance(1)
    expect(issuer.log).toEqual([])
    await time.advance(1)
    await time.until(instance.ask('first'))
    await time.advance(1)
    expect(issuer.log).toHaveLength(2)
  })

  test('comes after 600 seconds, whatever the lot, where nobody shares the keys', async () => {
    drawLot(1)
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start()
    await time.until(instance.ask('first'))
    issuer.clear()
    await time.advance(598)
    await time.until(instance.ask('first'))
    await time.advance(1)
    expect(issuer.log).toEqual([])
  })
})

describe('a key that is not listed', () => {
  test('is not asked about where another instance has just asked', async () => {
    const scene = createScene()
    const { instance } = await warmUp(scene)
    expect((await scene.time.until(instance.ask('random')))[0]).toBe('unknown_key')
    expect(scene.issuer.log).toEqual([])
  })

  test('is asked about after 30 to 60 seconds, by lot', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    drawLot(0.5)
    const { instance } = await warmUp(scene)
    await time.until(instance.ask('random'))
    await time.advance(44)
    await time.until(instance.ask('random'))
    expect(issuer.log).toEqual([])
    await time.advance(1)
    await time.until(instance.ask('random'))
    expect(issuer.log).toHaveLength(2)
    issuer.clear()
    await time.advance(44)
    await time.until(instance.ask('random'))
    expect(issuer.log).toEqual([])
    await time.advance(1)
    await time.until(instance.ask('random'))
    expect(issuer.log).toHaveLength(1)
  })

  test('is found in the shared tier, where another instance had it from the issuer', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const { instance, other } = await warmUp(scene, 2)
    await time.advance(100)
    issuer.kids.push('second')
    const verdicts = []
    for (const one of [instance, other]) verdicts.push((await time.until(one.ask('second')))[0])
    expect(verdicts).toEqual(['allow', 'allow'])
    expect(issuer.log).toHaveLength(2)
  })

  test('is refused, not left open, once somebody else reached the issuer again', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const { instance, other } = await warmUp(scene, 2)
    await time.advance(100)
    issuer.fault = 'network'
    expect((await time.until(instance.ask('random')))[0]).toBe('keys_unavailable')
    issuer.fault = undefined
    await time.advance(31)
    await time.until(other.ask('random'))
    issuer.clear()
    expect((await time.until(instance.ask('random')))[0]).toBe('unknown_key')
    expect(issuer.log).toEqual([])
  })
})

describe('keys of which none can be used', () => {
  const useless = [{ kid: 'first' }, { ...publicKey('first'), use: 'enc' }]

  test('do not replace those that can', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instance = scene.start()
    await time.until(instance.ask('first'))
    issuer.answer = (url) =>
      url.endsWith('keys') ? { text: JSON.stringify({ keys: useless }) } : {}
    await time.advance(1000)
    expect((await time.until(instance.ask('first')))[0]).toBe('allow')
    expect(instance.told.at(-1)).toBe('failed key set: no usable key')
    await time.advance(4000)
    expect((await time.until(instance.ask('first')))[0]).toBe('key_unusable')
  })

  test('are told to a caller where there are no others', async () => {
    const scene = createScene()
    scene.issuer.answer = (url) =>
      url.endsWith('keys') ? { text: JSON.stringify({ keys: useless }) } : {}
    const instance = scene.start()
    expect((await scene.time.until(instance.ask('first')))[0]).toBe('key_unusable')
    await scene.time.advance(700)
    expect((await scene.time.until(instance.ask('first')))[0]).toBe('key_unusable')
    expect(instance.told).toEqual(['refreshed', 'refreshed'])
  })

  test('are no record', async () => {
    const scene = createScene()
    const { store, instance } = await warmUp(scene, 0)
    const [[key = '', text = ''] = []] = [...store.texts]
    store.texts.set(key, JSON.stringify({ ...JSON.parse(text), keys: useless }))
    expect((await scene.time.until(instance.ask('first')))[0]).toBe('allow')
    expect(instance.tier).toBe('issuer')
  })
})

test.each([429, 408, 500, 503])('an issuer that answers %i is not asked twice', async (status) => {
  const scene = createScene()
  scene.issuer.answer = () => ({ status })
  await scene.time.until(scene.start().ask('first'))
  expect(scene.issuer.log).toHaveLength(1)
})

test.each([400, 403, 404])('metadata are looked for elsewhere after a %i', async (status) => {
  const scene = createScene()
  scene.issuer.answer = (url) => (url.includes('openid') ? { status } : {})
  expect((await scene.time.until(scene.start().ask('first')))[0]).toBe('allow')
})

test.each([
  { age: '0', fresh: 2000 },
  { age: '500', fresh: 1500 },
  { age: '1900', fresh: 300 },
  { age: 'old', fresh: 2000 },
])('an answer that a cache held for $age seconds is fresh for $fresh', async ({ age, fresh }) => {
  const scene = createScene()
  scene.issuer.headers = { 'cache-control': 'max-age=2000', age }
  expect(await countRequests(scene, scene.start(), fresh)).toEqual([0, 1])
})

test.each([
  { what: 'no max-age', headers: {}, freshSeconds: undefined, fresh: 600 },
  { what: 'no max-age', headers: {}, freshSeconds: 1800, fresh: 1800 },
  { what: 'no max-age', headers: {}, freshSeconds: 60, fresh: 60 },
  {
    what: 'a shorter max-age',
    headers: { 'cache-control': 'max-age=900' },
    freshSeconds: 1800,
    fresh: 900,
  },
  {
    what: 'a max-age in quotes (RFC 9111 §5.2)',
    headers: { 'cache-control': 'public, max-age="1200", must-revalidate' },
    freshSeconds: undefined,
    fresh: 1200,
  },
])(
  'with $what and $freshSeconds configured, keys are fresh for $fresh',
  async ({ headers, freshSeconds, fresh }) => {
    const scene = createScene()
    scene.issuer.headers = headers
    const instance = scene.start({ ...(freshSeconds && { freshSeconds }) })
    expect(await countRequests(scene, instance, fresh)).toEqual([0, 1])
  },
)

/** To the issuer, half a second before and half a second after so many seconds have passed. */
async function countRequests(
  { time, issuer }: Scene,
  instance: ReturnType<Scene['start']>,
  fresh: number,
): Promise<readonly number[]> {
  await time.until(instance.ask('first'))
  issuer.clear()
  await time.advance(fresh - 1)
  await time.until(instance.ask('first'))
  await time.advance(0.5)
  const before = issuer.log.length
  await time.advance(1)
  await time.until(instance.ask('first'))
  await time.advance(0.5)
  return [before, issuer.log.length]
}
