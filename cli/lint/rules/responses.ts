/** What a REST API says in its own words: refusals, and errors of the function. */
import type { Api, GatewayResponse } from '../deployment.ts'
import type { Fault } from '../finding.ts'
import { at } from '../subject.ts'
import type { Rule, Subject } from '../subject.ts'

/** Types that an authorizer leads to, and what each is for. */
const TYPES: Readonly<Record<string, string>> = {
  UNAUTHORIZED: 'a 401 then has no WWW-Authenticate, which RFC 6750 §3 asks for',
  ACCESS_DENIED: 'a 403 then does not say that the token lacks a scope',
  AUTHORIZER_FAILURE: "an issuer's outage is then a 500 without Retry-After",
  AUTHORIZER_CONFIGURATION_ERROR: "an issuer's outage is then a 500 without Retry-After",
  DEFAULT_4XX: 'a page of another origin then cannot read the refusals of API Gateway itself',
  DEFAULT_5XX: 'a page of another origin then cannot read the errors of API Gateway itself',
}

/** REST APIs that one of our authorizers guards, and all of whose responses we can see. */
const apisOf = ({ deployment }: Subject): readonly Api[] =>
  deployment.apis.filter(
    ({ kind, authorizers, isComplete }) => kind === 'rest' && authorizers.length > 0 && isComplete,
  )

const isForBrowsers = ({ routes }: Api): boolean => routes.some(({ hasCors }) => hasCors)

function* findMissing(subject: Subject): Generator<Fault> {
  if (!subject.deployment.isComplete) return
  for (const api of apisOf(subject)) {
    const present = new Set(api.gatewayResponses.map(({ type }) => type))
    for (const [type, consequence] of Object.entries(TYPES)) {
      const isNeeded = !type.startsWith('DEFAULT') || isForBrowsers(api)
      if (present.has(type) || !isNeeded) continue
      yield {
        place: at(subject, api.line),
        message: `The REST API has no gateway response ${type}: ${consequence}`,
        mend: `Add a resource AWS::ApiGateway::GatewayResponse with \`ResponseType: ${type}\`${headersFor(type)}.`,
      }
    }
  }
}

const headersFor = (type: string): string => {
  if (type === 'UNAUTHORIZED') return ` and \`${challenge('invalid_token', 'api')}\``
  return type.startsWith('AUTHORIZER') ? ` and \`gatewayresponse.header.Retry-After: "'5'"\`` : ''
}

const challenge = (error: string, realm: string): string =>
  `gatewayresponse.header.WWW-Authenticate: "'Bearer realm=\\"${realm}\\", error=\\"${error}\\"'"`

const responsesOf = (subject: Subject): readonly (readonly [Api, GatewayResponse])[] =>
  apisOf(subject).flatMap((api) => api.gatewayResponses.map((response) => [api, response] as const))

function* findWithoutChallenge(subject: Subject): Generator<Fault> {
  const { realm = 'api' } = subject.config
  for (const [, { type, headers, line }] of responsesOf(subject)) {
    const value = headers?.get('www-authenticate')
    if (type !== 'UNAUTHORIZED' || !headers || value?.includes('${')) continue
    const isRight = /^'(?:Bearer|DPoP)\b/i.test(value ?? '') && value?.includes(`realm="${realm}"`)
    if (isRight) continue
    yield {
      place: at(subject, line),
      message:
        value === undefined
          ? 'A 401 has no WWW-Authenticate, which RFC 6750 §3 asks for'
          : `The challenge of a 401 is not \`Bearer realm="${realm}"\`, which the configuration says elsewhere`,
      mend: `Set \`${challenge('invalid_token', realm)}\`.`,
    }
  }
}

function* findWithoutCors(subject: Subject): Generator<Fault> {
  for (const [api, { type, headers, line }] of responsesOf(subject)) {
    const isMissing = headers && !headers.has('access-control-allow-origin')
    if (!isMissing || !(type in TYPES) || !isForBrowsers(api)) continue
    yield {
      place: at(subject, line),
      message: `A page of another origin sees a network error instead of ${type}`,
      mend: `Set \`gatewayresponse.header.Access-Control-Allow-Origin: "'*'"\`, or your origin.`,
    }
  }
}

const STATUS: Readonly<Record<string, RegExp>> = {
  UNAUTHORIZED: /^401$/,
  ACCESS_DENIED: /^40[34]$/,
  AUTHORIZER_FAILURE: /^5\d\d$/,
  AUTHORIZER_CONFIGURATION_ERROR: /^5\d\d$/,
}

function* findWrongStatus(subject: Subject): Generator<Fault> {
  for (const [, { type, statusCode }] of responsesOf(subject)) {
    const { value, line } = statusCode
    if (value === undefined || (STATUS[type]?.test(value) ?? true)) continue
    yield {
      place: at(subject, line),
      message: `${type} is answered with ${value}: callers take a refusal for something else, or an outage for a refusal`,
      mend: 'Remove `StatusCode`.',
    }
  }
}

function* findLate(subject: Subject): Generator<Fault> {
  for (const [, { type, line, isInTime }] of responsesOf(subject)) {
    if (isInTime) continue
    yield {
      place: at(subject, line),
      message: `The stage may be deployed before the gateway response ${type} exists, and then lacks it`,
      mend:
        subject.deployment.source === 'serverless'
          ? 'Name it in `DependsOn` of a method: `resources.extensions.ApiGatewayMethod…`.'
          : 'Name it in `DependsOn` of the AWS::ApiGateway::Deployment.',
    }
  }
}

export const RESPONSES: readonly Rule<Subject>[] = [
  { name: 'gateway-response-missing', severity: 'warning', find: findMissing },
  { name: 'gateway-response-challenge', severity: 'warning', find: findWithoutChallenge },
  { name: 'gateway-response-cors', severity: 'warning', find: findWithoutCors },
  { name: 'gateway-response-status', severity: 'error', find: findWrongStatus },
  { name: 'gateway-response-late', severity: 'warning', find: findLate },
]
