/** The plots of `docs/fleet.md`. */
import { drawPlot } from './plot.ts'
import type { Axis, Band, Line } from './plot.ts'
import { PEER_NAMES, number } from './report.ts'
import type { Report } from './report.ts'
import { lastAcceptance } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { PEERS } from './simulate.ts'
import type { Day, Peer } from './simulate.ts'

const COLOURS: Readonly<Record<Peer, string>> = {
  ours: '#0b7a75',
  jose: '#c2410c',
  each: '#6b7280',
}

export function drawPlots(day: Day, report: Report): Readonly<Record<string, string>> {
  return {
    requests: drawRequests(day, report),
    waiting: drawWaiting(day, report),
    staleness: drawStaleness(day),
  }
}

function drawRequests({ scenario }: Day, { peers }: Report): string {
  const most = 10 ** Math.ceil(Math.log10(Math.max(...peers.each.askedHourly)))
  return drawPlot({
    title: 'Requests that reach the issuer, each hour',
    x: hoursOf(scenario),
    y: { label: 'logarithmic scale', from: 10, to: most, isLog: true, ticks: powers(10, most) },
    lines: PEERS.map((peer) => stepsOf(peer, peers[peer].askedHourly, 10)),
    bands: bandsOf(scenario),
  })
}

function drawWaiting({ scenario }: Day, { peers }: Report): string {
  const least = 0.000_01
  return drawPlot({
    title: 'Share of requests that waited on the issuer, each hour',
    x: hoursOf(scenario),
    y: {
      label: 'logarithmic scale',
      from: least,
      to: 1,
      isLog: true,
      ticks: [
        [least, '0.001 %'],
        [0.0001, '0.01 %'],
        [0.001, '0.1 %'],
        [0.01, '1 %'],
        [0.1, '10 %'],
        [1, '100 %'],
      ],
    },
    lines: PEERS.map((peer) => stepsOf(peer, peers[peer].waitedShares, least)),
    bands: bandsOf(scenario),
  })
}

const AFTER_SECONDS = 720
const BIN_SECONDS = 15

/** Of the tokens that a withdrawn key signed and that came so long after it was withdrawn. */
function drawStaleness({ scenario, tallies }: Day): string {
  const bound = lastAcceptance(scenario, scenario.emergency) - scenario.emergency
  const shareAt = (peer: Peer, from: number) => {
    const { staleSeconds, withdrawnSeconds } = tallies[peer]
    const all = withdrawnSeconds.between(from, from + BIN_SECONDS)
    return staleSeconds.between(from, from + BIN_SECONDS) / (all || 1)
  }
  const bins = Array.from({ length: AFTER_SECONDS / BIN_SECONDS }, (_, bin) => bin * BIN_SECONDS)
  const ticks = [0, 2, 4, 6, 8, 10, 12].map((minute) => [minute, String(minute)] as const)
  return drawPlot({
    title: 'Share of tokens still accepted after their key was withdrawn',
    x: { label: 'minutes since the issuer withdrew the key', from: 0, to: 12, ticks },
    y: {
      label: '',
      from: 0,
      to: 1,
      ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => [share, `${share * 100} %`]),
    },
    lines: PEERS.map((peer) => ({
      name: PEER_NAMES[peer],
      colour: COLOURS[peer],
      points: bins.map((from) => [(from + BIN_SECONDS / 2) / 60, shareAt(peer, from)]),
    })),
    bands: [{ label: 'stated bound', from: bound / 60, until: bound / 60 }],
  })
}

const hoursOf = ({ hours }: Scenario): Axis => {
  const step = hours > 12 ? 2 : 1
  const ticks = Array.from({ length: Math.floor(hours / step) + 1 }, (_, tick) => tick * step)
  return {
    label: 'hour of the day',
    from: 0,
    to: hours,
    ticks: ticks.map((hour) => [hour, String(hour)]),
  }
}

const powers = (from: number, to: number): (readonly [number, string])[] => {
  const count = Math.round(Math.log10(to / from)) + 1
  return Array.from({ length: count }, (_, power) => [
    from * 10 ** power,
    number(from * 10 ** power),
  ])
}

/** A logarithmic axis has no zero: what is below its start lies on it. */
function stepsOf(peer: Peer, values: readonly number[], least: number): Line {
  const points = values.map((value, hour) => [hour, Math.max(value, least)] as const)
  const last = points.at(-1)?.[1] ?? least
  return {
    name: PEER_NAMES[peer],
    colour: COLOURS[peer],
    points: [...points, [values.length, last]],
    isStepped: true,
  }
}

function bandsOf({ keys, slow, outage, emergency, flood }: Scenario): Band[] {
  const [, second] = keys
  const span = (label: string, { from, until }: { from: number; until: number }) => ({
    label,
    from: from / 3_600,
    until: until / 3_600,
  })
  const rotation = { from: second?.published.from ?? 0, until: keys[0]?.published.until ?? 0 }
  return [
    span('rotation', rotation),
    span('slow issuer', slow),
    span('outage', outage),
    span('key withdrawn', { from: emergency, until: emergency }),
    span('random key ids', flood),
  ]
}
