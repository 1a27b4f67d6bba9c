/** Who asks where and when: a Poisson process over the whole fleet, the same for everybody compared. */
import type { Random } from '../random.ts'
import { isWithin, signerOf, TOKEN_SECONDS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import type { Visit } from './truth.ts'

export interface FleetSize {
  readonly locations: number
  /** At each location. */
  readonly isolates: number
  /** Lambda environments. */
  readonly environments: number
  /** Mean time between requests of an instance over the day, all places together. */
  readonly gapSeconds: number
}

export interface Request extends Visit {
  /** Isolates of the first location, of the next one, …, then environments. */
  readonly instance: number
  /** The first request of a new instance in this place. */
  readonly isNew: boolean
}

/** An instance is replaced after so long, on average. */
const ISOLATE_LIFE_SECONDS = 3 * 3_600
const ENVIRONMENT_LIFE_SECONDS = 3_600
/** In the flood, for each usual request. */
const FLOOD_SHARE = 1.5
/** A quiet hour has this share of a busy hour's requests. */
const NIGHT = 0.3
/** The busiest location has so many times the requests of the quietest. */
const SPREAD = 10

export function* createTraffic(
  size: FleetSize,
  scenario: Scenario,
  random: Random,
): Generator<Request> {
  const places = createPlaces(size, random)
  const instances = size.locations * size.isolates + size.environments
  const dieAt = new Float64Array(instances).fill(-1)
  const mean = (1 + NIGHT) / 2
  // Drawn at the pace of a busy hour everywhere, with the flood; then thinned out.
  const gapMs = (size.gapSeconds * 1000 * mean) / (1 + FLOOD_SHARE) / instances
  let floods = 0
  for (let at = 0; ;) {
    at += random.exponential(gapMs)
    if (at >= scenario.hours * 3_600_000) return
    const isFlood = random.next() * (1 + FLOOD_SHARE) >= 1
    if (isFlood && !isWithin(scenario.flood, at / 1000)) continue
    const { instance, zone } = places.pick()
    if (!isFlood && random.next() >= bustle(at, zone)) continue
    const isNew = at >= (dieAt[instance] ?? 0)
    if (isNew) dieAt[instance] = at + 1000 * random.exponential(lifeOf(size, instance))
    const signer = signerOf(scenario, at / 1000 - random.between(0, TOKEN_SECONDS))
    const token = isFlood
      ? { kid: `random-${(floods += 1)}`, signer: undefined }
      : { kid: signer.kid, signer }
    yield { at, instance, isNew, ...token }
  }
}

const lifeOf = ({ locations, isolates }: FleetSize, instance: number): number =>
  instance < locations * isolates ? ISOLATE_LIFE_SECONDS : ENVIRONMENT_LIFE_SECONDS

/** Share of the busiest hour's requests, by the time of day in that part of the world. */
const bustle = (at: number, zone: number): number => {
  const day = at / 86_400_000 + zone
  return NIGHT + ((1 - NIGHT) * (1 - Math.cos(2 * Math.PI * day))) / 2
}

/** Locations differ in size by `SPREAD` and are spread over the time zones. */
function createPlaces({ locations, isolates, environments }: FleetSize, random: Random) {
  const weights = Array.from({ length: locations }, () => isolates * SPREAD ** random.next())
  const zones = weights.map(() => random.next())
  const scale = (locations * isolates) / weights.reduce((sum, weight) => sum + weight, 0)
  const ends: number[] = []
  let end = 0
  for (const weight of weights) ends.push((end += weight * scale))
  const all = locations * isolates + environments
  return {
    pick() {
      const place = random.next() * all
      const location = findPlace(ends, place)
      return location < locations
        ? { instance: location * isolates + random.below(isolates), zone: zones[location] ?? 0 }
        : { instance: all - 1 - random.below(environments), zone: 0 }
    },
  }
}

/** The first whose end lies beyond. */
function findPlace(ends: readonly number[], place: number): number {
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? 0) > place) high = middle
    else low = middle + 1
  }
  return low
}
