import { expect, it } from 'vitest'
import { createVerdicts } from '../../../shared/opaque/verdicts.ts'
import { deny } from '../../../shared/reasons.ts'

const verdict = { result: deny('token_inactive'), keepSeconds: 30 }
const look = (verdicts: ReturnType<typeof createVerdicts>, token: string) =>
  verdicts.look(token, 0, Infinity) !== undefined

it('holds no more than twice its bound, and drops what was used longest ago', () => {
  const verdicts = createVerdicts({ entries: 10, bytes: 1e6 })
  verdicts.put('used', verdict, 0)
  for (let n = 0; n < 100; n += 1) {
    verdicts.put(`token-${n}`, verdict, 0)
    expect(look(verdicts, 'used')).toBe(true)
  }
  const held = Array.from({ length: 100 }, (_, n) => look(verdicts, `token-${n}`))
  expect(held.slice(90)).not.toContain(false)
  expect(held.filter(Boolean).length).toBeLessThanOrEqual(20)
  expect(look(verdicts, 'token-0')).toBe(false)
})

it('counts bytes too', () => {
  const verdicts = createVerdicts({ entries: 1000, bytes: 10_000 })
  for (let n = 0; n < 100; n += 1) verdicts.put(`${n}`.padStart(1000, '-'), verdict, 0)
  const held = Array.from({ length: 100 }, (_, n) => look(verdicts, `${n}`.padStart(1000, '-')))
  expect(held.filter(Boolean).length).toBeLessThanOrEqual(20)
  expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(9)
})
