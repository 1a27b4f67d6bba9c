/** A moment that a user names: epoch seconds, or a date as ISO 8601 has it. */
import { CliFault } from '../fault.ts'
import { printable, shorten } from '../printable.ts'

export function readInstant(text: string | undefined): number {
  if (text === undefined) return Date.now() / 1000
  const seconds = /^\d{1,12}(?:\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000
  if (Number.isFinite(seconds)) return seconds
  throw new CliFault(
    `"${shorten(printable(text), 40)}" is no time.`,
    'Write epoch seconds, or a date such as 2026-01-31T12:00:00Z.',
  )
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `900`, `15m`, `1h`, `30d`. */
export function readDuration(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? []
  const seconds = Number(count) * (UNITS[unit || 's'] ?? 1)
  if (count !== undefined && seconds > 0) return seconds
  throw new CliFault(
    `"${shorten(printable(text), 40)}" is no duration.`,
    'Write seconds, or 15m, 1h, 30d.',
  )
}
