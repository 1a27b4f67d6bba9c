import { startGateway, type RunningGateway } from '../../../dev/gateway/server.ts'
import type { ApiDefinition } from '../../../dev/gateway/api.ts'
import type { Answer, Door, Header, OpenDoor, Seen, Sent, Verdict } from './door.ts'
import { HOST } from './events.ts'
import { functionsOf, KINDS, LAMBDA_LACKS, type LambdaKind } from './lambda-door.ts'
import { decisionOf, type LambdaEnvironment } from './lambda-environment.ts'
import { sendOverWire } from './wire.ts'
import type { World } from '../world.ts'

const BUDGET = 'over the 10,240 bytes that API Gateway takes for all headers'
const COMMON: Door['lacks'] = {
  'line break': 'an HTTP field value holds no line break',
  'control character': 'the HTTP server of the model takes no control character in a field',
  '20 KB': BUDGET,
  '8 KB': BUDGET,
}

const LACKS: Readonly<Record<LambdaKind['event'], Door['lacks']>> = {
  'rest-token': {},
  'rest-request': {},
  'http-1.0': {
    'repeated field': 'payload 1.0, as recorded, shows the last of repeated fields only',
    'bad escape': 'an HTTP API answers 400 to a path that it cannot decode',
  },
  'http-2.0': { 'bad escape': 'an HTTP API answers 400 to a path that it cannot decode' },
  websocket: {},
}

/** The built function behind the model of API Gateway, over sockets. */
export const gatewayDoors: readonly Door[] = Object.entries(KINDS).map(([name, kind]) => ({
  name: `${name}, through API Gateway`,
  origin: `https://${HOST}`,
  lacks: { ...LAMBDA_LACKS[kind.event], ...COMMON, ...LACKS[kind.event] },
  open: (settings) => openApis(settings, kind),
  answerTo: (verdict) => answerTo(verdict, kind),
}))

function answerTo(verdict: Verdict, { event }: LambdaKind): Answer {
  if (verdict.outcome === 'allow') return event === 'websocket' ? 101 : 200
  if (verdict.outcome === 'unavailable') return 500
  return verdict.status > 401 ? 403 : 401
}

async function openApis(settings: World['settings'], kind: LambdaKind): Promise<OpenDoor> {
  const functions = functionsOf(settings)
  const started = new Map<LambdaEnvironment, Promise<RunningGateway>>()
  const open = (environment: LambdaEnvironment) => {
    const gateway = started.get(environment) ?? startApi(kind, environment)
    started.set(environment, gateway)
    return gateway
  }
  return {
    prepare: async (setting, route) => open(await functions.open(kind, setting, route)),
    async ask(sent, setting, route) {
      const environment = await functions.open(kind, setting, route)
      return call(await open(environment), environment, kind.event, sent)
    },
    async close() {
      const gateways = await Promise.all(started.values())
      await Promise.all(gateways.map((gateway) => gateway.close()))
      await functions.close()
    },
  }
}

/** Nothing is cached: each case is judged anew. */
const startApi = ({ event, response }: LambdaKind, { handler }: LambdaEnvironment) => {
  const definition: ApiDefinition = {
    kind: event,
    domainName: HOST,
    routes: event === 'websocket' ? ['$connect'] : ['ANY /', 'ANY /{proxy+}'],
    authorizer: {
      identitySources: event === 'rest-token' ? ['method.request.header.Authorization'] : [],
      resultTtlSeconds: 0,
      simpleResponses: event === 'http-2.0' && response === 'simple',
    },
  }
  return startGateway({ ...definition, handler, integration: echoSubject })
}

const SUBJECT = 'x-subject'

interface ProxyEvent {
  readonly requestContext: {
    readonly authorizer?: { readonly subject?: string; readonly lambda?: { subject?: string } }
  }
}

/** The backend: says on whose behalf it was called. */
function echoSubject({ requestContext: { authorizer } }: ProxyEvent) {
  const subject = authorizer?.subject ?? authorizer?.lambda?.subject
  return { statusCode: 200, headers: subject === undefined ? {} : { [SUBJECT]: subject } }
}

export const HANDSHAKE: readonly Header[] = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
]

const withHandshake = (headers: readonly Header[] = []): readonly Header[] => [
  ...HANDSHAKE,
  ...headers.filter(([name]) => !HANDSHAKE.some(([given]) => given === name)),
]

async function call(
  gateway: RunningGateway,
  environment: LambdaEnvironment,
  kind: LambdaKind['event'],
  sent: Sent,
): Promise<Seen> {
  const { port, pathname } = new URL(gateway.url)
  const stage = pathname === '/' ? '' : pathname
  const isWebSocket = kind === 'websocket'
  const request: Sent = {
    ...sent,
    method: isWebSocket ? 'GET' : (sent.method ?? 'GET'),
    path: stage + (isWebSocket ? '' : (sent.path ?? '/a')),
    headers: isWebSocket ? withHandshake(sent.headers) : (sent.headers ?? []),
  }
  const answer = await sendOverWire(Number(port), request)
  const lines = environment.takeLines()
  const { outcome, code, route } = decisionOf(lines)
  const subject = answer.headers.find(([name]) => name === SUBJECT)?.[1]
  const said = `${answer.text}\n${lines.join('\n')}`
  const seen = { outcome, code, route, answer: answer.status, said }
  // To a handshake the gateway itself answers.
  return isWebSocket ? seen : { ...seen, subject }
}
