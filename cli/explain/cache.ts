/**
 * What API Gateway's result cache says to the next requests with the same token: the policy that
 * this request left there, read for each configured route, beside what a fresh call would say.
 */
import type { PolicyDocument } from 'aws-lambda'
import { parseMethodArn } from '../../functions/lambda/arn.ts'
import type { Engine } from '../../shared/authorize.ts'
import { judge } from '../../shared/authorize.ts'
import { decide } from '../../shared/decision.ts'
import { grantOf } from '../../shared/policy/grant.ts'
import type { Route } from '../../shared/policy/route.ts'
import type { Access } from '../../shared/policy/rules.ts'
import type { AuthRequest, Identity } from '../../shared/types.ts'
import type { CacheForecast, CacheRow, GatewayDoor } from './explanation.ts'
import { allows } from './gateway-door.ts'
import { buildEvent } from './gateway-event.ts'
import { sampleRequest } from './sample.ts'
import type { SampleRequest } from './sample.ts'

/** `door`: of a REST API, which keeps policies. `identity`: of a token that is trusted. */
export async function forecastCache(
  engine: Engine,
  door: GatewayDoor,
  request: AuthRequest,
  identity: Identity | null,
): Promise<CacheForecast> {
  const { answer } = door
  if (!door.isAsked) return { isKept: false, note: 'No authorizer was asked.', rows: [] }
  if (!answer || !('policyDocument' in answer)) {
    const note = door.thrown === null ? 'There is no policy to cache.' : NOT_KEPT
    return { isKept: false, note, rows: [] }
  }
  const rows: CacheRow[] = []
  for (const route of engine.rules.routes) {
    for (const sample of samplesOf(route, engine, identity)) {
      rows.push(await compare(engine, answer.policyDocument, { route, sample, request }))
    }
  }
  return { isKept: true, note: noteOn(rows, door, engine), rows }
}

const NOT_KEPT =
  'A function that throws leaves nothing in the cache: the next request calls it again.'

function noteOn(rows: readonly CacheRow[], door: GatewayDoor, { config }: Engine): string {
  if (door.policyScope === 'request') {
    return 'The policy covers this request alone: set the TTL to 0, or the cache refuses all others.'
  }
  const different = rows.filter(({ agrees }) => !agrees).length
  if (different > 0) return `The cache would answer ${different} of ${rows.length} differently.`
  const end = config.apiGateway?.expiryCondition
    ? ''
    : ' An Allow may outlive the token by the TTL.'
  return `The cached policy gives the same verdicts as a fresh call.${end}`
}

/** With the token's own object where a rule binds one, and with somebody else's. */
function samplesOf(
  route: Route<Access>,
  { rules }: Engine,
  identity: Identity | null,
): readonly SampleRequest[] {
  const grant = identity && route.rule !== 'public' ? grantOf(route.rule, identity) : 'none'
  const own = typeof grant === 'object' ? sampleRequest(route, rules, grant) : null
  return [own ?? [], sampleRequest(route, rules) ?? []].flat()
}

interface Comparison {
  readonly route: Route<Access>
  readonly sample: SampleRequest
  readonly request: AuthRequest
}

async function compare(
  engine: Engine,
  document: PolicyDocument,
  { route, sample, request }: Comparison,
): Promise<CacheRow> {
  const next = { ...request, ...sample }
  const decision = decide(engine, await judge(engine, next, engine.clock() / 1000, {}))
  const cached = allows(document, arnOf(next)) ? 'allow' : 'deny'
  const fresh = decision.outcome
  return {
    route: route.pattern.text,
    ...sample,
    cached,
    fresh,
    freshCode: decision.outcome === 'allow' ? null : decision.code,
    agrees: cached === fresh,
  }
}

function arnOf(request: AuthRequest): string {
  const event = buildEvent('rest-request', request)
  const arn = parseMethodArn('methodArn' in event ? event.methodArn : '')
  return arn?.text ?? ''
}
