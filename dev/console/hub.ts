/** What happens at the doors, told to every open page; and the traffic's own calls, told apart. */
import type { Feed, Visit } from '../feed.ts'
import type { Place } from '../ports.ts'
import type { WorldEvent } from './api.ts'

export type Listener = (event: WorldEvent) => void

export interface Hub {
  /** Takes what the doors tell; goes on to the next feed. */
  readonly feed: Feed
  send(event: Timeless): void
  /** Returns the way to leave. */
  subscribe(listener: Listener): () => void
  /** The next such visit is ours: it is told to nobody but to `take`. Returns the way to give up. */
  expect(call: OwnCall, take: (visit: Visit) => void): () => void
}

export interface OwnCall {
  readonly door: Place
  readonly method: string
  /** As the door sees it, stage included. */
  readonly path: string
}

type Without<E, K extends PropertyKey> = E extends unknown ? Omit<E, K> : never
export type Timeless = Without<WorldEvent, 'at'>

const keyOf = ({ door, method, path }: OwnCall): string => JSON.stringify([door, method, path])

export function createHub(next: Feed, clock: () => number = Date.now): Hub {
  const listeners = new Set<Listener>()
  const expected = new Map<string, ((visit: Visit) => void)[]>()
  const send = (event: Timeless) => {
    const timed: WorldEvent = { ...event, at: clock() }
    for (const listener of listeners) listener(timed)
  }
  return {
    send,
    feed: {
      visit(visit) {
        const take = expected.get(keyOf(visit))?.shift()
        if (take) return take(visit)
        next.visit(visit)
        send({ type: 'visit', visit })
      },
      issuer(door, event) {
        next.issuer(door, event)
        send({ type: 'keys', door, text: `${event.outcome} ${event.detail}`.trim() })
      },
      trouble: next.trouble,
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    expect(call, take) {
      const key = keyOf(call)
      const waiting = expected.get(key) ?? []
      expected.set(key, [...waiting, take])
      return () => {
        const left = (expected.get(key) ?? []).filter((one) => one !== take)
        if (left.length > 0) expected.set(key, left)
        else expected.delete(key)
      }
    },
  }
}
