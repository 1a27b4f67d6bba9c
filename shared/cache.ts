/**
 * What is known of a token, remembered by its text: bounded in entries and bytes, least recently
 * used out first. What was found good has a cache of its own, so that forged tokens displace nothing.
 */

export interface TokenCache<T> {
  get(token: string): T | undefined
  /** `bytes`: of memory, where more is known of it than the length of the token. */
  set(token: string, value: T, bytes?: number): void
}

export interface CacheBounds {
  readonly entries: number
  /** Of memory, as far as it is known. */
  readonly bytes: number
}

interface Entry<T> {
  readonly token: string
  readonly value: T
  readonly bytes: number
}

/**
 * The end of a token: of a signed one, its signature, which differs from any other's. V8 hashes the
 * whole of a key, so that a look-up by the whole token costs five times as much. The whole text is
 * compared all the same; how long that takes tells nothing to those who do not know a token's end.
 */
const TAIL_CHARACTERS = 40
/** A token's text, its claims as objects, and the entry: measured, per character of the text. */
const BYTES_PER_CHARACTER = 6

export function createTokenCache<T>({ entries, bytes }: CacheBounds): TokenCache<T> {
  const known = new Map<string, Entry<T>>()
  let left = bytes
  let newest: Entry<T> | undefined
  /**
   * Goes on where it last stopped: a new one would step over every gap that evictions have left.
   * But one that waits keeps the Map's former tables in memory: it is dropped when a token comes
   * again.
   */
  let oldest: MapIterator<[string, Entry<T>]> | undefined

  const forget = (tail: string, entry: Entry<T>) => {
    known.delete(tail)
    left += entry.bytes
    if (newest === entry) newest = undefined
  }
  const isOverfull = () => known.size > entries || left < 0
  return {
    get(token) {
      if (newest?.token === token) return newest.value
      const tail = token.slice(-TAIL_CHARACTERS)
      const entry = known.get(tail)
      if (entry?.token !== token) return undefined
      // A Map keeps its keys in the order in which they came: the last to come was used last.
      known.delete(tail)
      known.set(tail, (newest = entry))
      oldest = undefined
      return entry.value
    },
    set(token, value, bytes = token.length * BYTES_PER_CHARACTER) {
      const tail = token.slice(-TAIL_CHARACTERS)
      const earlier = known.get(tail)
      if (earlier) forget(tail, earlier)
      known.set(tail, (newest = { token, value, bytes }))
      left -= bytes
      while (isOverfull()) {
        oldest ??= known.entries()
        const { value: found } = oldest.next()
        if (!found) break
        forget(found[0], found[1])
      }
    },
  }
}
