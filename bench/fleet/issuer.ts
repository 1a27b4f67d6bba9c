/** The issuer as the network shows it: how long an answer takes, what it says, or that none comes. */
import type { Http, HttpFault } from '../../shared/ports.ts'
import type { Clock } from './clock.ts'
import type { Random } from '../random.ts'
import { isWithin, publishedAt } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import type { Hourly } from './tally.ts'

export const ISSUER = 'https://issuer.example.com/'
const KEY_SET = `${ISSUER}keys.json`
const METADATA = JSON.stringify({ issuer: ISSUER, jwks_uri: KEY_SET })

export interface Exchange {
  readonly outcome: 'answered' | HttpFault
  /** When it ended, and for an answer when the issuer read its keys. Milliseconds. */
  readonly endsAt: number
  readonly readAt: number
}

const REFUSED_MS = 20

/** One request, begun at `time`. In an outage half of them are refused, half get no answer. */
export function exchange(
  scenario: Scenario,
  random: Random,
  time: number,
  timeoutMs: number,
): Exchange {
  const isSlow = isWithin(scenario.slow, time / 1000)
  const usual = 60 + random.exponential(60)
  const tookMs = isSlow ? random.between(1_500, 4_000) : usual
  const chance = random.next()
  if (isWithin(scenario.outage, time / 1000)) {
    return chance < 0.5 ? ended('network', time, REFUSED_MS) : ended('timeout', time, timeoutMs)
  }
  return tookMs < timeoutMs ? ended('answered', time, tookMs) : ended('timeout', time, timeoutMs)
}

const ended = (outcome: Exchange['outcome'], time: number, tookMs: number): Exchange => ({
  outcome,
  endsAt: time + tookMs,
  readAt: time + tookMs / 2,
})

/** How many are asked, an hour. */
export interface Asked {
  readonly discovery: Hourly
  readonly jwks: Hourly
}

export interface IssuerLink {
  readonly clock: Clock
  readonly scenario: Scenario
  readonly random: Random
  readonly asked: Asked
}

/** The port that the real key code asks through. */
export function createHttp({ clock, scenario, random, asked }: IssuerLink): Http {
  return async ({ url, timeoutMs }) => {
    const isKeySet = url === KEY_SET
    asked[isKeySet ? 'jwks' : 'discovery'].add(clock.now())
    const { outcome, endsAt, readAt } = exchange(scenario, random, clock.now(), timeoutMs)
    await clock.sleep(endsAt - clock.now())
    if (outcome !== 'answered') return outcome
    const text = isKeySet ? keySetAt(scenario, readAt / 1000) : METADATA
    return { status: 200, header: () => null, text }
  }
}

/** The smallest keys there are: nothing here checks a signature. */
const keyMaterial = (kid: string) => ({ kty: 'EC', crv: 'P-256', kid, x: kid, y: kid })

const keySetAt = (scenario: Scenario, time: number): string =>
  JSON.stringify({ keys: publishedAt(scenario, time).map(({ kid }) => keyMaterial(kid)) })
