/** What the Lambda function answers an API Gateway of each kind, and what the caller sees of it. */
import type { PolicyDocument } from 'aws-lambda'
import { answerCall } from '../../functions/lambda/answer.ts'
import { readEvent } from '../../functions/lambda/event.ts'
import type { AuthorizerCall, GatewayEvent } from '../../functions/lambda/event.ts'
import { evaluate } from '../../functions/lambda/policy/evaluate.ts'
import type { PolicySource } from '../../functions/lambda/policy/source.ts'
import type { AuthorizerAnswer } from '../../functions/lambda/respond.ts'
import type { Engine } from '../../shared/authorize.ts'
import type { Config } from '../../shared/config/types.ts'
import { encodeUtf8 } from '../../shared/bytes.ts'
import type { DecisionEvent } from '../../shared/observe.ts'
import { CONNECT } from '../../shared/policy/pattern.ts'
import { headerValues } from '../../shared/request.ts'
import type { AuthRequest } from '../../shared/types.ts'
import type { GatewayDoor, GatewayKind } from './explanation.ts'
import { buildEvent } from './gateway-event.ts'

const TITLES: Readonly<Record<GatewayKind, string>> = {
  'rest-token': 'REST API, TOKEN',
  'rest-request': 'REST API, REQUEST',
  'http-1.0': 'HTTP API, payload 1.0',
  'http-2.0-simple': 'HTTP API, payload 2.0, simple',
  'http-2.0-iam': 'HTTP API, payload 2.0, IAM',
  websocket: 'WebSocket API',
}

export const GATEWAYS = Object.keys(TITLES).filter(isGatewayKind)

function isGatewayKind(kind: string): kind is GatewayKind {
  return Object.hasOwn(TITLES, kind)
}

export interface Gateway {
  readonly engine: Engine
  readonly policySource: PolicySource
}

/** `recorded`: the event itself, where there is one; else the one this request would make. */
export async function askGateway(
  gateway: Gateway,
  kind: GatewayKind,
  request: AuthRequest,
  recorded?: GatewayEvent,
): Promise<GatewayDoor> {
  const nothing = describeNothing(kind)
  const isHandshake = kind === 'websocket'
  if (request.path === CONNECT && !isHandshake) {
    return { ...nothing, notes: ['has no $connect'] }
  }
  const call = readEvent(recorded ?? buildEvent(kind, request))
  const asked = await ask({ ...gateway, engine: answering(gateway.engine, kind) }, call)
  const notes = isHandshake && request.path !== CONNECT ? [`judged as ${CONNECT}`] : []
  if (recorded || hasIdentity(kind, request, gateway.engine.config))
    return { ...nothing, ...asked, notes }
  return { ...nothing, ...asked, ...withoutIdentity(asked), notes: [...notes, NOT_ASKED] }
}

const describeNothing = (kind: GatewayKind): GatewayDoor => ({
  door: kind,
  title: TITLES[kind],
  status: null,
  code: null,
  notes: [],
  isAsked: false,
  thrown: null,
  answer: null,
  policyScope: null,
  policyBytes: null,
})

/** With the identity sources that the lint asks for: none where a token may be in a cookie. */
function hasIdentity(
  kind: GatewayKind,
  request: AuthRequest,
  { cookie, webSocket = {} }: Config,
): boolean {
  const { query, subprotocol } = kind === 'websocket' ? webSocket : {}
  const has = (header: string) => headerValues(request, header).length > 0
  return (
    has('authorization') ||
    (cookie !== undefined && kind !== 'rest-token') ||
    (subprotocol !== undefined && has('sec-websocket-protocol')) ||
    (query !== undefined && new URLSearchParams(request.query).has(query))
  )
}

/** A route that asks for no token is declared without an authorizer. */
const withoutIdentity = ({ code }: Asked) => ({ isAsked: false, status: code === null ? 200 : 401 })

const NOT_ASKED =
  'API Gateway answers 401 without the identity source, unless the route names no authorizer'

/** HTTP APIs with payload 2.0 are asked about both ways, whichever is configured. */
function answering(engine: Engine, kind: GatewayKind): Engine {
  if (!kind.startsWith('http-2.0')) return engine
  const httpApiResponse = kind === 'http-2.0-iam' ? 'iam' : 'simple'
  const apiGateway = { ...engine.config.apiGateway, httpApiResponse } as const
  return { ...engine, config: { ...engine.config, apiGateway } }
}

type Asked = Omit<GatewayDoor, 'door' | 'title' | 'notes'>

async function ask({ engine, policySource }: Gateway, call: AuthorizerCall): Promise<Asked> {
  let decision: DecisionEvent | undefined
  const observe = (event: { readonly event: string }) => {
    if (isDecision(event)) decision = event
  }
  const attempt = answerCall(engine, policySource, call, observe)
  const [answer, thrown] = await attempt.then(
    (value) => [value, null] as const,
    (error: unknown) => [null, error instanceof Error ? error.message : String(error)] as const,
  )
  return {
    code: decision?.code ?? null,
    isAsked: true,
    answer,
    thrown,
    status: statusOf(answer, thrown, call.arn.text),
    policyScope: answer && 'policyDocument' in answer ? (decision?.policy ?? null) : null,
    policyBytes: answer && 'policyDocument' in answer ? bytesOf(answer.policyDocument) : null,
  }
}

const isDecision = (event: { readonly event: string }): event is DecisionEvent =>
  event.event === 'decision'

const bytesOf = (document: PolicyDocument): number => encodeUtf8(JSON.stringify(document)).length

/** To the letter: `Unauthorized` is a 401, every other throw a 500. */
function statusOf(answer: AuthorizerAnswer | null, thrown: string | null, arn: string): number {
  if (!answer) return thrown === 'Unauthorized' ? 401 : 500
  const isAllowed =
    'isAuthorized' in answer ? answer.isAuthorized : allows(answer.policyDocument, arn)
  return isAllowed ? 200 : 403
}

/** As IAM reads the document, its condition aside: a Deny that matches wins. */
export function allows({ Statement }: PolicyDocument, arn: string): boolean {
  const of = (effect: string) =>
    Statement.filter(({ Effect }) => Effect === effect).flatMap((statement) =>
      'Resource' in statement ? [statement.Resource ?? []].flat() : [],
    )
  return evaluate({ allow: of('Allow'), deny: of('Deny') }, arn) === 'allow'
}
