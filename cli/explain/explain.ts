/**
 * Why may this token call this route, or why not? The code that decides in production decides here,
 * at every front door; what it found is written down as plain data. Nothing is checked twice over,
 * and no `node:` module is used.
 *
 * A token's claims are shown as they read, unverified where the signature is not reached; its text
 * is never in the explanation as a whole.
 */
import { readEvent } from '../../functions/lambda/event.ts'
import type { GatewayEvent } from '../../functions/lambda/event.ts'
import { inspect } from '../../functions/lambda/inspect.ts'
import { createPolicySource } from '../../functions/lambda/policy/source.ts'
import { createEngine, judge } from '../../shared/authorize.ts'
import type { Engine } from '../../shared/authorize.ts'
import { decide } from '../../shared/decision.ts'
import type { Config } from '../../shared/config/types.ts'
import { own } from '../../shared/json.ts'
import { TOKEN_BYTES_LAMBDA, TOKEN_BYTES_WORKER } from '../../shared/limits.ts'
import type { EnginePorts } from '../../shared/ports.ts'
import { headerValues } from '../../shared/request.ts'
import { extractToken } from '../../shared/token/extract.ts'
import type { AuthRequest, Decision } from '../../shared/types.ts'
import { forecastCache } from './cache.ts'
import type { Expecting } from './expect.ts'
import type { Door, Explanation, GatewayDoor, GatewayKind, Verdict } from './explanation.ts'
import { GATEWAYS, askGateway } from './gateway-door.ts'
import type { Gateway } from './gateway-door.ts'
import { buildEvent } from './gateway-event.ts'
import { writeMend } from './mend.ts'
import { withoutToken } from './redact.ts'
import { walkSteps } from './steps.ts'
import { readLoosely, viewToken } from './token.ts'
import { askWorker } from './worker-door.ts'

export interface Question {
  readonly request: AuthRequest
  /** Goes into an `Authorization: Bearer`; without it, the request is taken as it is. */
  readonly token?: string | null
  /** Epoch seconds. */
  readonly now: number
  /** A recorded event, which then stands for the one that its kind of API would make. */
  readonly recorded?: RecordedEvent
}

export interface RecordedEvent {
  readonly kind: GatewayKind
  readonly event: GatewayEvent
}

export type Explain = (question: Question) => Promise<Explanation>

/** Throws a `ConfigError` with every fault. Keys are remembered from one question to the next. */
export function createExplainer(config: Config, ports: EnginePorts): Explain {
  const engine = createEngine(config, ports)
  const policySource = createPolicySource(engine)

  return async ({ request: sent, token: given = null, now, recorded }) => {
    const request = given === null ? sent : withToken(sent, given)
    const read = recorded ? request : asRead(request)
    const at = (maxTokenBytes: number): Engine => ({
      ...engine,
      clock: () => now * 1000,
      maxTokenBytes: engine.config.maxTokenBytes ?? maxTokenBytes,
    })
    const [worker, lambda] = [at(TOKEN_BYTES_WORKER), at(TOKEN_BYTES_LAMBDA)]
    const judgement = await judge(worker, read, now, {})
    const decision = decide(worker, judgement)
    const text = given ?? findToken(read, worker)
    const expecting: Expecting = {
      engine: worker,
      judgement,
      text,
      issuers: issuersOf(text, engine),
    }
    const token = text === null ? null : viewToken(text, worker, now)
    const gateways = await askGateways({ engine: lambda, policySource }, request, recorded)
    const explanation: Explanation = {
      now,
      request: {
        method: request.method,
        path: request.path,
        route: judgement.route?.pattern.text ?? null,
      },
      verdict: describeVerdict(decision),
      token,
      steps: walkSteps({ judgement, decision, token }, expecting),
      doors: [await askWorker(worker, request, now), ...gateways] satisfies Door[],
      cache: await forecast(lambda, gateways, request),
      mend: writeMend(decision, expecting),
    }
    return withoutToken(explanation, text)
  }
}

/** In front of an `Authorization` that is there already: the doors get both. */
function withToken(request: AuthRequest, token: string): AuthRequest {
  const authorization = [`Bearer ${token}`, ...headerValues(request, 'authorization')]
  return { ...request, headers: { ...request.headers, authorization } }
}

/** Headers say that it is a preflight or a handshake: to a `Request`, and to no event of API Gateway. */
function asRead(request: AuthRequest): AuthRequest {
  const [upgrade] = headerValues(request, 'upgrade')
  const [asked] = headerValues(request, 'access-control-request-method')
  const isPreflight = request.method === 'OPTIONS' && headerValues(request, 'origin').length > 0
  return {
    ...request,
    ...(upgrade?.toLowerCase() === 'websocket' && { webSocket: true }),
    ...(isPreflight && asked && { preflight: asked }),
  }
}

/** Of any size: what is too large to be judged can still be told about. */
function findToken(request: AuthRequest, { config }: Engine): string | null {
  const found = extractToken(request, config, Infinity)
  return found.ok ? found.value : null
}

/** Whom the token claims to be from, where that is configured; else everybody. */
function issuersOf(token: string | null, { trust }: Engine): Expecting['issuers'] {
  const payload = token?.split('.', 2)[1]
  const claims = payload === undefined ? undefined : readLoosely(payload)
  const issuer = claims && trust.issuers.get(own(claims, 'iss'))
  return issuer ? [issuer] : [...trust.issuers.values()]
}

async function askGateways(
  gateway: Gateway,
  request: AuthRequest,
  recorded?: RecordedEvent,
): Promise<readonly GatewayDoor[]> {
  const doors: GatewayDoor[] = []
  for (const kind of GATEWAYS) {
    const event = recorded?.kind === kind ? recorded.event : undefined
    doors.push(await askGateway(gateway, kind, request, event))
  }
  return doors
}

/** The next requests with the same token: cookies and preflights are each a story of their own. */
const bearing = (token: string | null): AuthRequest => ({
  method: 'GET',
  path: '/',
  headers: token === null ? {} : { authorization: `Bearer ${token}` },
})

/** The policies of a REST API are what the cache keeps. */
async function forecast(engine: Engine, doors: readonly GatewayDoor[], sent: AuthRequest) {
  const rest = doors.find(({ door }) => door === 'rest-request')
  if (!rest) throw new TypeError('no REST API among the doors')
  const [request] = readEvent(buildEvent('rest-request', sent)).requests
  const { trusted } = await inspect(engine, [request], true)
  // The cache knows the next ones by the header's token: one in the query is this request's own.
  const next = bearing(findToken({ ...request, query: '' }, engine))
  return forecastCache(engine, rest, next, trusted?.identity ?? null)
}

const describeVerdict = (decision: Decision): Verdict => {
  const nothing = { description: '', hint: '', challenges: [], retryAfterSeconds: null }
  const { outcome } = decision
  if (outcome === 'allow') return { ...nothing, outcome, status: 200, code: null }
  if (outcome === 'unavailable') return { ...nothing, ...decision, description: NOT_JUDGED }
  const { status, code, description, hint, challenges } = decision
  return { ...nothing, outcome, status, code, description, hint, challenges }
}

const NOT_JUDGED = 'the token was not judged'
