/**
 * The day: which keys the issuer publishes and signs with, and its trouble. Times are seconds since
 * the simulation began; troubles start at a fixed share of the run and last as long as they last.
 */
import {
  FLIGHT_SECONDS,
  KEYS_FRESH_SECONDS,
  KEYS_STALE_SECONDS,
  KEYS_WAIT_MS,
} from '../../shared/limits.ts'

export interface Span {
  readonly from: number
  readonly until: number
}

export interface Scenario {
  readonly hours: number
  /** One at a time signs; a token's key is the one that signed when it was issued. */
  readonly keys: readonly SigningKey[]
  readonly outage: Span
  readonly slow: Span
  readonly flood: Span
  /** A key is withdrawn at once, while tokens that it signed are still around. */
  readonly emergency: number
}

export interface SigningKey {
  readonly kid: string
  readonly published: Span
  readonly signsFrom: number
}

export const TOKEN_SECONDS = 1_800
/** The scenario needs room: troubles must not overlap. */
export const HOURS_MIN = 6

const HOUR = 3_600

export function createScenario(hours: number): Scenario {
  if (!(hours >= HOURS_MIN)) throw new Error(`at least ${HOURS_MIN} hours`)
  const start = (share: number) => Math.round((share / 24) * hours * HOUR)
  const lasting = (from: number, minutes: number) => ({ from, until: from + minutes * 60 })
  const [publish, emergency] = [start(2), start(16)]
  const rotate = publish + HOUR / 2
  const retire = rotate + HOUR
  const key = (kid: string, from: number, signsFrom: number, until = Infinity) => ({
    kid,
    published: { from, until },
    signsFrom,
  })
  return {
    hours,
    // Like Auth0: the next key is published long before it signs, the previous one stays for a while.
    keys: [
      key('first', -Infinity, -Infinity, retire),
      key('second', publish, rotate, emergency),
      key('third', retire, emergency),
      key('fourth', emergency, Infinity),
    ],
    slow: lasting(start(9), 30),
    outage: lasting(start(12), 40),
    emergency,
    flood: lasting(start(20), 30),
  }
}

const NEVER = { from: Infinity, until: Infinity }

/** The same keys and no trouble. */
export const createCalm = (hours: number): Scenario => ({
  hours,
  keys: [{ kid: 'only', published: { from: -Infinity, until: Infinity }, signsFrom: -Infinity }],
  outage: NEVER,
  slow: NEVER,
  flood: NEVER,
  emergency: Infinity,
})

export const isWithin = ({ from, until }: Span, time: number): boolean =>
  time >= from && time < until

/** The key that signed a token issued then. */
export function signerOf({ keys }: Scenario, issuedAt: number): SigningKey {
  const signer = keys.findLast(({ signsFrom }) => signsFrom <= issuedAt)
  if (!signer) throw new Error('no key signs')
  return signer
}

export const publishedAt = ({ keys }: Scenario, time: number): readonly SigningKey[] =>
  keys.filter(({ published }) => isWithin(published, time))

/**
 * Until when may a withdrawn key still be accepted? As stated: until its set has to be read again
 * and that is done, and for the stale time more only where the issuer could not be asked then.
 */
export function lastAcceptance({ outage }: Scenario, withdrawnAt: number): number {
  const renewal = FLIGHT_SECONDS + KEYS_WAIT_MS / 1000
  const bound = withdrawnAt + KEYS_FRESH_SECONDS + renewal
  const isUnreachable = outage.from < bound && outage.until > withdrawnAt
  return isUnreachable ? withdrawnAt + KEYS_FRESH_SECONDS + KEYS_STALE_SECONDS : bound
}
