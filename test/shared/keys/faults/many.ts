/** Many instances at once, and how to count what came of it. */
import { expect } from 'vitest'
import type { InstanceOptions, Scene } from '../scene.ts'

export const startMany = (scene: Scene, count: number, options: InstanceOptions = {}) =>
  Array.from({ length: count }, () => scene.start(options))

export const requests = (count: number): string => `${count} request${count === 1 ? '' : 's'}`

/** Instances that start so many seconds after one another, each with its first token. */
export async function startApart(
  scene: Scene,
  count: number,
  apart: number,
  options: InstanceOptions,
) {
  const { time, issuer } = scene
  const verdicts = new Set<string>()
  let longest = 0
  for (const instance of startMany(scene, count, options)) {
    const askedAt = time.now()
    void instance.ask('first').then((verdict) => {
      verdicts.add(verdict)
      longest = Math.max(longest, time.now() - askedAt)
    })
    await time.advance(apart)
  }
  await time.advance(10)
  expect([...verdicts]).toEqual(['allow'])
  return { count: issuer.log.length, longest }
}
