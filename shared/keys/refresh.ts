/**
 * Renewing one issuer's keys: from a shared tier where one is newer, else from the issuer, one
 * attempt at a time. Every way out of here leaves the keys that were held before in place.
 */
import { sleep, within } from '../deadline.ts'
import { FLIGHT_POLL_MS, FLIGHT_SECONDS, KEYS_WAIT_MS } from '../limits.ts'
import type { KeyRequest, RequestContext, Timer } from '../ports.ts'
import { fetchKeys } from './issuer.ts'
import type { KeyOptions } from './options.ts'
import { selectKeys } from './select.ts'
import { adoptRecord, mayAsk } from './state.ts'
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
}

/**
 * Begins a refresh where one is due and waits for it a bounded time; also for one that another
 * request began, perhaps for another key: true then.
 */
export async function refreshKeys(
  state: KeyState,
  options: RefreshOptions,
  demand: KeyDemand,
): Promise<boolean> {
  const { now, context } = demand
  const { sharesPromises, timer } = options
  let { flight } = state
  if (flight && now >= flight.startedAt + FLIGHT_SECONDS) {
    // Lost, with the request that began it.
    state.failures += 1
    state.flight = flight = undefined
  }
  let landed = flight?.landed
  const joined = flight !== undefined
  if (!flight) {
    if (!mayAsk(state, now, options)) return false
    const work = renew(state, options, demand).catch(() => void (state.failures += 1))
    landed = work.then(() => land(state, now))
    state.flight = flight = { startedAt: now, landed: sharesPromises ? landed : undefined }
    context.waitUntil?.(landed)
  }
  await within(landed ?? watch(state, flight, timer), KEYS_WAIT_MS, timer)
  return joined
}

function land(state: KeyState, startedAt: number): void {
  if (state.flight?.startedAt === startedAt) state.flight = undefined
}

/** Waits for another request's refresh by looking at the shared data, never by its promise. */
async function watch(state: KeyState, flight: Flight, timer: Timer): Promise<void> {
  const looks = KEYS_WAIT_MS / FLIGHT_POLL_MS
  for (let look = 0; look < looks && state.flight === flight; look += 1) {
    await sleep(FLIGHT_POLL_MS, timer)
  }
}

async function renew(state: KeyState, options: RefreshOptions, demand: KeyDemand): Promise<void> {
  const { tiers, tell } = options
  const { now, wanted, context } = demand
  const shared = await tiers.read(
    now,
    ({ fetchedAt, freshSeconds }) =>
      fetchedAt > state.fetchedAt && now < fetchedAt + freshSeconds + options.staleSeconds,
  )
  if (shared) {
    adoptRecord(state, ...shared)
    await keep(tiers.write(shared[0], now, shared[1]), context)
    if (now < state.freshUntil && selectKeys(state.set, wanted) !== 'unknown_key') return
  }
  state.attemptedAt = now
  // Where the last attempt failed, or the key is not listed, the endpoint may have moved.
  const isMoved = state.failures > 0 || selectKeys(state.set, wanted) === 'unknown_key'
  const fetched = await fetchKeys(options, now, isMoved ? undefined : state.fetched)
  if (typeof fetched === 'string') {
    state.failures += 1
    return tell('failed', fetched)
  }
  adoptRecord(state, fetched.record, 'issuer')
  state.fetched = fetched
  state.failures = 0
  tell('refreshed')
  await keep(tiers.write(fetched.record, now), context)
}

/** Goes on behind the answer where the platform offers that; elsewhere it would freeze with it. */
const keep = (work: Promise<unknown>, context: RequestContext): unknown =>
  context.waitUntil ? context.waitUntil(work) : work
