import { describe, expect, it } from 'vitest'
import type { WorldEvent } from '../../../dev/console/api.ts'
import { createHub } from '../../../dev/console/hub.ts'
import type { Visit } from '../../../dev/feed.ts'

const VISIT: Visit = {
  door: 'worker',
  method: 'GET',
  path: '/patients',
  status: 200,
  verdict: 'allow',
  reason: 'key from memory',
}

function listen() {
  const printed: Visit[] = []
  const told: WorldEvent[] = []
  const next = {
    visit: (visit: Visit) => void printed.push(visit),
    issuer: () => {},
    trouble: () => {},
  }
  const hub = createHub(next, () => 7)
  const leave = hub.subscribe((event) => told.push(event))
  return { hub, printed, told, leave }
}

describe('the hub', () => {
  it('tells pages and the terminal of every visit', () => {
    const { hub, printed, told, leave } = listen()
    hub.feed.visit(VISIT)
    leave()
    hub.feed.visit(VISIT)
    expect(printed).toEqual([VISIT, VISIT])
    expect(told).toEqual([{ type: 'visit', visit: VISIT, at: 7 }])
  })

  it('keeps the calls of the traffic to itself, as many as there were, and no others', () => {
    const { hub, printed, told } = listen()
    const taken: Visit[] = []
    hub.expect(VISIT, (visit) => taken.push(visit))
    hub.feed.visit({ ...VISIT, path: '/other' })
    hub.feed.visit(VISIT)
    hub.feed.visit(VISIT)
    expect([taken.length, printed.length, told.length]).toEqual([1, 2, 2])
  })

  it('forgets a call that nobody waits for any more', () => {
    const { hub, printed } = listen()
    const taken: Visit[] = []
    hub.expect(VISIT, (visit) => taken.push(visit))()
    hub.feed.visit(VISIT)
    expect([taken.length, printed.length]).toEqual([0, 1])
  })
})
