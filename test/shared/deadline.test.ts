/** Waiting ends: with what was waited for, or without it. */
import { describe, expect, test, vi } from 'vitest'
import { createAttempt, StoreError } from '../../shared/attempt.ts'
import { sleep, startTimer, within } from '../../shared/deadline.ts'
import { STORE_TIMEOUT_MS } from '../../shared/limits.ts'
import type { Store } from '../../shared/ports.ts'

/** A clock of which one hand is ours. */
function createClock() {
  const started: number[] = []
  const cancel = vi.fn<() => void>()
  let ring = () => {}
  const timer = (callback: () => void, milliseconds: number) => {
    started.push(milliseconds)
    ring = callback
    return cancel
  }
  return { timer, started, cancel, ring: () => ring() }
}

const never = new Promise<never>(() => undefined)

describe('within a time', () => {
  test.each([
    ['what the work gives', () => Promise.resolve('x'), 'x'],
    ['nothing where it fails', () => Promise.reject(new Error('no')), undefined],
  ])('there is %s, and the timer is stopped', async (_, work, expected) => {
    const { timer, started, cancel } = createClock()
    expect(await within(work(), 70, timer)).toBe(expected)
    expect(started).toEqual([70])
    await expect.poll(() => cancel.mock.calls.length).toBe(1)
  })

  test('there is nothing where it takes longer', async () => {
    const { timer, ring } = createClock()
    const waiting = within(never, 70, timer)
    ring()
    expect(await waiting).toBeUndefined()
  })
})

describe('an attempt at a store', () => {
  const store = { name: 'kv' } as Store

  test.each([
    ['gives', () => Promise.resolve('x'), 'x', []],
    ['knows nothing', () => Promise.resolve(null), null, []],
    ['rejects', () => Promise.reject(new Error('redis://:password@')), undefined, ['kv: failed']],
    ['says why', () => Promise.reject(new StoreError('no')), undefined, ['kv: no']],
    [
      'throws',
      () => {
        throw new Error('no')
      },
      undefined,
      ['kv: failed'],
    ],
  ])('that %s', async (_, work, expected, told) => {
    const { timer, started } = createClock()
    const faults: string[] = []
    const attempt = createAttempt(timer, (fault) => void faults.push(fault))
    expect(await attempt<string | null>(store, work)).toBe(expected)
    expect(faults).toEqual(told)
    expect(started).toEqual([STORE_TIMEOUT_MS])
  })

  test('that dawdles', async () => {
    const { timer, ring } = createClock()
    const faults: string[] = []
    const waiting = createAttempt(timer, (fault) => void faults.push(fault))(store, () => never)
    ring()
    expect(await waiting).toBeUndefined()
    expect(faults).toEqual(['kv: timeout'])
  })
})

test('sleep ends when its time is over', async () => {
  const { timer, started, ring } = createClock()
  const sleeping = sleep(10, timer)
  ring()
  await sleeping
  expect(started).toEqual([10])
})

test('a timer rings once, unless it is stopped', () => {
  vi.useFakeTimers()
  const [one, other] = [vi.fn<() => void>(), vi.fn<() => void>()]
  startTimer(one, 10)
  startTimer(other, 10)()
  vi.advanceTimersByTime(9)
  expect(one).not.toHaveBeenCalled()
  vi.advanceTimersByTime(100)
  expect(one).toHaveBeenCalledTimes(1)
  expect(other).not.toHaveBeenCalled()
  vi.useRealTimers()
})
