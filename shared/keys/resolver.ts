/**
 * From `alg` and `kid` to keys: memory, then the shared tiers, then the issuer (§8). One resolver
 * per issuer, so that no key of one can ever verify a token of another (RFC 8725 §3.8).
 */
import { isPast, within } from '../deadline.ts'
import { KEYS_AWAKE_SECONDS, KEYS_WAIT_MS, RETRY_AFTER_SECONDS } from '../limits.ts'
import type { FindKeys, FoundKeys } from '../ports.ts'
import { deny, err, ok, outage } from '../reasons.ts'
import type { KeyOptions, KeyTimes } from './options.ts'
import { awaitLanding, beginRefresh, isListed } from './refresh.ts'
import type { KeyDemand, OwnFlight, RefreshOptions } from './refresh.ts'
import { selectKeys } from './select.ts'
import { createKeyState, isDue, isTrusted } from './state.ts'
import type { KeyState } from './state.ts'
import type { Tiers } from './tiers.ts'

export function createKeyResolver(keyOptions: KeyOptions, tiers: Tiers): FindKeys {
  const options = { ...keyOptions, tiers }
  const { cooldownSeconds, freezes } = options
  // RFC 9110 §10.2.3 takes whole seconds.
  const retryAfterSeconds = Math.max(1, Math.ceil(cooldownSeconds))
  const state = createKeyState()

  return async (wanted, now, context) => {
    const held = state.set
    const demand = { wanted, now, context, isLate: (freezes ? isAsleep : isLate)(state, now) }
    state.demandedAt = now
    const mustWait = isUnsettled(state, options, demand)
    if (mustWait || isDue(state, now)) await refresh(state, options, demand, mustWait)
    // undefined: no keys that may still be trusted.
    const keys = isTrusted(state, now, options) ? selectKeys(state.set, wanted) : undefined
    if (typeof keys === 'object') {
      const tier = state.set === held ? 'memory' : state.tier
      return ok({ keys, tier, holds: watch(state) })
    }
    // Where the issuer could not be asked about a key, nothing is known against the token.
    const isUnasked = keys === 'unknown_key' && (state.failures > 0 || state.flight !== undefined)
    if (keys && !isUnasked) return deny(keys)
    return err(outage('keys_unavailable', keys ? retryAfterSeconds : RETRY_AFTER_SECONDS))
  }
}

/** No keys that may still be trusted, or none of that name: the issuer may have published it since. */
const isUnsettled = (state: KeyState, times: KeyTimes, demand: KeyDemand): boolean =>
  !isTrusted(state, demand.now, times) || !isListed(state, demand)

/** `mustWait`: the token cannot be judged without. */
async function refresh(
  state: KeyState,
  options: RefreshOptions,
  demand: KeyDemand,
  mustWait: boolean,
): Promise<void> {
  const flight = beginRefresh(state, options, demand)
  const { waitUntil } = demand.context
  // Early, and it goes on behind the answer: nobody waits.
  const isBehind = waitUntil !== undefined && demand.now < state.freshUntil
  if (flight && (mustWait || (flight.isAwaited && !isBehind))) {
    await within(settle(state, options, demand, flight), KEYS_WAIT_MS, options.timer)
  } else if (!waitUntil) {
    // Where nothing goes on behind an answer, the shared tiers at least are read before it.
    await flight?.looked
  }
}

async function settle(
  state: KeyState,
  options: RefreshOptions,
  demand: KeyDemand,
  flight: OwnFlight,
): Promise<void> {
  await awaitLanding(state, flight, options.timer)
  // One begun for another key may have ended without ours; then we may begin one, once.
  const isJoined = flight.looked === undefined
  const mayBegin = isJoined && state.flight !== flight && isUnsettled(state, options, demand)
  const next = mayBegin && beginRefresh(state, options, demand)
  if (next) await awaitLanding(state, next, options.timer)
}

/** Are the keys that are held now still the issuer's, with no need to ask anybody? */
function watch(state: KeyState): FoundKeys['holds'] {
  const { set } = state
  return (now) => {
    const isHeld = state.set === set && !isDue(state, now)
    // Whoever relies on these keys asks for them, as far as the next refresh is concerned.
    if (isHeld) state.demandedAt = now
    return isHeld
  }
}

/** On a platform that freezes: the last request is too long ago to have carried a refresh along. */
const isAsleep = ({ demandedAt }: KeyState, now: number): boolean =>
  isPast(demandedAt, KEYS_AWAKE_SECONDS, now)

/**
 * Nobody could have renewed these keys for a while, since nobody came: a refresh behind the answer
 * would let a removed key through once more.
 */
const isLate = ({ demandedAt, freshUntil }: KeyState, now: number): boolean =>
  isPast(Math.max(demandedAt, freshUntil), KEYS_WAIT_MS / 1000, now)
