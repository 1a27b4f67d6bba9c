/** What the issuer's load grows with: small fleets without trouble, each larger in one thing. */
import { number, writeRows } from './report.ts'
import { createCalm } from './scenario.ts'
import { PEERS, simulate } from './simulate.ts'
import type { Peer } from './simulate.ts'
import type { FleetSize } from './traffic.ts'

const WORKERS: FleetSize = { locations: 25, isolates: 20, environments: 0, gapSeconds: 120 }
const LAMBDA: FleetSize = { locations: 0, isolates: 0, environments: 250, gapSeconds: 120 }

const FLEETS: readonly (readonly [label: string, size: FleetSize])[] = [
  ['Workers: 25 locations of 20 isolates', WORKERS],
  ['– four times the traffic', { ...WORKERS, gapSeconds: 30 }],
  ['– four times the isolates, and the traffic', { ...WORKERS, isolates: 80 }],
  ['– four times the locations, and the traffic', { ...WORKERS, locations: 100 }],
  ['Lambda: 250 environments', LAMBDA],
  ['– four times the traffic', { ...LAMBDA, gapSeconds: 30 }],
  ['– four times the environments, and the traffic', { ...LAMBDA, environments: 1_000 }],
]

export interface Growth {
  readonly label: string
  /** Requests to the issuer an hour. */
  readonly hourly: Readonly<Record<Peer, number>>
}

const HOURS = 4

export async function measureGrowth(seed: string): Promise<readonly Growth[]> {
  const growth: Growth[] = []
  for (const [label, size] of FLEETS) {
    const { tallies } = await simulate(seed, size, createCalm(HOURS))
    const hourly = (peer: Peer) => {
      const { discovery, jwks } = tallies[peer].asked
      // The first hour starts cold.
      const warm = [...discovery.hours.slice(1), ...jwks.hours.slice(1)]
      return warm.reduce((sum, count) => sum + count, 0) / (HOURS - 1)
    }
    growth.push({
      label,
      hourly: { ours: hourly('ours'), jose: hourly('jose'), each: hourly('each') },
    })
  }
  return growth
}

export const writeGrowth = (growth: readonly Growth[]): string =>
  writeRows(
    ['requests to the issuer an hour, without trouble', 'edge-authorizer', 'jose', 'each'],
    growth.map(({ label, hourly }) => [label, ...PEERS.map((peer) => number(hourly[peer]))]),
  )
