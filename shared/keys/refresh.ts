/**
 * Renewing one issuer's keys: from a shared tier where one is newer, else from the issuer, one
 * attempt at a time. Every way out of here leaves the keys that were held before in place.
 */
import { sleep, within } from '../deadline.ts'
import { FLIGHT_POLL_MS, FLIGHT_SECONDS, KEYS_DEFERRALS, KEYS_WAIT_MS } from '../limits.ts'
import type { KeyRequest, RequestContext, Timer } from '../ports.ts'
import { fetchKeys } from './issuer.ts'
import type { KeySource } from './issuer.ts'
import type { KeyRecord } from './record.ts'
import { adoptRecord, isFresh, isTrusted, nextAttemptAt } from './state.ts'
import type { Flight, KeyState, KeyTimes } from './state.ts'
import type { Tiers } from './tiers.ts'

export interface RefreshOptions extends KeyTimes {
  readonly source: KeySource
  readonly tiers: Tiers
  readonly sharesPromises: boolean
  readonly timer: Timer
  /** Told of each answer of the issuer's; a string says what was wrong with it. */
  readonly onAnswer: (fault: string | null) => void
}

/** A key that a token asks for, in a request. */
export interface KeyDemand {
  readonly wanted: KeyRequest
  readonly now: number
  readonly context: RequestContext
}

export interface Refresh {
  /** Begins a refresh where one is due. */
  start(demand: KeyDemand): void
  /**
   * The same, and waits for it a bounded time. True where it waited for a refresh that another
   * request had begun, perhaps for another key.
   */
  complete(demand: KeyDemand): Promise<boolean>
}

export function createRefresh(state: KeyState, options: RefreshOptions): Refresh {
  const begin = (demand: KeyDemand) => {
    const { now, context } = demand
    if (state.flight !== null) {
      if (now < state.flight.startedAt + FLIGHT_SECONDS) return { flight: state.flight }
      state.flight = null
      state.failures += 1 // it was lost with the request that began it
    }
    if (now < nextAttemptAt(state, now, options)) return null
    const landed = renew(state, options, demand)
    const flight: Flight = { startedAt: now, landed: options.sharesPromises ? landed : null }
    state.flight = flight
    const done = landed.then(
      () => land(state, flight),
      () => land(state, flight, 1),
    )
    keepAlive(done, context)
    return { flight, done }
  }

  return {
    start: (demand) => void begin(demand),
    async complete(demand) {
      const begun = begin(demand)
      if (begun === null) return false
      const landed = begun.done ?? begun.flight.landed ?? watch(state, begun.flight, options.timer)
      await within(landed, KEYS_WAIT_MS, options.timer, undefined)
      return begun.done === undefined
    },
  }
}

function land(state: KeyState, flight: Flight, failures = 0): void {
  state.failures += failures
  if (state.flight === flight) state.flight = null
}

/** Waits for another request's refresh by looking at the shared data, never by its promise. */
async function watch(state: KeyState, flight: Flight, timer: Timer): Promise<void> {
  const looks = KEYS_WAIT_MS / FLIGHT_POLL_MS
  for (let look = 0; look < looks && state.flight === flight; look += 1) {
    await sleep(FLIGHT_POLL_MS, timer)
  }
}

async function renew(state: KeyState, options: RefreshOptions, demand: KeyDemand): Promise<void> {
  const { now, context } = demand
  const shared = await readShared(state, options, now)
  if (shared !== null) {
    keepAlive(options.tiers.promote(shared.record, now, shared.tier), context)
    if (await isEnough(state, options, demand)) return
  }
  await askIssuer(state, options, demand)
}

/** Adopts a shared record that is newer than what is held. */
async function readShared(state: KeyState, options: RefreshOptions, now: number) {
  const heldSince = state.current?.record.fetchedAt ?? Number.NEGATIVE_INFINITY
  const isNewer = (record: KeyRecord) =>
    record.fetchedAt > heldSince && isTrusted(record, now, options)
  const shared = await options.tiers.read(now, isNewer)
  if (shared !== null) adoptRecord(state, shared.record, shared.tier)
  return shared
}

/**
 * Need the issuer still be asked, now that a shared record is held? Not where it is fresh and has
 * the key; nor where somebody asked a moment ago and the key was not there, though a store that
 * lies about that can only delay us so often.
 */
async function isEnough(
  state: KeyState,
  { cooldownSeconds }: RefreshOptions,
  { now, wanted }: KeyDemand,
): Promise<boolean> {
  const { current } = state
  if (current === null || !isFresh(current.record, now)) return false
  if ((await current.find(wanted)) !== 'unknown') return true
  const justAsked = current.record.fetchedAt > now - cooldownSeconds
  if (!justAsked || state.deferrals >= KEYS_DEFERRALS) return false
  state.deferrals += 1
  state.attemptedAt = now
  return true
}

async function askIssuer(
  state: KeyState,
  { source, tiers, onAnswer }: RefreshOptions,
  { now, context }: KeyDemand,
): Promise<void> {
  state.attemptedAt = now
  state.deferrals = 0
  // After a failure the endpoint is looked up anew: it may have moved.
  const answer = await fetchKeys(source, now, state.failures === 0 ? state.fetched : null)
  if (!answer.ok) {
    state.failures += 1
    onAnswer(answer.error)
    return
  }
  adoptRecord(state, answer.value.record, 'issuer')
  state.fetched = answer.value
  state.failures = 0
  onAnswer(null)
  keepAlive(tiers.write(answer.value.record, now), context)
}

/** Whatever fails in here has been reported where it failed; nothing awaits this promise. */
function keepAlive(work: Promise<unknown>, { waitUntil }: RequestContext): void {
  const settled = work.catch(() => undefined)
  waitUntil?.(settled)
}
