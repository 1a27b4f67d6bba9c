/** Numbers for people. */
import { isMet } from './judge.ts'
import type { Judged } from './judge.ts'
import type { Bar } from './bars.ts'
import type { Unit } from './table.ts'

/** Three digits, and none behind the point where they say nothing. */
export function showNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en')
  if (size >= 10) return value.toFixed(1)
  return size >= 0.1 ? value.toFixed(2) : value.toPrecision(2)
}

const UNITS: Readonly<Record<Bar['measure'], (unit: Unit) => string>> = {
  speed: () => '×',
  cost: () => '×',
  added: (unit) => ` ${unit}`,
  value: (unit) => ` ${unit}`,
}

export interface Verdict {
  readonly measured: string
  readonly bound: string
  readonly outcome: 'met' | 'missed' | 'not measured'
}

export function showBar(bar: Bar, judged: Judged | undefined, unit: Unit): Verdict {
  const suffix = UNITS[bar.measure](unit)
  const { atLeast, atMost } = bar
  const bound =
    atLeast === undefined
      ? `≤ ${showNumber(atMost ?? 0)}${suffix}`
      : `≥ ${showNumber(atLeast)}${suffix}`
  const value = judged?.value ?? null
  if (value === null) return { measured: '–', bound, outcome: 'not measured' }
  const outcome = isMet(bar, value) ? 'met' : 'missed'
  return { measured: showNumber(value) + suffix, bound, outcome }
}
