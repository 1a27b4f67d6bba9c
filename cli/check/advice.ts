/** What is allowed, and seldom meant. */
import type { Config, RoutePolicy } from '../../shared/config/types.ts'
import { formatPath } from '../../shared/config/fault.ts'
import { finding } from './finding.ts'
import type { CheckFinding } from './finding.ts'

const warn = (rule: string, place: string, message: string, mend: string): CheckFinding =>
  finding('warning', [rule, place], message, mend)

const NEVER_KEPT = 'Set resultTtlInSeconds to 0 for this API.'

export function* advise(config: Config): Generator<CheckFinding> {
  if (!config.routes) {
    yield warn(
      'routes-missing',
      'routes',
      'every token that is trusted may call everything',
      'Write rules, or `otherwise: "authenticated"` to say that it is meant.',
    )
  } else if (config.otherwise === 'authenticated') {
    yield warn(
      'otherwise-open',
      'otherwise',
      'what no pattern matches is open to every trusted token',
      'Leave it out to refuse what has no rule.',
    )
  }
  if (config.hints === 'full') {
    yield warn(
      'hints-full',
      'hints',
      'callers see configured values',
      'Leave it out in production.',
    )
  }
  if (config.log === 'none') {
    yield warn(
      'log-none',
      'log',
      'nobody can tell afterwards why a caller was refused',
      "Use 'denied'.",
    )
  }
  if (config.cookie !== undefined && config.apiGateway?.policy !== 'request') {
    yield warn(
      'cookie-and-cache',
      'cookie',
      'a cached answer does not check where the next request comes from',
      NEVER_KEPT,
    )
  }
  yield* adviseOnIssuers(config)
  yield* adviseOnRoutes(config)
}

function* adviseOnIssuers({ issuers }: Config): Generator<CheckFinding> {
  for (const [index, { secret }] of issuers.entries()) {
    if (!secret) continue
    yield warn(
      'shared-secret',
      `issuers[${index}].secret`,
      'whoever can verify these tokens can also make them',
      'Prefer RS256 where the issuer offers it.',
    )
  }
}

function* adviseOnRoutes({ routes = {}, apiGateway }: Config): Generator<CheckFinding> {
  for (const pattern of Object.keys(routes)) yield* adviseOnPattern(pattern)
  if (apiGateway?.policy === 'request') return
  for (const [pattern, policy] of Object.entries(routes)) {
    if (!dependsOnTime(policy)) continue
    yield warn(
      'age-and-cache',
      formatPath(['routes', pattern, 'maxAgeSeconds']),
      'a cached answer does not check how old the token has become',
      NEVER_KEPT,
    )
  }
}

/** As Express and others write a parameter; here it is text that a path would have to hold. */
function* adviseOnPattern(pattern: string): Generator<CheckFinding> {
  const [, name] = /\/:([A-Za-z_]\w*)(?=\/|$)/.exec(pattern) ?? []
  if (name === undefined) return
  yield warn(
    'pattern-parameter',
    formatPath(['routes', pattern]),
    `":${name}" is no parameter: only a path with exactly this text matches`,
    `Write {${name}}.`,
  )
}

const dependsOnTime = (policy: RoutePolicy | string): boolean =>
  typeof policy === 'object' && policy.maxAgeSeconds !== undefined
