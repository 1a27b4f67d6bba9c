import { isObject, own } from '../shared/json.ts'
import type { Config } from '../shared/config/types.ts'
import type { DecisionEvent } from '../shared/observe.ts'
import { describeApi } from './apis.ts'
import { explain, type Feed } from './feed.ts'
import type { ApiKind } from './gateway/api.ts'
import type { CallRecord } from './gateway/record.ts'
import { startGateway, type RunningGateway } from './gateway/server.ts'
import type { LoadedFunction, TakeLine } from './lambda.ts'
import { isDecision, readLogLine } from './log.ts'
import { serveEvent } from './upstream.ts'

const KINDS = ['rest-token', 'rest-request', 'http-1.0', 'http-2.0', 'websocket'] as const

export interface GatewaysOptions {
  readonly ports: Readonly<Record<ApiKind, number>>
  readonly rules: Config
  readonly authorizer: LoadedFunction
  readonly feed: Feed
}

export interface Gateways {
  readonly urls: Readonly<Record<ApiKind, string>>
  close(): Promise<unknown>
}

/** One API of each kind, all with the same function as their authorizer. */
export async function startGateways(options: GatewaysOptions): Promise<Gateways> {
  const starting = KINDS.map((kind) => startApi(kind, options))
  const apis = await Promise.all(starting).catch(async (error: unknown) => {
    await Promise.allSettled(starting.map(async (api) => (await api).close()))
    throw error
  })
  const urls = KINDS.map((kind, index) => [kind, apis[index]?.url])
  return {
    urls: Object.fromEntries(urls) as Record<ApiKind, string>,
    close: () => Promise.all(apis.map((api) => api.close())),
  }
}

function startApi(kind: ApiKind, options: GatewaysOptions): Promise<RunningGateway> {
  const { ports, rules, authorizer, feed } = options
  const decisions = createDecisions()
  const takeLines = (event: unknown): TakeLine => {
    const arn = arnOf(event)
    return (line) => {
      const entry = readLogLine(line)
      if (entry === null) feed.trouble(kind, line)
      else if (isDecision(entry)) decisions.add(arn, entry)
      else feed.issuer(kind, entry)
    }
  }
  return startGateway({
    ...describeApi(kind, rules),
    port: ports[kind],
    handler: authorizer.logging(takeLines),
    integration: serveEvent,
    observe: (call) => report(call, decisions.take(call), feed),
  })
}

const arnOf = (event: unknown): string =>
  isObject(event) ? String(own(event, 'methodArn') ?? own(event, 'routeArn')) : ''

interface Decisions {
  add(arn: string, decision: DecisionEvent): void
  /** The decision behind an answered request; null: the function was not asked. */
  take(call: CallRecord): DecisionEvent | null
}

/** More than are ever under way; a function that answers after its time-out would leave one for good. */
const MOST_DECISIONS = 1000

/**
 * Decisions wait here for the gateway to answer. Of two requests for one resource the refused one is
 * answered first, having no integration to wait for; hence the look at the verdict.
 */
function createDecisions(): Decisions {
  const waiting: { readonly arn: string; readonly decision: DecisionEvent }[] = []
  return {
    add(arn, decision) {
      if (waiting.length >= MOST_DECISIONS) waiting.shift()
      waiting.push({ arn, decision })
    },
    take({ authorizer, arn, refusal }) {
      if (authorizer !== 'invoked') return null
      const allowed = refusal === null || refusal === 'INTEGRATION_FAILURE'
      const index = waiting.findIndex(
        (entry) => entry.arn === arn && (entry.decision.outcome === 'allow') === allowed,
      )
      return index === -1 ? null : (waiting.splice(index, 1)[0]?.decision ?? null)
    },
  }
}

function report(call: CallRecord, decision: DecisionEvent | null, feed: Feed): void {
  const { kind: door, method, path, status } = call
  feed.visit({ door, method, path, status, ...(decision ? explain(decision) : explainCall(call)) })
}

/** What API Gateway decides by itself: our function was not asked, or gave no decision. */
function explainCall({ authorizer, refusal, cause }: CallRecord) {
  const verdict = refusal === null ? 'allow' : 'deny'
  if (authorizer === 'cached') return { verdict, reason: 'by the cached policy' }
  if (authorizer === 'open-route') return { verdict, reason: 'public' }
  if (authorizer === 'identity-missing') return { verdict, reason: 'no token, not asked' }
  if (refusal === 'MISSING_AUTHENTICATION_TOKEN') return { verdict, reason: 'no such resource' }
  return { verdict: '', reason: cause ?? refusal ?? '' }
}
