import { once } from 'node:events'
import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { Fault } from './fault.ts'

/** Who listens where, in this order from the first port on: one number moves them all. */
export const PLACES = {
  worker: 'Worker',
  'rest-token': 'REST TOKEN',
  'rest-request': 'REST REQUEST',
  'http-1.0': 'HTTP 1.0',
  'http-2.0': 'HTTP 2.0',
  websocket: 'WebSocket',
  issuer: 'Issuer',
  tokens: 'Tokens',
  console: 'Console',
} as const

export type Place = keyof typeof PLACES
export type Ports = Readonly<Record<Place, number>>

const NAMES = Object.keys(PLACES) as readonly Place[]
const FIRST_PORT = 8787
const LAST_PORT = 65_535

const USAGE = `Usage: npm start -- [--port <first>]

  --port <first>   First of ${NAMES.length} ports in a row, also as PORT in the environment. ${FIRST_PORT}`

/** `--port`, or PORT, or the default. */
export function readFirstPort(args: readonly string[], environment: NodeJS.ProcessEnv): number {
  const given = readFlag(args) ?? environment['PORT'] ?? String(FIRST_PORT)
  const port = /^\d{1,5}$/.test(given) ? Number(given) : 0
  const most = LAST_PORT - NAMES.length + 1
  if (port >= 1 && port <= most) return port
  throw new Fault(`--port is a number from 1 to ${most}, not "${given}"\n\n${USAGE}`)
}

function readFlag(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { port: { type: 'string' } } }).values.port
  } catch (error) {
    throw new Fault(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
}

export const planPorts = (first: number): Ports =>
  Object.fromEntries(NAMES.map((place, index) => [place, first + index])) as Ports

/** Asked before anything starts, so that nothing has to be taken back. */
export async function assertFree(ports: Ports): Promise<void> {
  const taken: Place[] = []
  for (const place of NAMES) if (!(await isFree(ports[place]))) taken.push(place)
  if (taken.length === 0) return
  const [first = '', ...others] = taken.map((place) => `${ports[place]} (${PLACES[place]})`)
  const more = others.length > 1 ? `${others.length} more` : others[0]
  const subject = more === undefined ? `Port ${first} is` : `Ports ${first} and ${more} are`
  const other = ports.worker < 60_000 ? ports.worker + 100 : FIRST_PORT
  throw new Fault(`${subject} in use. End what listens there, or choose other ports:

  npm start -- --port ${other}`)
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1')
  try {
    await once(probe, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
  probe.close()
  await once(probe, 'close')
  return true
}
