/** What the page can ask for: each path with the shape of its question and what answers it. */
import * as v from 'valibot'
import { createEngine } from '../../shared/authorize.ts'
import type { Config } from '../../shared/config/types.ts'
import { fetchHttp } from '../../shared/http.ts'
import type { Environment } from '../../shared/ports.ts'
import { PLACES, type Place } from '../ports.ts'
import { createActs, type ActParts, type Acts } from './acts.ts'
import type { ActName, World, WorldState } from './api.ts'
import type { Hub } from './hub.ts'
import { fillMatrix } from './matrix.ts'
import { createExplainers, explainQuestion } from './question.ts'
import { viewRoutes } from './routes.ts'
import { sampleScopes } from '../scopes.ts'
import { createSamples } from './samples.ts'
import { sendToDoors } from './send.ts'
import { ACT, EXPLAIN, MATRIX, NOTHING, SEND, TIMELINE, TOKEN } from './shapes.ts'
import { playTimeline } from './timeline.ts'
import { createTraffic, type Traffic } from './traffic.ts'

export interface ConsoleParts extends ActParts {
  /** As the doors here have them. */
  readonly rules: Config
  readonly environment: Environment
  readonly addresses: Readonly<Record<Exclude<Place, 'console'>, string>>
  readonly hub: Hub
}

/** `undefined`: the question has another shape. */
export type Endpoint = (question: unknown) => Promise<unknown> | undefined

export interface Endpoints {
  readonly table: Readonly<Record<string, Endpoint>>
  stop(): void
}

const DOORS = ['worker', 'rest-token', 'rest-request', 'http-1.0', 'http-2.0', 'websocket'] as const

export function createEndpoints(parts: ConsoleParts): Endpoints {
  const { rules, environment, addresses, hub } = parts
  const samples = createSamples(addresses.tokens, sampleScopes(rules))
  const routes = viewRoutes(createEngine(rules, { http: fetchHttp, environment }).rules)
  const explainers = createExplainers(rules, environment)
  const acts = createActs(parts)
  const traffic = createTraffic({
    hub,
    addresses,
    route: routes.find(isWorthCalling) ?? { method: 'GET', path: '/' },
    mint: () => parts.issuer.mint(),
  })
  const stateOf = (): WorldState => ({ ...acts.state, isTrafficOn: traffic.isOn })
  const world = async (): Promise<World> => ({
    doors: DOORS.map((place) => ({ place, title: PLACES[place], url: addresses[place] })),
    issuer: addresses.issuer,
    samples: await samples.list(),
    routes,
    state: stateOf(),
  })
  const table = {
    '/api/world': endpoint(NOTHING, world),
    '/api/token': endpoint(TOKEN, async ({ sample }) => ({ token: await samples.mint(sample) })),
    '/api/explain': endpoint(EXPLAIN, (asked) =>
      explainQuestion(explainers.at(asked.clockSeconds), asked),
    ),
    '/api/send': endpoint(SEND, (asked) => sendToDoors(asked, addresses)),
    '/api/matrix': endpoint(MATRIX, ({ clockSeconds }) =>
      fillMatrix({ samples, routes, explain: explainers.at(clockSeconds) }, clockSeconds),
    ),
    '/api/timeline': endpoint(TIMELINE, (asked) => playTimeline(parts, samples, asked)),
    '/api/act': endpoint(ACT, async ({ act }) => {
      await perform(act, { acts, traffic, hub })
      explainers.forget()
      hub.send({ type: 'state', state: stateOf() })
      return stateOf()
    }),
  }
  return { table, stop: () => traffic.stop() }
}

const isWorthCalling = ({ asks, path }: { readonly asks: string; readonly path: string }) =>
  asks !== 'public' && path.startsWith('/')

interface Stage {
  readonly acts: Acts
  readonly traffic: Traffic
  readonly hub: Hub
}

async function perform(act: ActName, { acts, traffic, hub }: Stage): Promise<void> {
  if (act === 'traffic-on') return traffic.start()
  if (act === 'traffic-off') return traffic.stop()
  hub.send({ type: 'act', act, text: await acts.act(act) })
}

const endpoint =
  <S extends v.GenericSchema>(
    shape: S,
    answer: (question: v.InferOutput<S>) => Promise<unknown>,
  ): Endpoint =>
  (question) => {
    const read = v.safeParse(shape, question)
    return read.success ? answer(read.output) : undefined
  }
