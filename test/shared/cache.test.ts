/** What is remembered of tokens stays within its bounds, and never speaks for another token. */
import { assert, array, integer, property, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTokenCache } from '../../shared/cache.ts'

const ROOMY = { entries: 10, bytes: 1_000_000 }
/** Tokens of one length whose ends differ. */
const tokenOf = (number: number, length = 100) => `${number}`.padStart(length, 'a')

describe('a token cache', () => {
  test('returns what was set for the very text', () => {
    const cache = createTokenCache<string>(ROOMY)
    cache.set(tokenOf(1), 'one')
    cache.set(tokenOf(2), 'two')
    expect([1, 2, 3].map((number) => cache.get(tokenOf(number)))).toEqual(['one', 'two', undefined])
  })

  test('takes no other text with the same end for it, newest or not', () => {
    const cache = createTokenCache<string>(ROOMY)
    cache.set(tokenOf(1), 'one')
    expect(cache.get(`x${tokenOf(1).slice(1)}`)).toBeUndefined()
    cache.set(tokenOf(2), 'two')
    expect(cache.get(`x${tokenOf(1).slice(1)}`)).toBeUndefined()
    expect(cache.get(tokenOf(1))).toBe('one')
  })

  test('forgets the one that was used longest ago', () => {
    const cache = createTokenCache<number>({ ...ROOMY, entries: 3 })
    for (const number of [1, 2, 3]) cache.set(tokenOf(number), number)
    cache.get(tokenOf(1))
    cache.set(tokenOf(4), 4)
    expect([1, 2, 3, 4].map((number) => cache.get(tokenOf(number)))).toEqual([1, undefined, 3, 4])
  })

  test('is bounded in bytes, also where each token is large', () => {
    const cache = createTokenCache<number>({ entries: 1_000, bytes: 6 * 2_500 })
    for (const number of [1, 2, 3]) cache.set(tokenOf(number, 1_000), number)
    expect([1, 2, 3].map((number) => cache.get(tokenOf(number, 1_000)))).toEqual([undefined, 2, 3])
  })

  test('keeps nothing that is larger than itself', () => {
    const cache = createTokenCache<number>({ entries: 10, bytes: 100 })
    cache.set(tokenOf(1), 1)
    expect(cache.get(tokenOf(1))).toBeUndefined()
  })

  test('counts a token that is set again once', () => {
    const cache = createTokenCache<number>({ entries: 10, bytes: 6 * 250 })
    cache.set(tokenOf(1), 1)
    for (let again = 0; again < 10; again += 1) cache.set(tokenOf(2), again)
    expect([1, 2].map((number) => cache.get(tokenOf(number)))).toEqual([1, 9])
  })

  test('is what a list in order of use is, whatever is asked and set in turn', () => {
    const steps = array(tuple(integer({ min: 0, max: 1 }), integer({ min: 0, max: 12 })), {
      minLength: 50,
      maxLength: 400,
    })
    const check = (taken: readonly (readonly [number, number])[]) => {
      const cache = createTokenCache<number>({ entries: 8, bytes: 6 * 100 * 6 })
      let used: number[] = []
      for (const [isSet, number] of taken) {
        const isKnown = used.includes(number)
        if (isSet) cache.set(tokenOf(number), number)
        else expect(cache.get(tokenOf(number))).toBe(isKnown ? number : undefined)
        if (isSet || isKnown) used = [...used.filter((other) => other !== number), number].slice(-6)
      }
    }
    assert(property(steps, check), { numRuns: 300, seed: 20_261_124 })
  })
})
