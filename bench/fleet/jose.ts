/**
 * The rules of jose's `createRemoteJWKSet` with its defaults, one set per instance and none shared:
 * ten minutes' age, thirty seconds' pause after a fetch that succeeded and none after one that
 * failed, five seconds' patience. A test holds them against the original, request by request.
 */
import { exchange } from './issuer.ts'
import type { Exchange, IssuerLink } from './issuer.ts'
import { isWithin } from './scenario.ts'
import type { SigningKey } from './scenario.ts'
import type { Answer } from './truth.ts'

const MAX_AGE_MS = 600_000
const COOLDOWN_MS = 30_000
const TIMEOUT_MS = 5_000

interface Load extends Exchange {
  /** A later fetch that ended first is not undone by an earlier one. */
  readonly order: number
}

export interface RemoteSet {
  /** What it would answer a token of that key that comes at `at`; times never go back. */
  ask(signer: SigningKey | undefined, at: number): Answer
}

/** `sharesFetches`: on Workers jose lets no request wait for the fetch of another. */
export function createRemoteSet(link: IssuerLink, sharesFetches: boolean): RemoteSet {
  const { scenario, random, asked } = link
  let pending: Load[] = []
  /** The answer that is applied. */
  let held: Load | undefined
  let loads = 0

  const catchUp = (now: number) => {
    if (pending.length === 0) return
    for (const done of pending.filter(({ endsAt }) => endsAt <= now)) apply(done)
    pending = pending.filter(({ endsAt }) => endsAt > now)
  }
  const apply = (done: Load) => {
    if (done.outcome === 'answered' && (!held || done.order > held.order)) held = done
  }
  const reload = (now: number): Load => {
    const [joined] = sharesFetches ? pending : []
    if (joined) return joined
    asked.jwks.add(now)
    const begun = { ...exchange(scenario, random, now, TIMEOUT_MS), order: (loads += 1) }
    pending.push(begun)
    return begun
  }
  const isFresh = (age: number, now: number) => held !== undefined && now < held.endsAt + age
  const isListed = (set: Load, signer: SigningKey | undefined) =>
    signer !== undefined && isWithin(signer.published, set.readAt / 1000)

  return {
    ask(signer, at) {
      catchUp(at)
      if (held && isFresh(MAX_AGE_MS, at)) {
        if (isListed(held, signer)) return { outcome: 'allow', at, hasWaited: false }
        if (isFresh(COOLDOWN_MS, at)) return { outcome: 'deny', at, hasWaited: false }
      }
      const load = reload(at)
      const answer = { at: load.endsAt, hasWaited: true }
      if (load.outcome !== 'answered') return { outcome: 'unavailable', ...answer }
      return { outcome: isListed(load, signer) ? 'allow' : 'deny', ...answer }
    },
  }
}
