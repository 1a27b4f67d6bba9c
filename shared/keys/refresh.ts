/**
 * Renewing one issuer's keys: from a shared tier where one is newer, else from the issuer, one
 * attempt at a time. Every way out of here leaves the keys that were held before in place.
 */
import { sleep } from '../deadline.ts'
import {
  DISCOVERY_SECONDS,
  FLIGHT_POLL_MS,
  FLIGHT_SECONDS,
  KEYS_FRESH_SECONDS,
  KEYS_WAIT_MS,
} from '../limits.ts'
import type { KeyRequest, RequestContext, Timer } from '../ports.ts'
import { fetchKeys } from './issuer.ts'
import type { KeyOptions } from './options.ts'
import { selectKeys } from './select.ts'
import { adoptRecord, isPast, mayAsk } from './state.ts'
import type { Flight, KeyState } from './state.ts'
import type { Tiers } from './tiers.ts'

export interface RefreshOptions extends KeyOptions {
  readonly tiers: Tiers
}

/** A key that a token asks for, in a request. */
export interface KeyDemand {
  readonly wanted: KeyRequest
  readonly now: number
  readonly context: RequestContext
  /** The first in a while. */
  readonly isLate: boolean
}

/** The refresh that is under way, perhaps for another key, or one begun here where it is due. */
export function beginRefresh(
  state: KeyState,
  options: RefreshOptions,
  demand: KeyDemand,
): Flight | undefined {
  const { now, context, isLate } = demand
  if (state.flight && !isPast(state.flight.startedAt, FLIGHT_SECONDS, now)) return state.flight
  if (state.flight) {
    // Lost, with the request that began it.
    state.failures += 1
    state.flight = undefined
  }
  if (!mayAsk(state, now, options)) return undefined
  const flight: Flight = { startedAt: now, isAwaited: isLate, landed: undefined }
  state.flight = flight
  const landed = fly(state, options, demand, flight)
  if (options.sharesPromises) flight.landed = landed
  context.waitUntil?.(landed)
  // Whoever begins it may await it everywhere.
  return { ...flight, landed }
}

/** Ends with the flight, or earlier: `resolver.ts` sets the bound. */
export async function awaitLanding(state: KeyState, flight: Flight, timer: Timer): Promise<void> {
  if (flight.landed) return void (await flight.landed)
  // Another request's: its data may be looked at, its promise may not be awaited.
  const looks = KEYS_WAIT_MS / FLIGHT_POLL_MS
  for (let look = 0; look < looks && state.flight === flight; look += 1) {
    await sleep(FLIGHT_POLL_MS, timer)
  }
}

async function fly(
  state: KeyState,
  options: RefreshOptions,
  demand: KeyDemand,
  flight: Flight,
): Promise<void> {
  const isCurrent = () => state.flight === flight
  const hasRenewed = await renew(state, options, demand, isCurrent).catch(() => false)
  // One that was taken for lost has been counted, and another may be under way.
  if (!isCurrent()) return
  if (!hasRenewed) state.failures += 1
  state.flight = undefined
}

/** True where somebody's answer, ours or another instance's, says all there is to say now. */
async function renew(
  state: KeyState,
  options: RefreshOptions,
  demand: KeyDemand,
  isCurrent: () => boolean,
): Promise<boolean> {
  const { tiers, tell } = options
  const { now, wanted, context } = demand
  const isListed = () => selectKeys(state.set, wanted) !== 'unknown_key'
  const shared = await tiers.read(now, ({ fetchedAt }) => fetchedAt > state.fetchedAt)
  if (shared) {
    adoptRecord(state, ...shared)
    await keep(tiers.write(shared[0], now, shared[1]), context)
    if (now < state.freshUntil && isListed()) return true
  }
  state.attemptedAt = now
  const { fetched: previous, failures } = state
  // Where the last attempt failed the endpoint may have moved; where a key is not listed, too.
  const knownSeconds = isListed() ? DISCOVERY_SECONDS : KEYS_FRESH_SECONDS
  const fetched = await fetchKeys(options, now, failures > 0 ? undefined : previous, knownSeconds)
  if (typeof fetched === 'string') {
    tell('failed', fetched)
    return false
  }
  // A newer answer than that of a flight that was taken for lost stays.
  if (!isCurrent() && fetched.record.fetchedAt < state.fetchedAt) return true
  adoptRecord(state, fetched.record, 'issuer')
  state.fetched = fetched
  state.failures = 0
  tell('refreshed')
  await keep(tiers.write(fetched.record, now), context)
  return true
}

/** Goes on behind the answer where the platform offers that; elsewhere it would freeze with it. */
const keep = (work: Promise<unknown>, context: RequestContext): unknown =>
  context.waitUntil ? context.waitUntil(work) : work
