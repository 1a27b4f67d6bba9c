/**
 * A sequence of calls through the model of API Gateway, its result cache included, on a clock of its
 * own: the same function as deployed answers, and the same calls are made without a cache beside it.
 */
import { randomUUID } from 'node:crypto'
import { answerCall } from '../../functions/lambda/answer.ts'
import { readEvent, type GatewayEvent } from '../../functions/lambda/event.ts'
import { createPolicySource } from '../../functions/lambda/policy/source.ts'
import { createEngine, type Engine } from '../../shared/authorize.ts'
import type { Config } from '../../shared/config/types.ts'
import { fetchHttp } from '../../shared/http.ts'
import { TOKEN_BYTES_LAMBDA } from '../../shared/limits.ts'
import type { AuthorizerEvent } from '../../shared/observe.ts'
import type { Environment } from '../../shared/ports.ts'
import { describeApi } from '../apis.ts'
import { createCache } from '../gateway/cache.ts'
import { resolveApi } from '../gateway/defaults.ts'
import { exchange, type Gateway } from '../gateway/exchange.ts'
import { AUTHORIZER_TIMEOUT_MS, INTEGRATION_TIMEOUT_MS } from '../gateway/limits.ts'
import type { CallRecord } from '../gateway/record.ts'
import type { GatewayRequest } from '../gateway/request.ts'
import { serveEvent } from '../upstream.ts'
import type { Moment, Timeline, TimelineCall, TimelineQuestion } from './api.ts'
import type { Samples } from './samples.ts'

interface Told {
  record?: CallRecord
  code: Moment['code']
}

export async function playTimeline(
  { rules, environment }: { readonly rules: Config; readonly environment: Environment },
  samples: Samples,
  question: TimelineQuestion,
): Promise<Timeline> {
  const { ttlSeconds, calls, clockSeconds } = question
  let nowMs = Date.now() + clockSeconds * 1000
  const startMs = nowMs
  const engine = createEngine(rules, {
    environment,
    http: fetchHttp,
    maxTokenBytes: TOKEN_BYTES_LAMBDA,
  })
  const ticking: Engine = { ...engine, clock: () => nowMs }
  const cached = openGateway(ticking, question, ttlSeconds)
  const tokens = await mintTokens(calls, samples)
  const keptUntil = new Map<string | null, number>()
  const moments: Moment[] = []
  for (const call of calls) {
    nowMs += call.after * 1000
    const request = buildRequest(call, tokens.get(call.sample), cached.gateway, nowMs)
    const { record, code } = await cached.ask(request)
    const fresh = await openGateway(ticking, question, ttlSeconds).ask(request)
    const at = (nowMs - startMs) / 1000
    const isKept = record?.authorizer === 'invoked' && ttlSeconds > 0 && isAnswer(record)
    if (isKept) keptUntil.set(call.sample, at + ttlSeconds)
    moments.push({
      at,
      use: record?.authorizer ?? null,
      status: record?.status ?? 0,
      freshStatus: fresh.record?.status ?? 0,
      code,
      keptUntil: keptUntil.get(call.sample) ?? null,
    })
  }
  return { moments }
}

/** A function that throws leaves nothing behind. */
const isAnswer = ({ refusal }: CallRecord): boolean =>
  refusal === null || refusal === 'ACCESS_DENIED' || refusal.startsWith('INTEGRATION_')

async function mintTokens(calls: readonly TimelineCall[], samples: Samples) {
  const names = [...new Set(calls.map(({ sample }) => sample))]
  const minted = await Promise.all(names.map((name) => (name === null ? null : samples.mint(name))))
  return new Map(names.map((name, index) => [name, minted[index] ?? null]))
}

/** With a memory of its own, and nobody listening. */
function openGateway(engine: Engine, { kind }: TimelineQuestion, ttlSeconds: number) {
  const described = describeApi(kind, engine.config)
  const { authorizer } = described
  const api = resolveApi({
    ...described,
    ...(authorizer && { authorizer: { ...authorizer, resultTtlSeconds: ttlSeconds } }),
  })
  const policySource = createPolicySource(engine)
  let told: Told = { code: null }
  const observe = (event: AuthorizerEvent) => {
    if (event.event === 'decision') told.code = event.code
  }
  const now = engine.clock
  const gateway: Gateway = {
    api,
    integration: serveEvent,
    integrationTimeoutMs: INTEGRATION_TIMEOUT_MS[api.family],
    record: (record) => void (told.record = record),
    guard: {
      cache: createCache(ttlSeconds, now),
      now,
      timeoutMs: AUTHORIZER_TIMEOUT_MS,
      handler: (event: GatewayEvent) => answerCall(engine, policySource, readEvent(event), observe),
    },
  }
  return {
    gateway,
    async ask(request: GatewayRequest): Promise<Told> {
      told = { code: null }
      await exchange(gateway, request)
      return told
    },
  }
}

function buildRequest(
  { method, path }: TimelineCall,
  token: string | null | undefined,
  { api }: Gateway,
  nowMs: number,
): GatewayRequest {
  return {
    method,
    path: api.stage === '$default' ? path : `/${api.stage}${path}`,
    query: '',
    headers: [
      ['Host', api.domainName],
      ...(token ? [['Authorization', `Bearer ${token}`] as const] : []),
    ],
    protocol: 'HTTP/1.1',
    sourceIp: '127.0.0.1',
    body: Buffer.alloc(0),
    requestId: randomUUID(),
    extendedRequestId: randomUUID(),
    connectionId: randomUUID(),
    receivedAtMs: nowMs,
  }
}
