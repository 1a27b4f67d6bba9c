/** Times in words. */

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['year', 31_557_600],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/** The last instant a `Date` can hold. */
const DATE_MAX_SECONDS = 8_640_000_000_000

/** `1 hour 20 minutes`: the two largest units that are not zero. */
export function writeDuration(seconds: number): string {
  let left = Math.round(Math.abs(seconds))
  const words: string[] = []
  for (const [name, size] of UNITS) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) words.push(`${count} ${name}${count === 1 ? '' : 's'}`)
    else if (words.length > 0) break
  }
  return words.slice(0, 2).join(' ') || '0 seconds'
}

export const writeRelative = (seconds: number, now: number): string =>
  seconds === now
    ? 'now'
    : seconds > now
      ? `in ${writeDuration(seconds - now)}`
      : `${writeDuration(now - seconds)} ago`

/** null for what no calendar holds. */
export const writeIso = (seconds: number): string | null =>
  Math.abs(seconds) <= DATE_MAX_SECONDS
    ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
    : null
