/**
 * Renewing one issuer's keys: from a shared tier where one is newer, else from the issuer, one
 * attempt at a time. Every way out of here leaves the keys that were held before in place.
 *
 * Instances that share a tier do so each at a moment of its own, drawn by lot: the first one asks
 * the issuer, and the others find in the tier what it was told.
 */
import { isPast, sleep } from '../deadline.ts'
import {
  DISCOVERY_SECONDS,
  FLIGHT_POLL_MS,
  FLIGHT_SECONDS,
  KEYS_FRESH_SECONDS,
  KEYS_WAIT_MS,
} from '../limits.ts'
import type { KeyRequest, RequestContext, Timer } from '../ports.ts'
import { fetchKeys } from './issuer.ts'
import type { Fetched } from './issuer.ts'
import type { KeyOptions, KeyTimes } from './options.ts'
import { createKeySet, isPrivate, selectKeys } from './select.ts'
import { ISSUER_TIER, adoptRecord, isDue, isTrusted, mayAsk } from './state.ts'
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

/** As whoever began it sees it. */
export interface OwnFlight extends Flight {
  /** The shared tiers have been read. undefined: somebody else began it. */
  readonly looked?: Promise<unknown>
}

/** The refresh that is under way, perhaps for another key, or one begun here where it is due. */
export function beginRefresh(
  state: KeyState,
  options: RefreshOptions,
  demand: KeyDemand,
): OwnFlight | undefined {
  const { now, context, isLate } = demand
  if (state.flight && !isPast(state.flight.startedAt, FLIGHT_SECONDS, now)) {
    state.flight.isAwaited ||= isLate
    return state.flight
  }
  if (state.flight) {
    // Lost, with the request that began it.
    state.failures += 1
    state.flight = undefined
  }
  if (!mayAsk(state, now, options)) return undefined
  const flight: Flight = { startedAt: now, isAwaited: isLate, landed: undefined }
  state.flight = flight
  let onAsk = () => {}
  const asking = new Promise<void>((resolve) => {
    onAsk = resolve
  })
  const isCurrent = () => state.flight === flight
  const lot = options.tiers.isShared ? Math.random() : 0
  const landed = fly(state, options, { ...demand, onAsk, isCurrent, lot })
  if (options.sharesPromises) flight.landed = landed
  context.waitUntil?.(landed)
  // Whoever begins it may await it everywhere.
  return { ...flight, landed, looked: Promise.race([asking, landed]) }
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

async function fly(state: KeyState, options: RefreshOptions, attempt: Attempt): Promise<void> {
  const hasRenewed = await renew(state, options, attempt).catch(() => false)
  // One that was taken for lost has been counted, and another may be under way.
  if (!attempt.isCurrent()) return
  if (!hasRenewed) state.failures += 1
  state.flight = undefined
}

interface Attempt extends KeyDemand {
  /** To be called where the shared tiers say nothing new and the issuer is asked. */
  readonly onAsk: () => void
  /** Has it not been taken for lost? */
  readonly isCurrent: () => boolean
  /** From 0 to 1. */
  readonly lot: number
}

export const isListed = (state: KeyState, { wanted }: KeyDemand): boolean =>
  selectKeys(state.set, wanted) !== 'unknown_key'

/** True where somebody's answer, ours or another instance's, says all there is to say now. */
const renew = async (state: KeyState, options: RefreshOptions, attempt: Attempt) =>
  (await readTiers(state, options, attempt)) ||
  // A flight taken for lost may come back late, from a Lambda that was frozen: it asks no more.
  !attempt.isCurrent() ||
  askIssuer(state, options, attempt)

async function readTiers(
  state: KeyState,
  { tiers, cooldownSeconds }: RefreshOptions,
  attempt: Attempt,
): Promise<boolean> {
  const { now, lot, context } = attempt
  const shared = await tiers.read(now, ({ fetchedAt }) => fetchedAt > state.fetchedAt)
  if (shared) {
    const [record, store] = shared
    // Not later, where its author's attempt was counted as ours: that one did not fail after all.
    if (record.fetchedAt >= state.attemptedAt) state.failures = 0
    adoptRecord(state, record, store, lot)
    await keep(tiers.write(record, now, store), context)
    if (now < state.freshUntil && isListed(state, attempt)) return true
  }
  if (!wasJustAsked(state, now, cooldownSeconds)) return false
  state.attemptedAt = Math.min(state.fetchedAt, now) + lot * cooldownSeconds
  return true
}

async function askIssuer(
  state: KeyState,
  options: RefreshOptions,
  attempt: Attempt,
): Promise<boolean> {
  const { tiers, tell, cooldownSeconds } = options
  const { now, lot, isCurrent, context } = attempt
  const { fetched: previous, failures } = state
  if (await isInTrouble(state, options, now)) return false
  attempt.onAsk()
  state.attemptedAt = now
  if (failures > 0) void keep(tiers.warn(now), context)
  // Where the last attempt failed the endpoint may have moved; where a key is not listed, too.
  const knownSeconds = isListed(state, attempt) ? DISCOVERY_SECONDS : KEYS_FRESH_SECONDS
  const { located: found } = state
  state.located = undefined
  const answer = await fetchKeys(options, now, {
    previous: failures > 0 ? undefined : previous,
    knownSeconds,
    found,
    onFound: (jwksUri) => (state.located = jwksUri),
  })
  // Else it is good for one more attempt: two slow answers may be more than one request may wait for.
  if (answer !== 'key set: timeout') state.located = undefined
  if (typeof answer === 'object' && answer.record.keys.some(isPrivate)) {
    tell('exposed', 'key set: a private key')
  }
  const fetched = isUsable(answer, state, now, options) ? answer : 'key set: no usable key'
  if (typeof fetched === 'string') {
    tell('failed', fetched)
    if (failures === 0) await keep(tiers.warn(now), context)
    return false
  }
  // A newer answer than that of a flight that was taken for lost stays.
  if (!isCurrent() && fetched.record.fetchedAt < state.fetchedAt) return true
  adoptRecord(state, fetched.record, ISSUER_TIER, lot)
  if (!isListed(state, attempt)) state.attemptedAt += lot * cooldownSeconds
  state.fetched = fetched
  state.failures = 0
  tell('refreshed')
  // Others may have written a newer one since.
  if (isCurrent()) await keep(tiers.write(fetched.record, now), context)
  return true
}

/**
 * Has another instance asked in vain, or is it trying again? Then its attempt counts as ours, so that
 * an outage costs the issuer one request in thirty seconds for a tier. Not where we hold no keys to
 * go on with.
 */
async function isInTrouble(
  state: KeyState,
  { tiers, ...times }: RefreshOptions,
  now: number,
): Promise<boolean> {
  if (!isTrusted(state, now, times)) return false
  const warnedAt = await tiers.warnedAt(now)
  if (!(warnedAt > state.fetchedAt) || isPast(warnedAt, times.cooldownSeconds, now)) return false
  state.attemptedAt = warnedAt
  return true
}

/** Another instance has asked, and a key is not listed: to ask again would serve random ids only. */
const wasJustAsked = (state: KeyState, now: number, cooldownSeconds: number): boolean =>
  state.tier !== ISSUER_TIER && !isDue(state, now) && !isPast(state.fetchedAt, cooldownSeconds, now)

/** Keys of which none can verify anything are no rotation, while there are others (§8.6). */
const isUsable = (
  answer: Fetched | string,
  state: KeyState,
  now: number,
  times: KeyTimes,
): boolean =>
  typeof answer === 'string' ||
  createKeySet(answer.record.keys).sound.length > 0 ||
  state.set.sound.length === 0 ||
  !isTrusted(state, now, times)

/** Goes on behind the answer where the platform offers that; elsewhere it would freeze with it. */
const keep = (work: Promise<unknown>, context: RequestContext): unknown =>
  context.waitUntil ? context.waitUntil(work) : work
