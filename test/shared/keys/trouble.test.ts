/** Instances that share a tier leave an issuer in trouble alone as one. */
import { describe, expect, test } from 'vitest'
import type { StoreLifetime } from '../../../shared/ports.ts'
import { createScene, createStore, ISSUER, START } from './scene.ts'
import type { Scene, SceneInstance, SceneStore } from './scene.ts'

const COUNT = 20

/** All of them hold keys that are no longer fresh, and the issuer is away. */
async function ageTogether(scene: Scene, store?: SceneStore): Promise<readonly SceneInstance[]> {
  const { time, issuer } = scene
  const stores = store ? [store] : []
  const instances = Array.from({ length: COUNT }, () => scene.start({ stores }))
  for (const instance of instances) await time.until(instance.ask('first'))
  await time.advance(700)
  issuer.fault = 'network'
  issuer.clear()
  return instances
}

async function askAll(scene: Scene, instances: readonly SceneInstance[], kid = 'first') {
  const verdicts = new Set<string>()
  for (const instance of instances) verdicts.add((await scene.time.until(instance.ask(kid)))[0])
  return [...verdicts]
}

describe('an issuer in trouble', () => {
  test('is asked once in thirty seconds by all who share a tier', async () => {
    const scene = createScene()
    const instances = await ageTogether(scene, createStore(scene.time))
    for (const asked of [1, 1, 2, 2, 3]) {
      expect(await askAll(scene, instances)).toEqual(['allow'])
      expect(scene.issuer.log).toHaveLength(asked)
      await scene.time.advance(16)
    }
  })

  test('is asked by each that shares nothing', async () => {
    const scene = createScene()
    const instances = await ageTogether(scene)
    expect(await askAll(scene, instances)).toEqual(['allow'])
    expect(scene.issuer.log).toHaveLength(COUNT)
  })

  test('says nothing against a key that it was not asked about', async () => {
    const scene = createScene()
    const instances = await ageTogether(scene, createStore(scene.time))
    await askAll(scene, instances)
    expect(await askAll(scene, instances, 'second')).toEqual(['keys_unavailable'])
    expect(scene.issuer.log).toHaveLength(1)
  })

  test('is asked by whoever holds no keys', async () => {
    const scene = createScene()
    const store = createStore(scene.time)
    await askAll(scene, await ageTogether(scene, store))
    scene.issuer.fault = undefined
    for (const key of store.texts.keys()) if (key.startsWith('keys:')) store.texts.delete(key)
    const cold = scene.start({ stores: [store] })
    expect((await scene.time.until(cold.ask('first')))[0]).toBe('allow')
    expect(cold.tier).toBe('issuer')
  })

  test('is asked again by all who share a tier within thirty seconds of its return', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instances = await ageTogether(scene, createStore(time))
    await askAll(scene, instances)
    issuer.fault = undefined
    issuer.kids = ['second']
    issuer.clear()
    await time.advance(31)
    await askAll(scene, instances)
    expect(await askAll(scene, instances)).toEqual(['unknown_key'])
    expect(issuer.log.length).toBeLessThan(COUNT / 2)
  })

  test('is in none any more for those who left it alone while one of them asked', async () => {
    const scene = createScene()
    const { time, issuer } = scene
    const instances = await ageTogether(scene, createStore(time))
    /** One of them is asking when the others begin. */
    const askBehind = async (asker: SceneInstance | undefined, kid: string) => {
      const first = asker?.ask(kid)
      await time.advance(0.05)
      const others = instances.map((instance) => instance.ask(kid))
      return new Set((await time.until(Promise.all([first, ...others])))[0])
    }
    await askAll(scene, instances)
    issuer.fault = undefined
    await time.advance(31)
    await askBehind(instances[0], 'first')
    await time.advance(31)
    // They find what it got.
    await askBehind(instances[1], 'first')
    expect(issuer.log).toHaveLength(3)
    issuer.kids = ['second']
    await time.advance(31)
    expect(await askBehind(instances[1], 'second')).toEqual(new Set(['allow']))
  })

  const [KEY, SOON] = [`trouble:${ISSUER}`, START + 15]

  test.each([
    ...['', 'soon', '1e999', START + 40, START - 1].map((at) => `${KEY} ${at}`),
    `trouble:https://other.example/ ${SOON}`,
    `${SOON}`,
    '',
  ])('is not believed in on the word of "%s"', async (text) => {
    expect(await asksAfter(text)).toBe(true)
  })

  test('is believed in on the word of another instance', async () => {
    expect(await asksAfter(`${KEY} ${SOON}`)).toBe(false)
  })

  /** Is it asked, though this stands in the shared tier? */
  async function asksAfter(text: string): Promise<boolean> {
    const scene = createScene()
    const { time, issuer } = scene
    const store = createStore(time)
    const instance = scene.start({ stores: [store], freshSeconds: 10 })
    await time.until(instance.ask('first'))
    issuer.clear()
    store.texts.set(KEY, text)
    await time.advance(20)
    await time.until(instance.ask('first'))
    return issuer.log.length > 0
  }

  test('is told for whole seconds, as stores count them', async () => {
    const scene = createScene()
    const lifetimes: number[] = []
    const { time, issuer } = scene
    const store = createStore(time)
    const counted = {
      ...store,
      put: (key: string, value: string, lifetime: StoreLifetime) => {
        lifetimes.push(lifetime.ttlSeconds)
        return store.put(key, value, lifetime)
      },
    }
    const instance = scene.start({ stores: [counted], cooldownSeconds: 0.5 })
    issuer.fault = 'network'
    await time.until(instance.ask('first'))
    expect(lifetimes).toEqual([1])
  })
})
