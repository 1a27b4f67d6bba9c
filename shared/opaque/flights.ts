/**
 * One call for many callers. Where requests may await one another's promises they share it; where
 * the platform cancels a promise with its request, they look at the shared data until the request
 * that asks has put the answer there.
 */
import { isPast, sleep } from '../deadline.ts'
import {
  CALLS_AT_ONCE,
  CALLS_RESERVE,
  FETCH_TIMEOUT_MS,
  FLIGHT_POLL_MS,
  FLIGHT_SECONDS,
} from '../limits.ts'
import type { Timer } from '../ports.ts'

export interface Flights<T> {
  /** As many calls are under way as may be. */
  isFull(now: number, isKnown: boolean): boolean
  /** The call about this token that another request began; undefined: none. */
  join(token: string, now: number): Promise<T | undefined> | undefined
  /** Never rejects. */
  begin(token: string, now: number, work: () => Promise<T>): Promise<T>
}

interface Flight<T> {
  readonly startedAt: number
  /** undefined where requests may not await one another. */
  readonly landed: Promise<T> | undefined
  /** What came of it; undefined while it is under way. */
  outcome?: T
}

/** Too long under way. */
const isLost = (startedAt: number, now: number): boolean => isPast(startedAt, FLIGHT_SECONDS, now)

export function createFlights<T>(sharesPromises: boolean, timer: Timer): Flights<T> {
  const flights = new Map<string, Flight<T>>()

  /** A call lost with the request that began it must not block its token for ever. */
  function dropLost(now: number): void {
    for (const [token, { startedAt }] of flights) {
      if (isLost(startedAt, now)) flights.delete(token)
    }
  }

  async function watch(flight: Flight<T>): Promise<T | undefined> {
    const looks = FETCH_TIMEOUT_MS / FLIGHT_POLL_MS
    for (let look = 0; look < looks && flight.outcome === undefined; look += 1) {
      await sleep(FLIGHT_POLL_MS, timer)
    }
    return flight.outcome
  }

  return {
    isFull(now, isKnown) {
      const most = isKnown ? CALLS_AT_ONCE : Math.floor(CALLS_AT_ONCE * (1 - CALLS_RESERVE))
      if (flights.size >= most) dropLost(now)
      return flights.size >= most
    },
    join(token, now) {
      const flight = flights.get(token)
      if (!flight || isLost(flight.startedAt, now)) return undefined
      return flight.landed ?? watch(flight)
    },
    begin(token, now, work) {
      let flight: Flight<T> | undefined
      const landed = work().then((outcome) => {
        if (flight) flight.outcome = outcome
        if (flights.get(token) === flight) flights.delete(token)
        return outcome
      })
      flight = { startedAt: now, landed: sharesPromises ? landed : undefined }
      flights.set(token, flight)
      return landed
    },
  }
}
