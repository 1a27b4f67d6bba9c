/** Refreshes that come back late, and who waits for which. */
import { afterEach, expect, test, vi } from 'vitest'
import { createScene, createStore, ISSUER, START } from './scene.ts'
import type { Timer } from '../../../shared/ports.ts'

afterEach(() => vi.restoreAllMocks())

test('a refresh that was taken for lost writes nothing over what is newer', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  const store = createStore(time)
  let delay = 0
  const http: typeof issuer.http = async (request) => {
    await time.sleep(delay)
    return issuer.http(request)
  }
  const slow = scene.start({ stores: [store], http })
  await time.until(slow.ask('first'))
  await time.advance(610)
  delay = 40
  await time.until(slow.ask('first'))
  await time.advance(20)
  await time.until(slow.ask('first'))
  const other = scene.start({ stores: [store] })
  await time.until(other.ask('first'))
  const written = store.texts.get(`keys:${ISSUER}`)
  expect(JSON.parse(written ?? '').fetchedAt).toBeGreaterThan(START + 620)
  await time.advance(100)
  expect(JSON.parse(store.texts.get(`keys:${ISSUER}`) ?? '').fetchedAt).toBeGreaterThanOrEqual(
    JSON.parse(written ?? '').fetchedAt,
  )
})

test('a refresh that was taken for lost asks no more', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  const store = createStore(time)
  let patience = 1
  // As where everything stands still: what should end a wait is noticed later.
  const timer: Timer = (ring, milliseconds) => time.timer(ring, milliseconds * patience)
  const instance = scene.start({ stores: [store], timer })
  await time.until(instance.ask('first'))
  await time.advance(610)
  issuer.clear()
  store.fault = 'hangs'
  patience = 60
  void instance.ask('first')
  await time.advance(20)
  store.fault = undefined
  patience = 1
  await time.until(instance.ask('first'))
  const asked = issuer.log.length
  await time.advance(60)
  expect([asked, issuer.log.length]).toEqual([2, 2])
})

test.each([
  { what: 'a store', stores: 1, tier: 'kv' },
  { what: 'the issuer', stores: 0, tier: 'memory' },
])(
  'where nothing goes on behind an answer, it waits for $what: $tier',
  async ({ stores, tier }) => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const scene = createScene()
    const { time } = scene
    const shared = createStore(time)
    const instance = scene.start({ stores: stores ? [shared] : [] })
    await time.until(instance.ask('first'))
    await time.advance(599)
    await time.until(instance.ask('first'))
    await time.advance(1)
    await time.until(scene.start({ stores: [shared] }).ask('first'))
    await time.advance(1)
    await time.until(instance.ask('first'))
    expect(instance.tier).toBe(tier)
  },
)

test('an early renewal keeps nobody waiting where it goes on behind the answer', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const scene = createScene()
  const { time, issuer } = scene
  const context = { waitUntil: () => {} }
  const instance = scene.start({ stores: [createStore(time)], context })
  await time.until(instance.ask('first'))
  await time.advance(500)
  issuer.clear()
  issuer.seconds = 2
  const [verdict, seconds] = await time.until(instance.ask('first'))
  expect([verdict, seconds]).toEqual(['allow', 0])
  await time.advance(10)
  expect(issuer.log.length).toBeGreaterThan(0)
})

test('where everything stands still behind an answer, whoever finds keys due waits for them', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  const instance = scene.start({ freezes: true })
  await time.until(instance.ask('first'))
  issuer.kids = ['next']
  for (let second = 0; second < 599; second += 2) {
    expect(await time.until(instance.ask('first'))).toEqual(['allow', 0])
    await time.advance(2)
  }
  expect((await time.until(instance.ask('first')))[0]).toBe('unknown_key')
})

test('whoever comes after a pause waits for what was begun before it', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  let thaw: Promise<unknown> | undefined
  // Nothing comes of it while everything stands still.
  const http: typeof issuer.http = async (request) => {
    await thaw
    return issuer.http(request)
  }
  const instance = scene.start({ freezes: true, http })
  await time.until(instance.ask('first'))
  issuer.kids = ['next']
  await time.advance(599.8)
  await time.until(instance.ask('first'))
  await time.advance(0.2)
  const { promise, resolve } = Promise.withResolvers<void>()
  thaw = promise
  expect(await time.until(instance.ask('first'))).toEqual(['allow', 0])
  await time.advance(2)
  const verdicts = [instance.ask('first'), instance.ask('first')]
  resolve()
  for (const verdict of verdicts) expect((await time.until(verdict))[0]).toBe('unknown_key')
})

test('where requests follow one another closely, nobody waits for an issuer that hangs', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  const instance = scene.start({ freezes: true })
  await time.until(instance.ask('first'))
  await time.advance(599)
  issuer.fault = 'hang'
  await time.until(instance.ask('first'))
  for (let n = 0; n < 100; n += 1) {
    await time.advance(0.2)
    expect(await time.until(instance.ask('first'))).toEqual(['allow', 0])
  }
})

test('two answers that take longer than one request may wait are got by two', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  let patience = Infinity
  const asked: string[] = []
  const http: typeof issuer.http = async (request) => {
    asked.push(request.url)
    return request.url.endsWith('keys') && time.now() < patience ? 'timeout' : issuer.http(request)
  }
  const instance = scene.start({ freezes: true, http })
  expect((await time.until(instance.ask('first')))[0]).toBe('keys_unavailable')
  await time.advance(4)
  patience = time.now()
  expect((await time.until(instance.ask('first')))[0]).toBe('allow')
  expect(asked.filter((url) => url.includes('.well-known'))).toHaveLength(1)
})

test('an endpoint that hangs is looked up anew, in case it has moved', async () => {
  const scene = createScene()
  const { time, issuer } = scene
  issuer.jwksUri = `${ISSUER}old`
  const http: typeof issuer.http = async (request) =>
    request.url.endsWith('old') ? 'timeout' : issuer.http(request)
  const instance = scene.start({ freezes: true, http })
  await time.until(instance.ask('first'))
  issuer.jwksUri = `${ISSUER}keys`
  for (let n = 0; n < 2; n += 1) {
    await time.advance(60)
    await time.until(instance.ask('first'))
  }
  expect((await time.until(instance.ask('first')))[0]).toBe('allow')
})
