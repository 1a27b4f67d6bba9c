import { createAuthorizer } from '../../../shared/index.ts'
import type { AuthRequest, AuthorizerEvent, Decision } from '../../../shared/index.ts'
import { isDecision } from './decision-log.ts'
import type { Door, Seen, Sent } from './door.ts'
import { statusOf } from './status.ts'
import type { Setting } from '../world.ts'

const ORIGIN = 'https://api.example.com'

/** `authorize` with what an adapter hands it. */
export const coreWithAuthRequest: Door = {
  name: 'core, AuthRequest',
  origin: ORIGIN,
  lacks: {},
  open: openWith(toAuthRequest),
  answerTo: statusOf,
}

/** `authorize` with a Web `Request`. */
export const coreWithRequest: Door = {
  name: 'core, Request',
  origin: ORIGIN,
  lacks: {
    'line break': 'a Request holds no line break in a field',
    'unresolved path': 'the URL of a Request has its dot segments and backslashes resolved',
  },
  open: openWith(toRequest),
  answerTo: statusOf,
}

type Ask = (sent: Sent) => Promise<Seen>

function openWith(read: (sent: Sent) => AuthRequest | Request): Door['open'] {
  return async (settings) => {
    const opened = new Map<string, Ask>()
    return {
      ask(sent, name) {
        const ask = opened.get(name) ?? openSetting(settings[name], read)
        opened.set(name, ask)
        return ask(sent)
      },
      close: async () => opened.clear(),
    }
  }
}

function openSetting(
  { config, environment }: Setting,
  read: (sent: Sent) => AuthRequest | Request,
): Ask {
  const events: AuthorizerEvent[] = []
  const observe = (event: AuthorizerEvent) => void events.push(event)
  const authorizer = createAuthorizer(config, { environment, observe })
  return async (sent) => {
    events.length = 0
    const decision = await authorizer.authorize(read(sent))
    const event = events.find(isDecision)
    return {
      outcome: decision.outcome,
      code: event?.code ?? null,
      route: event?.route ?? null,
      ...describeDecision(decision),
      said: JSON.stringify([decision.outcome === 'allow' ? null : decision, events]),
    }
  }
}

function describeDecision(decision: Decision) {
  if (decision.outcome === 'allow') return { answer: 200, subject: decision.identity?.subject }
  if (decision.outcome === 'unavailable') return { answer: decision.status }
  const { status, challenges, hint } = decision
  return { answer: status, challenges, hint }
}

export function toAuthRequest({ method = 'GET', path = '/a', query = '', headers = [] }: Sent) {
  const valueOf = (wanted: string) =>
    headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? undefined
  const isPreflight = method === 'OPTIONS' && valueOf('origin') !== undefined
  const preflight = isPreflight && valueOf('access-control-request-method')
  const fields = Map.groupBy(headers, ([name]) => name)
  return {
    method,
    path,
    query,
    origin: ORIGIN,
    webSocket: valueOf('upgrade') === 'websocket',
    ...(preflight && { preflight }),
    headers: Object.fromEntries(
      [...fields].map(([name, same]) => [name, same.map(([, value]) => value)]),
    ),
  }
}

function toRequest({ method = 'GET', path = '/a', query, headers = [] }: Sent): Request {
  const url = ORIGIN + path + (query === undefined ? '' : `?${query}`)
  return new Request(url, { method, headers: headers.map(([name, value]) => [name, value]) })
}
