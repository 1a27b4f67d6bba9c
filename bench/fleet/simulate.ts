/** A fleet's day, three ways of getting keys side by side on one trace of requests. */
import { createClock } from './clock.ts'
import { createEnvironment, createIsolate } from './instance.ts'
import type { Instance } from './instance.ts'
import { createHttp, exchange } from './issuer.ts'
import { createRemoteSet } from './jose.ts'
import type { RemoteSet } from './jose.ts'
import { createRandom } from '../random.ts'
import { isWithin } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { createLocationCache, createNamespace, createTable } from './stores.ts'
import { createTally } from './tally.ts'
import type { Tally } from './tally.ts'
import { createTraffic } from './traffic.ts'
import type { FleetSize, Request } from './traffic.ts'
import { record } from './truth.ts'

export const PEERS = ['ours', 'jose', 'each'] as const
/** `jose`: its remote set in each instance. `each`: the key set fetched for every request. */
export type Peer = (typeof PEERS)[number]

export interface Day {
  readonly size: FleetSize
  readonly scenario: Scenario
  readonly tallies: Readonly<Record<Peer, Tally>>
  /** Writes of ours that KV refused as too many. */
  readonly refusedWrites: number
}

const HOUR_MS = 3_600_000
/** Time for what the last requests began. */
const AFTERMATH_MS = 60_000

/** The key code draws lots by `Math.random`: for the day, they come from the seed as well. */
export async function simulate(
  seed: string,
  size: FleetSize,
  scenario: Scenario,
  onHour: (hour: number) => void = () => {},
): Promise<Day> {
  const { random } = Math
  Math.random = createRandom(`${seed}/lots`).next
  try {
    return await live(seed, size, scenario, onHour)
  } finally {
    Math.random = random
  }
}

async function live(
  seed: string,
  size: FleetSize,
  scenario: Scenario,
  onHour: (hour: number) => void,
): Promise<Day> {
  const { hours } = scenario
  let hour = 0
  const tallies = { ours: createTally(hours), jose: createTally(hours), each: createTally(hours) }
  const clock = createClock()
  const world = { seed, size, scenario, clock }
  const ours = createOurs(world, tallies.ours)
  const jose = createJose(world, tallies.jose)
  const each = createEach(world, tallies.each)
  for (const request of createTraffic(size, scenario, createRandom(`${seed}/traffic`))) {
    while (request.at >= hour * HOUR_MS) onHour((hour += 1))
    if (!clock.isIdle(request.at)) await clock.runTo(request.at)
    clock.start(request.at, () => ours.visit(request))
    jose(request)
    each(request)
  }
  await clock.runTo(hours * HOUR_MS + AFTERMATH_MS)
  return { size, scenario, tallies, refusedWrites: ours.refusedWrites() }
}

interface World {
  readonly seed: string
  readonly size: FleetSize
  readonly scenario: Scenario
  readonly clock: ReturnType<typeof createClock>
}

/** Dense from the start: an array that is filled from anywhere becomes a slow dictionary. */
const createSlots = <T>({ locations, isolates, environments }: FleetSize): (T | undefined)[] =>
  Array.from({ length: locations * isolates + environments })

function createOurs({ seed, size, scenario, clock }: World, tally: Tally) {
  const random = createRandom(`${seed}/ours`)
  const http = createHttp({ clock, scenario, random, asked: tally.asked })
  const namespace = createNamespace({ clock, random })
  const table = [createTable({ clock, random })]
  const locations = Array.from({ length: size.locations }, (_, place) => [
    createLocationCache({ clock, random }),
    namespace.at(String(place)),
  ])
  const create = (instance: number): Instance => {
    const stores = locations[Math.floor(instance / size.isolates)]
    return stores
      ? createIsolate({ clock, http, stores })
      : createEnvironment({ clock, http, stores: table })
  }
  const instances = createSlots<Instance>(size)
  return {
    refusedWrites: namespace.refusedWrites,
    visit(request: Request): void {
      const held = request.isNew ? undefined : instances[request.instance]
      const instance = held ?? create(request.instance)
      instances[request.instance] = instance
      instance.visit(request, (answer) => record(tally, scenario, request, answer))
    },
  }
}

function createJose({ seed, size, scenario, clock }: World, tally: Tally) {
  const random = createRandom(`${seed}/jose`)
  const link = { clock, scenario, random, asked: tally.asked }
  const sets = createSlots<RemoteSet>(size)
  return (request: Request): void => {
    const isIsolate = request.instance < size.locations * size.isolates
    const held = request.isNew ? undefined : sets[request.instance]
    const set = held ?? createRemoteSet(link, !isIsolate)
    sets[request.instance] = set
    record(tally, scenario, request, set.ask(request.signer, request.at))
  }
}

/** Nothing kept, nothing stale, and an outage of the issuer's is one of the API. */
function createEach({ seed, scenario }: World, tally: Tally) {
  const random = createRandom(`${seed}/each`)
  return (request: Request): void => {
    tally.asked.jwks.add(request.at)
    const { outcome, endsAt, readAt } = exchange(scenario, random, request.at, 5_000)
    const isListed = request.signer && isWithin(request.signer.published, readAt / 1000)
    const verdict = isListed ? 'allow' : 'deny'
    const answered = outcome === 'answered' ? verdict : 'unavailable'
    record(tally, scenario, request, { outcome: answered, at: endsAt, hasWaited: true })
  }
}
