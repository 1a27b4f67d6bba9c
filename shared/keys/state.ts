/** What one issuer's keys are, between requests: data only, bounded by one key set. */
import { isPast } from '../deadline.ts'
import { CLOCK_TOLERANCE_SECONDS, KEYS_SPREAD } from '../limits.ts'
import type { Fetched } from './issuer.ts'
import type { KeyTimes } from './options.ts'
import type { KeyRecord } from './record.ts'
import { createKeySet } from './select.ts'
import type { KeySet } from './select.ts'

export interface KeyState {
  set: KeySet
  /** Where `set` came from: a store's name, or `ISSUER_TIER`. */
  tier: string
  /** Epoch seconds. */
  fetchedAt: number
  freshUntil: number
  /** `freshUntil`, or somewhat earlier where others have the same keys. */
  renewAt: number
  /** What this instance itself last got from the issuer. */
  fetched: Fetched | undefined
  /** An endpoint that this instance found and got no keys from yet. */
  located: string | undefined
  /** Attempts to ask the issuer, successful or not, count from their start. Epoch seconds. */
  attemptedAt: number
  /** Attempts in a row that failed. */
  failures: number
  flight: Flight | undefined
  /** When a key was last asked for. Epoch seconds. */
  demandedAt: number
}

/** A refresh under way. */
export interface Flight {
  readonly startedAt: number
  /** Nobody has looked at these keys for a while: whoever wants one waits for this. */
  isAwaited: boolean
  /** undefined where the platform forbids requests to await one another. */
  landed: Promise<unknown> | undefined
}

const NEVER = -Infinity
/** The tier of what this instance was told itself. */
export const ISSUER_TIER = 'issuer'

export const createKeyState = (): KeyState => ({
  set: createKeySet([]),
  tier: '',
  fetchedAt: NEVER,
  freshUntil: NEVER,
  renewAt: NEVER,
  fetched: undefined,
  located: undefined,
  attemptedAt: NEVER,
  failures: 0,
  flight: undefined,
  demandedAt: NEVER,
})

/** `lot`: from 0 to 1, drawn anew each time; 0 where nobody shares the keys. */
export function adoptRecord(state: KeyState, record: KeyRecord, tier: string, lot: number): void {
  state.set = createKeySet(record.keys)
  state.tier = tier
  state.fetchedAt = record.fetchedAt
  state.freshUntil = record.fetchedAt + record.freshSeconds
  state.renewAt = state.freshUntil - lot * KEYS_SPREAD * record.freshSeconds
}

/** No longer fresh, or nearly; or from a time that has yet to come, because the clock was put back. */
export const isDue = ({ renewAt, fetchedAt }: KeyState, now: number): boolean =>
  now >= renewAt || now < fetchedAt - CLOCK_TOLERANCE_SECONDS

/** Past this, keys of an issuer that cannot be reached are trusted no more. */
export const isTrusted = ({ freshUntil }: KeyState, now: number, times: KeyTimes): boolean =>
  now < freshUntil + times.staleSeconds

/**
 * May the issuer be asked now? Random key ids must not become its load, and a failing issuer is left
 * alone for a while; a set that merely aged may be renewed at once.
 */
export function mayAsk(state: KeyState, now: number, times: KeyTimes): boolean {
  const { failures, attemptedAt } = state
  if (failures === 0 && isDue(state, now)) return true
  const backoff = isTrusted(state, now, times) ? Infinity : 2 ** (failures - 1)
  return isPast(attemptedAt, Math.min(backoff, times.cooldownSeconds), now)
}
