/**
 * A caller who never stops: each second, at three doors, with a token from the beginning and with one
 * just issued. What becomes of them shows what survives.
 */
import type { Visit } from '../feed.ts'
import type { Place } from '../ports.ts'
import type { Beat, LaneName, Outcome, RouteView } from './api.ts'
import type { Hub } from './hub.ts'
import { ISSUER_STOPPED } from './samples.ts'

export interface TrafficParts {
  readonly hub: Hub
  readonly addresses: Readonly<Record<TrafficDoor, string>>
  readonly route: Pick<RouteView, 'method' | 'path'>
  /** Throws where the issuer is down. */
  readonly mint: () => Promise<string>
}

export type TrafficDoor = 'worker' | 'http-2.0' | 'rest-token'

export interface Traffic {
  readonly isOn: boolean
  start(): Promise<void>
  stop(): void
}

const DOORS: readonly TrafficDoor[] = ['worker', 'http-2.0', 'rest-token']
const PERIOD_MS = 1000
/** A page that was forgotten should not call for ever. */
const MOST_BEATS = 1800
const CALL_MS = 4000
/** A door tells of a visit just after the answer. */
const VISIT_MS = 500

export function createTraffic(parts: TrafficParts): Traffic {
  let timer: NodeJS.Timeout | null = null
  let old = ''
  let beats = 0
  let isBusy = false

  const stop = () => {
    if (timer) clearInterval(timer)
    timer = null
  }
  const tick = async () => {
    if (isBusy) return
    isBusy = true
    beats += 1
    if (beats > MOST_BEATS) stop()
    const fresh = await parts.mint().catch(() => null)
    const tokens = { old, fresh } as const
    const told = await Promise.all(DOORS.map((door) => callDoor(door, tokens, parts)))
    isBusy = false
    if (timer) parts.hub.send({ type: 'beat', beats: told.flat() })
  }
  return {
    get isOn() {
      return timer !== null
    },
    async start() {
      if (timer) return
      old = await parts.mint().catch((cause: unknown) => {
        throw new Error(ISSUER_STOPPED, { cause })
      })
      beats = 0
      timer = setInterval(() => void tick(), PERIOD_MS)
      void tick()
    },
    stop,
  }
}

type Tokens = Readonly<Record<'old' | 'fresh', string | null>>

/** One after the other, so that the door's own words can be told apart. */
async function callDoor(
  door: TrafficDoor,
  tokens: Tokens,
  parts: TrafficParts,
): Promise<readonly Beat[]> {
  const beats: Beat[] = []
  for (const age of ['old', 'fresh'] as const) {
    const lane: LaneName = `${door}/${age}`
    const token = tokens[age]
    beats.push(
      token === null ? { lane, ...NO_TOKEN } : { lane, ...(await call(door, token, parts)) },
    )
  }
  return beats
}

const NO_TOKEN = { status: null, verdict: 'none', reason: 'no token: the issuer is down' } as const

async function call(
  door: TrafficDoor,
  token: string,
  { hub, addresses, route: { method, path } }: TrafficParts,
): Promise<Omit<Beat, 'lane'>> {
  const url = addresses[door] + path
  const visited = waitForVisit(hub, { door, method, path: new URL(url).pathname })
  try {
    const headers = { authorization: `Bearer ${token}` }
    const signal = AbortSignal.timeout(CALL_MS)
    const { status, body } = await fetch(url, { method, headers, signal })
    await body?.cancel()
    const visit = await visited.within(VISIT_MS)
    return { status, verdict: outcomeOf(status), reason: visit?.reason ?? '' }
  } catch {
    visited.giveUp()
    return { status: null, verdict: 'none', reason: 'no answer: the door is restarting' }
  }
}

const outcomeOf = (status: number): Outcome =>
  status < 400 ? 'allow' : status < 500 ? 'deny' : 'unavailable'

function waitForVisit(hub: Hub, own: { door: Place; method: string; path: string }) {
  const { promise, resolve } = Promise.withResolvers<Visit | null>()
  const giveUp = hub.expect(own, resolve)
  return {
    giveUp,
    within(milliseconds: number) {
      const timer = setTimeout(() => {
        giveUp()
        resolve(null)
      }, milliseconds)
      return promise.finally(() => clearTimeout(timer))
    },
  }
}
