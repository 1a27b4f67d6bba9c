/** What one issuer's keys are, between requests: data only, bounded by one key set. */
import type { Fetched } from './issuer.ts'
import type { KeyRecord } from './record.ts'
import { createKeySet } from './set.ts'
import type { KeySet } from './set.ts'

export interface KeyState {
  current: KeySet | null
  /** Where `current` came from: a store's name, or `issuer`. */
  tier: string
  /** What this instance itself last got from the issuer. */
  fetched: Fetched | null
  /** Attempts to ask the issuer, successful or not, count from their start. Epoch seconds. */
  attemptedAt: number
  /** Attempts in a row that failed. */
  failures: number
  /** Times in a row that a shared record stood in for the issuer for an unseen `kid`. */
  deferrals: number
  flight: Flight | null
}

/** A refresh under way. */
export interface Flight {
  readonly startedAt: number
  /** null where the platform forbids requests to await one another. */
  readonly landed: Promise<void> | null
}

export interface KeyTimes {
  readonly staleSeconds: number
  readonly cooldownSeconds: number
}

export const createKeyState = (): KeyState => ({
  current: null,
  tier: '',
  fetched: null,
  attemptedAt: Number.NEGATIVE_INFINITY,
  failures: 0,
  deferrals: 0,
  flight: null,
})

export function adoptRecord(state: KeyState, record: KeyRecord, tier: string): void {
  state.current = createKeySet(record)
  state.tier = tier
}

export const isFresh = ({ fetchedAt, freshSeconds }: KeyRecord, now: number): boolean =>
  now < fetchedAt + freshSeconds

/** Past this, keys of an issuer that cannot be reached are trusted no more. */
export const isTrusted = (record: KeyRecord, now: number, { staleSeconds }: KeyTimes): boolean =>
  now < record.fetchedAt + record.freshSeconds + staleSeconds

/**
 * When the issuer may be asked next. Random key ids must not become its load, a failing issuer is
 * left alone for a while, and a set that merely aged may be renewed at once.
 */
export function nextAttemptAt(state: KeyState, now: number, times: KeyTimes): number {
  const { current, failures, attemptedAt } = state
  const { cooldownSeconds } = times
  if (current !== null && isTrusted(current.record, now, times)) {
    const agedOnly = failures === 0 && !isFresh(current.record, now)
    return agedOnly ? now : attemptedAt + cooldownSeconds
  }
  return failures === 0 ? now : attemptedAt + Math.min(2 ** (failures - 1), cooldownSeconds)
}
