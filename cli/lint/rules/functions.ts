/** The functions behind the authorizers, and the doors beside them. */
import { KEYS_WAIT_MS } from '../../../shared/limits.ts'
import type { Authorizer, LambdaFunction } from '../deployment.ts'
import type { Fault } from '../finding.ts'
import type { Setting } from '../setting.ts'
import { at, authorizersOf, firstOfEach, proofsOf, wordsOf } from '../subject.ts'
import type { Rule, Subject } from '../subject.ts'

/** API Gateway gives an authorizer no longer. */
const TIMEOUT_MAX_SECONDS = 10
const KEYS_WAIT_SECONDS = KEYS_WAIT_MS / 1_000
/** The bundle uses what came with it, and AWS no longer keeps the ones before it. */
const NODE_MIN = 22

/** Functions that an authorizer of this deployment asks. */
export function authorizerFunctions(subject: Subject): readonly LambdaFunction[] {
  const names = authorizersOf(subject).map(({ authorizer }) => authorizer.functionName)
  return [...new Set(names)].flatMap((name) => subject.deployment.functions.get(name ?? '') ?? [])
}

const settingsOf = ({ type, ttlSeconds, identitySources, validation }: Authorizer): string =>
  JSON.stringify([type, ttlSeconds.value, identitySources.value, validation.value])

/** An HTTP API's authorizers have names of their own. */
function* findCollapsed(subject: Subject): Generator<Fault> {
  if (subject.deployment.source !== 'serverless') return
  for (const api of subject.deployment.apis.filter(({ kind }) => kind !== 'http')) {
    const byName = Map.groupBy(api.authorizers, ({ name }) => name)
    for (const [name, declared] of byName) {
      const [first, ...others] = declared
      const other = others.find((one) => first && settingsOf(one) !== settingsOf(first))
      if (!other) continue
      yield {
        place: at(subject, other.line),
        message: `\`${name}\` is declared twice with different settings (line ${first?.line}): osls makes one authorizer of each function, and the last one applies to all routes`,
        mend: 'Declare a second function with the same handler, and name that one here.',
      }
    }
  }
}

/** A template may be one line. */
const keyOf = ({ line, value }: Setting<unknown>): string => `${line} ${String(value)}`
const timeoutKey = ({ timeoutSeconds }: LambdaFunction): string => keyOf(timeoutSeconds)
const runtimeKey = ({ runtime }: LambdaFunction): string => keyOf(runtime)

function* findTimeouts(subject: Subject): Generator<Fault> {
  for (const { name, timeoutSeconds } of firstOfEach(authorizerFunctions(subject), timeoutKey)) {
    const { value, line } = timeoutSeconds
    if (value === undefined || (value > KEYS_WAIT_SECONDS && value <= TIMEOUT_MAX_SECONDS)) continue
    yield {
      place: at(subject, line),
      message:
        value > TIMEOUT_MAX_SECONDS
          ? `\`${name}\` may run ${value} s, but API Gateway waits ${TIMEOUT_MAX_SECONDS} s for an authorizer`
          : `\`${name}\` is stopped after ${value} s, before its wait of ${KEYS_WAIT_SECONDS} s for keys ends: an outage then leaves no log line`,
      mend: `Set \`${wordsOf(subject).timeout}: 5\`.`,
    }
  }
}

function* findOldRuntimes(subject: Subject): Generator<Fault> {
  for (const { name, runtime } of firstOfEach(authorizerFunctions(subject), runtimeKey)) {
    const [, version] = /^nodejs(\d+)/.exec(runtime.value ?? '') ?? []
    if (version === undefined || Number(version) >= NODE_MIN) continue
    yield {
      place: at(subject, runtime.line),
      message: `\`${name}\` runs on ${runtime.value}, which lacks features that the bundle uses`,
      mend: `Set \`${wordsOf(subject).runtime}: nodejs24.x\`.`,
    }
  }
}

function* findOpenEndpoints(subject: Subject): Generator<Fault> {
  if (!proofsOf(subject).includes('mtls')) return
  for (const { kind, isDefaultEndpointOff, isComplete } of subject.deployment.apis) {
    const { value, isUnknown, line } = isDefaultEndpointOff
    if (kind === 'websocket' || value || isUnknown || !isComplete) continue
    const option = wordsOf(subject).endpoint
    const where = kind === 'rest' ? 'provider.apiGateway' : 'provider.httpApi'
    yield {
      place: at(subject, line),
      message:
        'The default execute-api address stays open beside the domain that asks for certificates',
      mend:
        subject.deployment.source === 'serverless'
          ? `Set \`${option}: true\` under \`${where}\`.`
          : `Set \`${option}: true\` on the API.`,
    }
  }
}

function* findKeySources(subject: Subject): Generator<Fault> {
  const claim = subject.config.apiGateway?.usageIdentifierClaim
  const { keySource } = wordsOf(subject)
  for (const api of subject.deployment.apis) {
    const { value = 'HEADER', isUnknown, line } = api.apiKeySource
    const isAsked = value.toUpperCase() === 'AUTHORIZER'
    const isGuarded = api.kind === 'rest' && api.authorizers.length > 0 && api.isComplete
    if (!isGuarded || isUnknown || isAsked === (claim !== undefined)) continue
    yield {
      place: at(subject, line),
      message: isAsked
        ? 'The API takes API keys from the authorizer, but the configuration names no claim that holds one'
        : `The key of \`usageIdentifierClaim\` is ignored: the API takes API keys from a header`,
      mend: isAsked
        ? `Set \`apiGateway.usageIdentifierClaim\` in the configuration, or \`${keySource}: HEADER\`.`
        : `Set \`${keySource}: AUTHORIZER\`, or take \`usageIdentifierClaim\` out of the configuration.`,
    }
  }
}

export const FUNCTIONS: readonly Rule<Subject>[] = [
  { name: 'authorizers-collapse', severity: 'error', find: findCollapsed },
  { name: 'function-timeout', severity: 'warning', find: findTimeouts },
  { name: 'runtime-old', severity: 'error', find: findOldRuntimes },
  { name: 'default-endpoint-open', severity: 'error', find: findOpenEndpoints },
  { name: 'api-key-source', severity: 'error', find: findKeySources },
]
