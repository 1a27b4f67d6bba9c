/**
 * May this access token call this route? The one file that knows the order of the checks (§2.2);
 * the first failure wins. It does no I/O but through its ports, and reads the time once.
 */
import { readConfig } from './config/read.ts'
import type { Config } from './config/types.ts'
import { CLOCK_TOLERANCE_SECONDS, TOKEN_BYTES_WORKER } from './limits.ts'
import { checkRule } from './policy/authorize.ts'
import { readPath } from './policy/path.ts'
import { CONNECT } from './policy/pattern.ts'
import { readParameter } from './policy/route.ts'
import type { Route } from './policy/route.ts'
import { createRules } from './policy/rules.ts'
import type { Access, Rules } from './policy/rules.ts'
import type { Rule } from './policy/rule.ts'
import type { Ports, RequestContext } from './ports.ts'
import { deny, ok } from './reasons.ts'
import type { Denial, Refusal, Result } from './reasons.ts'
import { headerValue, readRequest } from './request.ts'
import { classifyToken } from './token/classify.ts'
import { checkConstraint } from './token/constraint.ts'
import { extractToken } from './token/extract.ts'
import type { ExtractOptions } from './token/extract.ts'
import { verifyJwt } from './token/jwt.ts'
import type { Trust, VerifiedToken } from './token/jwt.ts'
import { checkLifetime, checkValidity } from './token/lifetime.ts'
import { createTrust } from './trust.ts'
import type { AuthRequest, Decision, Deny } from './types.ts'
import { writeChallenges } from './wire/challenge.ts'
import { describeDenial } from './wire/denial.ts'

export interface Authorizer {
  /** Never throws for anything a caller sends; an issuer's outage is `unavailable`, not a denial. */
  authorize(request: AuthRequest | Request, context?: RequestContext): Promise<Decision>
  /** The same decision with what an adapter needs to answer for later requests too. */
  inspect(request: AuthRequest, context?: RequestContext): Promise<Inspection>
  readonly config: Config
  readonly rules: Rules
}

export interface Inspection {
  readonly decision: Decision
  /** Verified, in time and unbound, whether or not it may call this route; else null. */
  readonly trusted: VerifiedToken | null
  /** When the decision was made, epoch seconds. */
  readonly now: number
}

/**
 * Checks the configuration, environment included, and throws a `ConfigError` that lists every
 * fault. Makes no request: keys are fetched with the first token that needs them.
 */
export function createAuthorizer(config: Config, ports: Ports = {}): Authorizer {
  const checked = readConfig(config, ports.environment ?? {})
  const engine: Engine = {
    rules: createRules(checked),
    trust: createTrust(checked, ports),
    toleranceSeconds: checked.clockToleranceSeconds ?? CLOCK_TOLERANCE_SECONDS,
    extract: {
      maxTokenBytes: checked.maxTokenBytes ?? ports.maxTokenBytes ?? TOKEN_BYTES_WORKER,
      cookie: checked.cookie ?? null,
      webSocket: {
        query: checked.webSocket?.query ?? null,
        subprotocol: checked.webSocket?.subprotocol ?? null,
      },
    },
  }
  const { clock = Date.now, observe } = ports
  const realm = checked.realm ?? 'api'

  const inspect = async (request: AuthRequest, context: RequestContext = {}) => {
    const startedAt = clock()
    const now = startedAt / 1000
    const judgement = await judge(engine, request, now, context)
    const decision = decide(judgement, realm)
    observe?.({
      event: 'decision',
      outcome: decision.outcome,
      status: decision.outcome === 'allow' ? 200 : decision.status,
      code: decision.outcome === 'allow' ? null : decision.code,
      route: judgement.route,
      issuer: judgement.verified?.issuer.issuer ?? null,
      keyTier: judgement.verified?.keyTier ?? null,
      durationMs: clock() - startedAt,
    })
    return { decision, trusted: judgement.trusted ? judgement.verified : null, now }
  }
  return {
    config: checked,
    rules: engine.rules,
    inspect,
    async authorize(request, context) {
      return (await inspect(isWebRequest(request) ? readRequest(request) : request, context))
        .decision
    },
  }
}

const isWebRequest = (request: AuthRequest | Request): request is Request => 'url' in request

interface Engine {
  readonly rules: Rules
  readonly trust: Trust
  readonly toleranceSeconds: number
  readonly extract: ExtractOptions
}

/** What was found out on the way to a decision. */
interface Judgement {
  readonly route: string | null
  readonly refusal: Refusal | null
  readonly verified: VerifiedToken | null
  readonly trusted: boolean
}

async function judge(
  engine: Engine,
  request: AuthRequest,
  now: number,
  context: RequestContext,
): Promise<Judgement> {
  const nothing = { route: null, verified: null, trusted: false }
  const matched = matchRoute(engine.rules, request)
  if (!matched.ok) return { ...nothing, refusal: matched.error }
  const { access, route, segments } = matched.value
  const known = { ...nothing, route: route?.pattern.text ?? null }
  if (access === 'public') return { ...known, refusal: null }

  const token = extractToken(request, engine.extract)
  const verified = token.ok ? await verifyToken(engine, token.value, now, context) : token
  if (!verified.ok) return { ...known, refusal: verified.error }
  const { identity } = verified.value
  const judged = { ...known, verified: verified.value }

  const untrusted =
    checkValidity(verified.value.times, now, engine.toleranceSeconds) ?? checkConstraint(identity)
  if (untrusted !== null) return { ...judged, refusal: untrusted }
  const parameter = (name: string) =>
    route ? readParameter(route.pattern, segments, name) : undefined
  const refusal =
    checkRouteLifetime(engine, access, verified.value, now) ??
    checkRule(access, identity, parameter)
  return { ...judged, refusal, trusted: true }
}

interface Match {
  readonly access: Access
  /** null: no pattern matched, `otherwise` decided. */
  readonly route: Route<Access> | null
  readonly segments: readonly string[]
}

function matchRoute(rules: Rules, request: AuthRequest): Result<Match, Denial> {
  const segments = request.path === CONNECT ? [] : readPath(request.path)
  if (segments === null) return deny('path_ambiguous')
  const asked = preflightMethod(request)
  const route =
    request.path === CONNECT
      ? rules.table.connect()
      : rules.table.match(asked ?? request.method, segments)
  const access = route?.rule ?? rules.otherwise
  if (access === 'deny') return deny('no_matching_route')
  return ok({ access: asked === null ? access : 'public', route, segments })
}

/** A CORS preflight carries no token; it stands for the method that the browser asks about. */
function preflightMethod({ method, headers }: AuthRequest): string | null {
  if (method !== 'OPTIONS' || headerValue(headers, 'origin') === undefined) return null
  return headerValue(headers, 'access-control-request-method') ?? null
}

async function verifyToken(
  { trust }: Engine,
  token: string,
  now: number,
  context: RequestContext,
): Promise<Result<VerifiedToken>> {
  const parts = classifyToken(token)
  return parts.ok ? verifyJwt(parts.value, trust, now, context) : parts
}

/** The stricter of issuer and route. */
function checkRouteLifetime(
  { toleranceSeconds }: Engine,
  rule: Rule,
  token: VerifiedToken,
  now: number,
): Denial | null {
  const ofRoute = rule.maxLifetimeSeconds ?? Number.POSITIVE_INFINITY
  const maxLifetimeSeconds = Math.min(token.issuer.maxLifetimeSeconds, ofRoute)
  const { maxAgeSeconds } = rule
  return checkLifetime(token.times, now, { toleranceSeconds, maxLifetimeSeconds, maxAgeSeconds })
}

function decide({ route, refusal, verified }: Judgement, realm: string): Decision {
  if (refusal === null) return { outcome: 'allow', route, identity: verified?.identity ?? null }
  if (refusal.outcome === 'unavailable') return { ...refusal, status: 503 }
  return refuse(refusal, route, realm)
}

function refuse(refusal: Denial, route: string | null, realm: string): Deny {
  const text = describeDenial(refusal)
  const { status, description, hint } = text
  const challenges = writeChallenges(text, refusal.evidence, realm)
  return { outcome: 'deny', status, code: refusal.code, route, description, hint, challenges }
}
