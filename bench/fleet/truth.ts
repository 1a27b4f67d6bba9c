/** What the right answer would have been. */
import { isWithin, lastAcceptance } from './scenario.ts'
import type { Scenario, SigningKey } from './scenario.ts'
import type { Tally, Verdict } from './tally.ts'

export interface Visit {
  /** Milliseconds. */
  readonly at: number
  readonly kid: string
  /** undefined: no key of this name was ever published. */
  readonly signer: SigningKey | undefined
}

export interface Answer {
  readonly outcome: 'allow' | 'deny' | 'unavailable'
  /** Milliseconds. */
  readonly at: number
  readonly hasWaited: boolean
}

/**
 * A good token is one whose key is published. It must not be refused; `unavailable` is counted
 * apart. A token of a withdrawn key must not be accepted for longer than was stated; one of a key
 * that was never published, never.
 */
export function judge(scenario: Scenario, { at, signer }: Visit, answer: Answer): Verdict {
  const isGood = (time: number) => signer !== undefined && isWithin(signer.published, time / 1000)
  if (answer.outcome === 'unavailable') return 'unavailable'
  if (answer.outcome === 'deny') {
    return isGood(at) && isGood(answer.at) ? 'refusedWrongly' : 'refused'
  }
  if (isGood(at)) return 'allowed'
  const isTolerable = signer && at / 1000 < lastAcceptance(scenario, signer.published.until)
  return isTolerable ? 'allowedStale' : 'allowedWrongly'
}

export function record(tally: Tally, scenario: Scenario, visit: Visit, answer: Answer): void {
  const { at, signer } = visit
  const verdict = judge(scenario, visit, answer)
  tally.verdicts[verdict] += 1
  tally.requests.add(at)
  if (answer.hasWaited) {
    tally.waited.add(at)
    tally.waitMs.add(answer.at - at)
  }
  if (verdict === 'unavailable' && signer) tally.unavailable.add(at)
  const age = signer ? at / 1000 - signer.published.until : -1
  if (age < 0) return
  tally.withdrawnSeconds.add(age)
  if (answer.outcome === 'allow') tally.staleSeconds.add(age)
}
