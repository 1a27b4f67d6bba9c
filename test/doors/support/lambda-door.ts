import { evaluatePolicy } from '../../../dev/gateway/iam.ts'
import { readPolicy } from '../../../dev/gateway/policy.ts'
import type { Answer, Door, OpenDoor, Seen, Sent, Verdict } from './door.ts'
import { arnOf, buildEvent, HOST, type EventKind } from './events.ts'
import { decisionOf, startLambda, type LambdaEnvironment } from './lambda-environment.ts'
import type { SettingName, World } from '../world.ts'

/** A kind of event, and for payload 2.0 the form of the answer. */
export interface LambdaKind {
  readonly event: EventKind
  readonly response: 'simple' | 'iam'
}

export const KINDS: Readonly<Record<string, LambdaKind>> = {
  'REST TOKEN': { event: 'rest-token', response: 'simple' },
  'REST REQUEST': { event: 'rest-request', response: 'simple' },
  'HTTP API 1.0': { event: 'http-1.0', response: 'simple' },
  'HTTP API 2.0, simple': { event: 'http-2.0', response: 'simple' },
  'HTTP API 2.0, IAM': { event: 'http-2.0', response: 'iam' },
  WebSocket: { event: 'websocket', response: 'simple' },
}

const TOO_LARGE = 'over the 8,192 bytes that the Lambda function takes for a token'
const NO_HANDSHAKE = 'only a WebSocket API is asked about handshakes'
const NO_PREFLIGHT = 'an OPTIONS method of API Gateway has no authorizer'

const HTTP_LACKS: Door['lacks'] = {
  handshake: NO_HANDSHAKE,
  preflight: NO_PREFLIGHT,
  '8 KB': TOO_LARGE,
}

/** What a kind of API keeps from its authorizer, whoever calls the function. */
export const LAMBDA_LACKS: Readonly<Record<EventKind, Door['lacks']>> = {
  'rest-token': {
    'no credentials': 'without a token API Gateway answers 401 and asks nobody',
    'repeated field': 'a TOKEN event has one value',
    'another field': 'a TOKEN event has no headers but the token',
    query: 'a TOKEN event has no query',
    handshake: NO_HANDSHAKE,
    preflight: NO_PREFLIGHT,
    '8 KB': TOO_LARGE,
  },
  'rest-request': HTTP_LACKS,
  'http-1.0': HTTP_LACKS,
  'http-2.0': HTTP_LACKS,
  websocket: {
    path: 'a WebSocket API has one path',
    'safe method': 'a handshake counts as unsafe, whatever its method',
    'no handshake': 'every request of a WebSocket API is a handshake',
    preflight: NO_PREFLIGHT,
    '8 KB': TOO_LARGE,
  },
}

/** The built function in Node, called with the event itself. */
export const lambdaDoors: readonly Door[] = Object.entries(KINDS).map(([name, kind]) => ({
  name,
  origin: `https://${HOST}`,
  lacks: LAMBDA_LACKS[kind.event],
  open: (settings) => openFunctions(settings, kind),
  answerTo,
}))

function answerTo(verdict: Verdict): Answer {
  if (verdict.outcome === 'allow') return 'allows'
  if (verdict.outcome === 'unavailable') return 'throws'
  return verdict.status > 401 ? 'does not allow' : 'throws Unauthorized'
}

async function openFunctions(settings: World['settings'], kind: LambdaKind): Promise<OpenDoor> {
  const functions = functionsOf(settings)
  return {
    prepare: (setting, route) => functions.open(kind, setting, route),
    async ask(sent, setting, route) {
      const environment = await functions.open(kind, setting, route)
      return invoke(environment, kind.event, sent)
    },
    close: functions.close,
  }
}

/** Execution environments of the built function, one for each configuration, started when needed. */
export interface Functions {
  open(kind: LambdaKind, setting: SettingName, route: string | null): Promise<LambdaEnvironment>
  close(): Promise<unknown>
}

const known = new WeakMap<World['settings'], Functions>()

/** Kinds of events share them, as they would share a deployed function. */
export function functionsOf(settings: World['settings']): Functions {
  const functions = known.get(settings) ?? createFunctions(settings)
  known.set(settings, functions)
  return functions
}

function createFunctions(settings: World['settings']): Functions {
  const started = new Map<string, Promise<LambdaEnvironment>>()
  return {
    open({ event, response }, setting, route) {
      const { config, environment } = settings[setting]
      const rule = config.routes?.[route ?? '']
      const routes = event === 'websocket' && rule ? { $connect: rule } : config.routes
      const apiGateway = { httpApiResponse: response }
      const text = JSON.stringify({ ...config, ...(routes && { routes }), apiGateway })
      const running = started.get(text) ?? startLambda({ ...environment, AUTHORIZER_CONFIG: text })
      started.set(text, running)
      return running
    },
    async close() {
      const running = await Promise.all(started.values())
      started.clear()
      await Promise.all(running.map((environment) => environment.close()))
    },
  }
}

async function invoke(environment: LambdaEnvironment, kind: EventKind, sent: Sent): Promise<Seen> {
  const invocation = await environment.invoke(buildEvent(kind, sent))
  const { outcome, code, route } = decisionOf(invocation.lines)
  const seen = { outcome, code, route, said: JSON.stringify(invocation) }
  if (invocation.type === 'threw') {
    const isUnauthorized = invocation.error.message === 'Unauthorized'
    return { ...seen, answer: isUnauthorized ? 'throws Unauthorized' : 'throws' }
  }
  return { ...seen, ...describeAnswer(invocation.answer as LambdaAnswer, arnOf(kind, sent), code) }
}

interface LambdaAnswer {
  readonly isAuthorized?: boolean
  readonly policyDocument?: unknown
  readonly context: Readonly<Record<string, string>>
}

function describeAnswer(answer: LambdaAnswer, arn: string, code: string | null) {
  const { context } = answer
  if ((context['code'] ?? null) !== code) throw new Error('context and log name different codes')
  const challenge = context['wwwAuthenticate']
  return {
    answer: allows(answer, arn) ? ('allows' as const) : ('does not allow' as const),
    subject: context['subject'],
    ...(code !== null && { challenges: challenge ? [challenge] : [] }),
  }
}

export function allows({ isAuthorized, policyDocument }: LambdaAnswer, arn: string): boolean {
  if (isAuthorized !== undefined) return isAuthorized
  const policy = readPolicy(policyDocument)
  if (!policy.ok) throw new Error(policy.error)
  const facts = { nowMs: Date.now(), sourceIp: '127.0.0.1' }
  return evaluatePolicy(policy.value, arn, facts).effect === 'allow'
}
