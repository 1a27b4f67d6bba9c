import { createHash } from 'node:crypto'
import type { Answer } from './answer.ts'
import { CACHE_MAX_ENTRIES } from './limits.ts'

/** One authorizer's results, by the values of its identity sources (AG-CFG, AG-HTTP). */
export interface AnswerCache {
  get(key: string): Answer | undefined
  put(key: string, answer: Answer): void
}

interface Entry {
  readonly answer: Answer
  readonly expiresAtMs: number
}

/** A digest: identity values are tokens, and a key may show up where a token must not. */
export const cacheKey = (values: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('hex')

/** Expiry is a comparison with `now`; an entry is not prolonged by being read. */
export const createCache = (
  ttlSeconds: number,
  now: () => number,
  maxEntries = CACHE_MAX_ENTRIES,
): AnswerCache => {
  const entries = new Map<string, Entry>()
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry && now() < entry.expiresAtMs) return entry.answer
      entries.delete(key)
      return undefined
    },
    put(key, answer) {
      const [oldest] = entries.keys()
      if (entries.size >= maxEntries && oldest !== undefined) entries.delete(oldest)
      entries.set(key, { answer, expiresAtMs: now() + ttlSeconds * 1000 })
    },
  }
}
