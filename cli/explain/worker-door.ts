/** What the Worker makes of a request: the refusal it writes, or the request that the upstream gets. */
import { forwardRequest } from '../../functions/worker/forward.ts'
import { respondRefusal } from '../../functions/worker/respond.ts'
import { judge } from '../../shared/authorize.ts'
import type { Engine } from '../../shared/authorize.ts'
import { decide } from '../../shared/decision.ts'
import { CONNECT } from '../../shared/policy/pattern.ts'
import { readRequest } from '../../shared/request.ts'
import type { AuthRequest, Identity } from '../../shared/types.ts'
import type { Forwarded, HeaderLine, WorkerDoor } from './explanation.ts'

const ORIGIN = 'https://api.example.com'

const NOTHING = {
  door: 'worker',
  title: 'Worker',
  status: null,
  code: null,
  headers: [],
  body: null,
  upstream: null,
} as const

export async function askWorker(
  engine: Engine,
  sent: AuthRequest,
  now: number,
): Promise<WorkerDoor> {
  if (sent.path === CONNECT) return { ...NOTHING, notes: ['knows no $connect: ask for the path'] }
  const request = buildRequest(sent)
  if (!request) return { ...NOTHING, notes: ['no such request ever reaches a Worker'] }
  const read = readRequest(request)
  const notes = read.path === sent.path ? [] : [`sees the path as ${read.path}`]
  const decision = decide(engine, await judge(engine, read, now, {}))
  if (decision.outcome === 'allow') {
    const upstream = await forward(request, decision.identity, engine)
    return { ...NOTHING, status: 200, upstream, notes }
  }
  const { status, code } = decision
  const response = respondRefusal(request, decision, engine.config.hints)
  const headers = [...response.headers]
  return { ...NOTHING, status, code, headers, body: await response.text(), notes }
}

/** null: the platform refuses it first, for its method or the characters in it. */
function buildRequest({
  method,
  path,
  query,
  headers,
  origin = ORIGIN,
}: AuthRequest): Request | null {
  try {
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    )
    return new Request(`${origin}${path}${query ? `?${query}` : ''}`, { method, headers: lines })
  } catch {
    return null
  }
}

/** The Worker's own way to the upstream, with an upstream that keeps what it gets. */
async function forward(
  request: Request,
  identity: Identity | null,
  { config }: Engine,
): Promise<Forwarded> {
  let received = request
  const upstream = {
    origin: null,
    fetch: async (forwarded: Request) => {
      received = forwarded
      return new Response(null)
    },
  }
  await forwardRequest(request, identity, upstream, config)
  const isNew = ([name, value]: HeaderLine) => request.headers.get(name) !== value
  return {
    added: [...received.headers].filter(isNew),
    removed: [...request.headers.keys()].filter((name) => !received.headers.has(name)),
  }
}
