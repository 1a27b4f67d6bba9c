/** The built Worker in workerd over loopback, beside the same Worker without a guard, and jose alone. */
import { bundle } from '../bundle.ts'
import { sendAll, writeRequest } from '../load.ts'
import { WORKER } from '../names.ts'
import type { BenchAlgorithm } from '../names.ts'
import { ROUTES } from '../ours.ts'
import { rounds } from '../rounds.ts'
import type { Section, Setting } from '../section.ts'
import { layOut } from '../table.ts'
import type { Cell } from '../table.ts'
import { createIssuer, signUsers } from '../tokens.ts'
import type { BenchIssuer } from '../tokens.ts'
import { startScriptedIssuer } from '../../test/support/scripted-issuer.ts'
import { startWorkers } from '../../test/doors/support/workers.ts'

const CALLERS = 32
const PATH = '/patients/4711'
const WARM_UP_TURNS = 2
const ALGORITHMS: readonly BenchAlgorithm[] = ['RS256', 'ES256']

export const worker: Section = {
  name: 'worker',
  async run(setting) {
    const cells: Cell[] = []
    for (const algorithm of ALGORITHMS) cells.push(...(await serve(algorithm, setting)))
    const frame = {
      name: 'worker',
      title: 'A Worker in workerd over loopback',
      unit: 'requests/s',
      corner: 'Worker',
      baseline: WORKER.unguarded,
      note: `${CALLERS} connections; the upstream is a Worker in the same workerd, so that forwarding costs little and the guard shows.`,
    } as const
    return [layOut(frame, cells)]
  },
}

async function serve(algorithm: BenchAlgorithm, setting: Setting): Promise<readonly Cell[]> {
  const { pace, tell } = setting
  tell(`${algorithm}: signing ${pace.tokens} tokens`)
  const scripted = await startScriptedIssuer()
  const issuer = await createIssuer(algorithm, scripted.issuer)
  const restore = scripted.answer('jwks', () => ({ body: { keys: [issuer.key.publicJwk] } }))
  const tokens = signUsers(issuer, pace.tokens)
  const workers = await startAll(issuer)
  try {
    tell(algorithm)
    return await race(tokens, workers, setting, algorithm)
  } finally {
    restore()
    await workers.close()
    await scripted.close()
  }
}

async function startAll(issuer: BenchIssuer) {
  const build = (name: string) => bundle(`bench/workers/${name}.ts`, 'worker')
  const [unguarded, identified, jose, joseForwarding, upstream] = [
    await build('unguarded'),
    await build('identified'),
    await build('jose'),
    await build('jose-forwarding'),
    await build('upstream'),
  ]
  const services = { UPSTREAM: { worker: 'upstream' } }
  const { issuer: name, audience, algorithm, key } = issuer
  const config = {
    issuers: [{ issuer: name, audience, algorithms: [algorithm] }],
    routes: ROUTES,
    log: 'none',
  }
  const variables = {
    KEYS: { keys: [key.publicJwk] },
    OPTIONS: { issuer: name, audience, algorithms: [algorithm] },
  }
  return startWorkers({
    upstream: { code: upstream },
    unguarded: { code: unguarded, services },
    identified: { code: identified, services },
    guarded: { variables: { AUTHORIZER_CONFIG: config }, services },
    jose: { code: jose, services, variables },
    joseForwarding: { code: joseForwarding, services, variables },
  })
}

interface Runner {
  readonly row: string
  readonly port: number
  readonly next: (count: number) => readonly Buffer[]
  readonly rates: number[]
}

async function race(
  tokens: readonly string[],
  { portOf }: { portOf(name: string): number },
  { pace }: Setting,
  column: string,
): Promise<readonly Cell[]> {
  const requests = tokens.map((token) => writeRequest(PATH, token))
  const describe = (row: string, name: string, kinds: readonly Buffer[]): Runner => ({
    row,
    port: portOf(name),
    next: cycle(kinds),
    rates: [],
  })
  const runners = [
    describe(WORKER.unguarded, 'unguarded', requests),
    describe(WORKER.identified, 'identified', requests),
    describe(WORKER.repeated, 'guarded', requests.slice(0, 1)),
    describe(WORKER.distinct, 'guarded', requests),
    describe(WORKER.jose, 'jose', requests),
    describe(WORKER.joseForwarding, 'joseForwarding', requests),
  ]
  for (const turn of rounds(pace.workerRounds + WARM_UP_TURNS, pace)) {
    for (const { port, next, rates } of turn % 2 === 0 ? runners : runners.toReversed()) {
      const ms = await sendAll(port, CALLERS, next(pace.requests))
      if (turn >= WARM_UP_TURNS) rates.push((pace.requests * 1000) / ms)
    }
  }
  return runners.map(({ row, rates }) => ({ row, column, rounds: rates }))
}

function cycle(requests: readonly Buffer[]): (count: number) => readonly Buffer[] {
  let at = 0
  const next = () => {
    const request = requests[at] ?? Buffer.alloc(0)
    at = (at + 1) % requests.length
    return request
  }
  return (count) => Array.from({ length: count }, next)
}
