/** What a day came to, as numbers and as the tables of `docs/fleet.md`. */
import { PEERS } from './simulate.ts'
import type { Day, Peer } from './simulate.ts'
import type { Histogram, Tally, Verdict } from './tally.ts'
import type { FleetSize } from './traffic.ts'

export interface Report {
  readonly size: FleetSize
  readonly hours: number
  readonly requests: number
  readonly peers: Readonly<Record<Peer, PeerReport>>
  /** Writes of ours that KV refused as too many. */
  readonly refusedWrites: number
}

export interface PeerReport {
  readonly discovery: number
  readonly jwks: number
  readonly askedHourly: readonly number[]
  readonly waited: number
  /** Of the requests of each hour. */
  readonly waitedShares: readonly number[]
  readonly waitMs: Spread
  readonly staleSeconds: Spread
  readonly verdicts: Readonly<Record<Verdict, number>>
  readonly unavailableHourly: readonly number[]
}

interface Spread {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export const PEER_NAMES: Readonly<Record<Peer, string>> = {
  ours: 'edge-authorizer',
  jose: 'jose in each instance',
  each: 'a fetch for each request',
}

export function createReport({ size, scenario, tallies, refusedWrites }: Day): Report {
  return {
    size,
    hours: scenario.hours,
    requests: tallies.ours.requests.sum(),
    peers: {
      ours: describePeer(tallies.ours),
      jose: describePeer(tallies.jose),
      each: describePeer(tallies.each),
    },
    refusedWrites,
  }
}

const describePeer = ({ asked, requests, waited, ...tally }: Tally): PeerReport => ({
  discovery: asked.discovery.sum(),
  jwks: asked.jwks.sum(),
  askedHourly: asked.jwks.hours.map((count, hour) => count + (asked.discovery.hours[hour] ?? 0)),
  waited: waited.sum(),
  waitedShares: waited.hours.map((count, hour) => count / (requests.hours[hour] || 1)),
  waitMs: spread(tally.waitMs),
  staleSeconds: spread(tally.staleSeconds),
  verdicts: tally.verdicts,
  unavailableHourly: tally.unavailable.hours,
})

const spread = (histogram: Histogram): Spread => ({
  count: histogram.count,
  p50: Math.round(histogram.quantile(0.5)),
  p99: Math.round(histogram.quantile(0.99)),
  max: Math.round(histogram.max),
})

export const askedInAll = ({ discovery, jwks }: PeerReport): number => discovery + jwks

/** The median hour, so that troubles do not count. */
const usualHour = ({ askedHourly }: PeerReport): number =>
  [...askedHourly].sort((a, b) => a - b)[Math.floor(askedHourly.length / 2)] ?? 0

export const number = (value: number): string => Math.round(value).toLocaleString('en-US')

const percent = (share: number): string =>
  `${(share * 100).toFixed(share > 0 && share < 0.01 ? 3 : 1)} %`

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`

type Cell = (peer: PeerReport, report: Report) => string

const ROWS: readonly (readonly [label: string, cell: Cell])[] = [
  ['requests to the issuer, in all', (peer) => number(askedInAll(peer))],
  ['– metadata (discovery)', ({ discovery }) => number(discovery)],
  ['– key sets', ({ jwks }) => number(jwks)],
  ['an hour, on average', (peer, { hours }) => number(askedInAll(peer) / hours)],
  ['an hour, median', (peer) => number(usualHour(peer))],
  ['an hour, worst', ({ askedHourly }) => number(Math.max(...askedHourly))],
  [
    'times the load of edge-authorizer',
    (peer, { peers }) => (askedInAll(peer) / askedInAll(peers.ours)).toFixed(1),
  ],
  [
    '– in the median hour, which has no trouble',
    (peer, { peers }) => (usualHour(peer) / usualHour(peers.ours)).toFixed(1),
  ],
  ['requests that waited on the issuer', (peer, { requests }) => percent(peer.waited / requests)],
  [
    '– how long: median, 99 %, longest',
    ({ waitMs: { p50, p99, max } }) => [p50, p99, max].map(seconds).join(', '),
  ],
  [
    'a withdrawn key was accepted for: median, 99 %, longest',
    ({ staleSeconds: { count, p50, p99, max } }) =>
      count ? [p50, p99, max].map((value) => `${value} s`).join(', ') : 'never',
  ],
  ['accepted wrongly', ({ verdicts }) => number(verdicts.allowedWrongly)],
  ['refused wrongly', ({ verdicts }) => number(verdicts.refusedWrongly)],
  ['could not be judged', ({ verdicts }) => number(verdicts.unavailable)],
]

export function writeTable(report: Report): string {
  const { peers } = report
  const rows = ROWS.map(([label, cell]) => [
    label,
    ...PEERS.map((peer) => cell(peers[peer], report)),
  ])
  return writeRows(['', ...PEERS.map((peer) => PEER_NAMES[peer])], rows)
}

/** Hour by hour, so that the plots can be checked. */
export function writeHours({ peers }: Report): string {
  const rows = peers.ours.askedHourly.map((_, hour) => [
    String(hour),
    ...PEERS.map((peer) => number(peers[peer].askedHourly[hour] ?? 0)),
    ...PEERS.slice(0, 2).map((peer) => percent(peers[peer].waitedShares[hour] ?? 0)),
  ])
  const heads = PEERS.map((peer) => PEER_NAMES[peer])
  return writeRows(['hour', ...heads, 'waited: edge-authorizer', 'waited: jose'], rows)
}

export const writeRows = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = heads.map((_, column) => (column === 0 ? '---' : '---:'))
  return [heads, rule, ...rows].map(line).join('\n')
}
