/**
 * From `alg` and `kid` to keys: memory, then the shared tiers, then the issuer (§8). One resolver
 * per issuer, so that no key of one can ever verify a token of another (RFC 8725 §3.8).
 */
import type { FindKeys, FoundKeys, KeyRequest } from '../ports.ts'
import { RETRY_AFTER_SECONDS } from '../limits.ts'
import { deny, err, ok, outage } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import { createRefresh } from './refresh.ts'
import type { RefreshOptions } from './refresh.ts'
import type { KeyMiss } from './set.ts'
import { createKeyState, isFresh, isTrusted } from './state.ts'
import type { KeyState } from './state.ts'

export function createKeyResolver(options: RefreshOptions): FindKeys {
  const state = createKeyState()
  const refresh = createRefresh(state, options)

  return async (wanted, now, context) => {
    const held = trustedSet(state, now, options)
    if (held !== null) {
      const keys = held.recall(wanted) ?? (await held.find(wanted))
      if (keys !== 'unknown') {
        if (!isFresh(held.record, now)) refresh.start({ wanted, now, context })
        return answer(keys, 'memory')
      }
    }
    // A refresh begun for another key may have ended without ours; then we may begin one, once.
    const joined = await refresh.complete({ wanted, now, context })
    let keys = await find(state, wanted, now, options)
    if (keys === 'unknown' && joined) {
      await refresh.complete({ wanted, now, context })
      keys = await find(state, wanted, now, options)
    }
    if (keys === 'unknown') return missing(state, now, options)
    return answer(keys, state.current === held ? 'memory' : state.tier)
  }
}

const trustedSet = (state: KeyState, now: number, options: RefreshOptions) =>
  state.current !== null && isTrusted(state.current.record, now, options) ? state.current : null

async function find(state: KeyState, wanted: KeyRequest, now: number, options: RefreshOptions) {
  return (await trustedSet(state, now, options)?.find(wanted)) ?? 'unknown'
}

/** Where the issuer could not be asked about a key, nothing is known against the token. */
function missing(state: KeyState, now: number, options: RefreshOptions): Result<FoundKeys> {
  if (trustedSet(state, now, options) === null) {
    return err(outage('keys_unavailable', RETRY_AFTER_SECONDS))
  }
  const unasked = state.failures > 0 || state.flight !== null
  return unasked ? err(outage('keys_unavailable', options.cooldownSeconds)) : deny('unknown_key')
}

function answer(keys: readonly CryptoKey[] | KeyMiss, tier: string): Result<FoundKeys> {
  if (keys === 'unknown') return deny('unknown_key')
  if (keys === 'unusable') return deny('key_unusable')
  return keys === 'ambiguous' ? deny('kid_missing') : ok({ keys, tier })
}
