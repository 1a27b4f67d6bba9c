/**
 * From `alg` and `kid` to keys: memory, then the shared tiers, then the issuer (§8). One resolver
 * per issuer, so that no key of one can ever verify a token of another (RFC 8725 §3.8).
 */
import { RETRY_AFTER_SECONDS } from '../limits.ts'
import type { FindKeys } from '../ports.ts'
import { deny, err, ok, outage } from '../reasons.ts'
import { refreshKeys } from './refresh.ts'
import type { KeyOptions } from './options.ts'
import { selectKeys } from './select.ts'
import { createKeyState, isTrusted } from './state.ts'
import type { Tiers } from './tiers.ts'

export function createKeyResolver(keyOptions: KeyOptions, tiers: Tiers): FindKeys {
  const options = { ...keyOptions, tiers }
  const state = createKeyState()

  return async (wanted, now, context) => {
    const demand = { wanted, now, context }
    const held = state.set
    /** undefined: no keys that may still be trusted. */
    const look = () => (isTrusted(state, now, options) ? selectKeys(state.set, wanted) : undefined)
    const isUnsettled = () => (keys ?? 'unknown_key') === 'unknown_key'
    let keys = look()
    if (isUnsettled()) {
      const joined = await refreshKeys(state, options, demand)
      keys = look()
      // A refresh begun for another key may have ended without ours; then we may begin one, once.
      if (joined && isUnsettled()) {
        await refreshKeys(state, options, demand)
        keys = look()
      }
    } else if (now >= state.freshUntil) {
      void refreshKeys(state, options, demand)
    }
    if (typeof keys === 'object') {
      const { set } = state
      const holds = (later: number) => state.set === set && later < state.freshUntil
      return ok({ keys, tier: set === held ? 'memory' : state.tier, holds })
    }
    // Where the issuer could not be asked about a key, nothing is known against the token.
    const isUnasked = keys === 'unknown_key' && (state.failures > 0 || state.flight !== undefined)
    if (keys && !isUnasked) return deny(keys)
    return err(outage('keys_unavailable', keys ? options.cooldownSeconds : RETRY_AFTER_SECONDS))
  }
}
