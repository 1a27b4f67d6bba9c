/**
 * From `alg` and `kid` to keys: memory, then the shared tiers, then the issuer (§8). One resolver
 * per issuer, so that no key of one can ever verify a token of another (RFC 8725 §3.8).
 */
import { within } from '../deadline.ts'
import { KEYS_AWAKE_SECONDS, KEYS_WAIT_MS, RETRY_AFTER_SECONDS } from '../limits.ts'
import type { FindKeys } from '../ports.ts'
import { deny, err, ok, outage } from '../reasons.ts'
import type { KeyOptions } from './options.ts'
import { awaitLanding, beginRefresh } from './refresh.ts'
import { selectKeys } from './select.ts'
import { createKeyState, isDue, isPast, isTrusted } from './state.ts'
import type { Flight, KeyState } from './state.ts'
import type { Tiers } from './tiers.ts'

export function createKeyResolver(keyOptions: KeyOptions, tiers: Tiers): FindKeys {
  const options = { ...keyOptions, tiers }
  const { timer, cooldownSeconds, freezes } = options
  // RFC 9110 §10.2.3 takes whole seconds.
  const retryAfterSeconds = Math.max(1, Math.ceil(cooldownSeconds))
  const state = createKeyState()

  return async (wanted, now, context) => {
    const held = state.set
    const demand = { wanted, now, context, isLate: (freezes ? isAsleep : isLate)(state, now) }
    state.demandedAt = now
    /** undefined: no keys that may still be trusted. */
    const look = () => (isTrusted(state, now, options) ? selectKeys(state.set, wanted) : undefined)
    const isUnsettled = () => (look() ?? 'unknown_key') === 'unknown_key'
    const settle = async (flight: Flight, isJoined: boolean) => {
      await awaitLanding(state, flight, timer)
      // One begun for another key may have ended without ours; then we may begin one, once.
      const mayBegin = isJoined && state.flight !== flight && isUnsettled()
      const next = mayBegin && beginRefresh(state, options, demand)
      if (next) await awaitLanding(state, next, timer)
    }
    const mustWait = isUnsettled()
    if (mustWait || isDue(state, now)) {
      const earlier = state.flight
      const flight = beginRefresh(state, options, demand)
      // Early, and it goes on behind the answer: nobody waits.
      const isBehind = context.waitUntil !== undefined && now < state.freshUntil
      if (flight && (mustWait || (flight.isAwaited && !isBehind))) {
        await within(settle(flight, flight === earlier), KEYS_WAIT_MS, timer)
      } else if (!context.waitUntil) {
        // Where nothing goes on behind an answer, the shared tiers at least are read before it.
        await flight?.looked
      }
    }
    const keys = look()
    if (typeof keys === 'object') {
      const { set } = state
      const holds = (later: number) => {
        const isHeld = state.set === set && !isDue(state, later)
        // Whoever relies on these keys asks for them, as far as the next refresh is concerned.
        if (isHeld) state.demandedAt = later
        return isHeld
      }
      return ok({ keys, tier: set === held ? 'memory' : state.tier, holds })
    }
    // Where the issuer could not be asked about a key, nothing is known against the token.
    const isUnasked = keys === 'unknown_key' && (state.failures > 0 || state.flight !== undefined)
    if (keys && !isUnasked) return deny(keys)
    return err(outage('keys_unavailable', keys ? retryAfterSeconds : RETRY_AFTER_SECONDS))
  }
}

/** Requests further apart than this do not keep an exchange alive on a platform that freezes. */
const isAsleep = ({ demandedAt }: KeyState, now: number): boolean =>
  isPast(demandedAt, KEYS_AWAKE_SECONDS, now)

/**
 * Nobody could have renewed these keys for a while, since nobody came: a refresh behind the answer
 * would let a removed key through once more.
 */
const isLate = ({ demandedAt, freshUntil }: KeyState, now: number): boolean =>
  isPast(Math.max(demandedAt, freshUntil), KEYS_WAIT_MS / 1000, now)
