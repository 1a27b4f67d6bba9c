import { describe, expect, it } from 'vitest'
import type { AuthorizerEvent } from '../../../shared/index.ts'
import { createLog } from '../../../shared/wire/log.ts'

const EVENTS = ['allow', 'deny', 'unavailable', 'refreshed', 'failed', 'store_failed'].map(
  (outcome) => ({ event: 'decision', outcome }) as AuthorizerEvent,
)

describe('of what happens', () => {
  it.each([
    ['all', ['allow', 'deny', 'unavailable', 'refreshed', 'failed', 'store_failed']],
    ['denied', ['deny', 'unavailable', 'failed', 'store_failed']],
    ['none', []],
  ] as const)('the log %s holds a line each of %j', (level, outcomes) => {
    const lines: string[] = []
    const log = createLog(level, 'worker', (line) => void lines.push(line))
    EVENTS.forEach(log)
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
      outcomes.map((outcome) => ({ event: 'decision', outcome, platform: 'worker' })),
    )
  })
})
