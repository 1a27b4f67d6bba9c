/**
 * May this access token call this route? The one file that knows the order of the checks (§2.2);
 * the first failure wins. It does no I/O but through its ports, and reads the time once.
 */
import { readConfig } from './config/read.ts'
import type { Config } from './config/types.ts'
import { CLOCK_TOLERANCE_SECONDS, TOKEN_BYTES_WORKER } from './limits.ts'
import type { DecisionEvent } from './observe.ts'
import { checkRule } from './policy/authorize.ts'
import { grantOf } from './policy/grant.ts'
import type { Grant } from './policy/grant.ts'
import { readPath } from './policy/path.ts'
import { CONNECT } from './policy/pattern.ts'
import { readParameter } from './policy/route.ts'
import type { Route } from './policy/route.ts'
import type { Rule } from './policy/rule.ts'
import { createRules } from './policy/rules.ts'
import type { Access, Rules } from './policy/rules.ts'
import type { Ports, RequestContext } from './ports.ts'
import { deny, ok } from './reasons.ts'
import type { Denial, Refusal, Result } from './reasons.ts'
import { readRequest } from './request.ts'
import { classifyToken } from './token/classify.ts'
import { checkConstraint } from './token/constraint.ts'
import { extractToken } from './token/extract.ts'
import type { ExtractOptions } from './token/extract.ts'
import { verifyJwt } from './token/jwt.ts'
import type { Trust, VerifiedToken } from './token/jwt.ts'
import { checkLifetime, checkValidity } from './token/lifetime.ts'
import { createTrust } from './trust.ts'
import type { AuthRequest, Decision, Deny, Identity } from './types.ts'
import { writeChallenges } from './wire/challenge.ts'
import { describeDenial } from './wire/denial.ts'

export interface Authorizer {
  /** Never throws for anything a caller sends; an issuer's outage is `unavailable`, not a denial. */
  authorize(request: AuthRequest | Request, context?: RequestContext): Promise<Decision>
  /**
   * The same decision, with what an adapter needs to answer for later requests too. The caller
   * reports `event` itself.
   */
  inspect(request: AuthRequest, options?: InspectOptions): Promise<Inspection>
  /** What a token may do on a route; null: no token, or none that is trusted. */
  grant(access: Access, token: VerifiedToken | null, now: number): Grant
  readonly config: Config
  readonly rules: Rules
}

export interface InspectOptions extends RequestContext {
  /**
   * Verify a token that came along even where the route does not ask for one, because the answer
   * will be kept for the token's other requests. The outage of its issuer is then the request's.
   */
  readonly identify?: boolean
}

export interface Inspection {
  readonly decision: Decision
  /** Verified, in time and unbound, whether or not it may call this route; else null. */
  readonly trusted: VerifiedToken | null
  /** When the decision was made, epoch seconds. */
  readonly now: number
  readonly event: DecisionEvent
}

/**
 * Checks the configuration, environment included, and throws a `ConfigError` that lists every
 * fault. Makes no request: keys are fetched with the first token that needs them.
 */
export function createAuthorizer(config: Config, ports: Ports = {}): Authorizer {
  const checked = readConfig(config, ports.environment ?? {})
  const engine = createEngine(checked, ports)
  const { clock = Date.now, observe } = ports

  const inspect: Authorizer['inspect'] = async (request, options = {}) => {
    const startedAt = clock()
    const now = startedAt / 1000
    const judgement = await judge(engine, request, now, options)
    const decision = decide(judgement, checked.realm ?? 'api')
    const trusted = judgement.isTrusted ? judgement.token : null
    return { decision, trusted, now, event: describe(judgement, decision, clock() - startedAt) }
  }
  return {
    config: checked,
    rules: engine.rules,
    inspect,
    grant: (access, token, now) => grantTo(engine, access, token, now),
    async authorize(request, context) {
      const read = isWebRequest(request) ? readRequest(request) : request
      const { decision, event } = await inspect(read, context)
      observe?.(event)
      return decision
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

function createEngine(config: Config, ports: Ports): Engine {
  const { query = null, subprotocol = null } = config.webSocket ?? {}
  return {
    rules: createRules(config),
    trust: createTrust(config, ports),
    toleranceSeconds: config.clockToleranceSeconds ?? CLOCK_TOLERANCE_SECONDS,
    extract: {
      maxTokenBytes: config.maxTokenBytes ?? ports.maxTokenBytes ?? TOKEN_BYTES_WORKER,
      cookie: config.cookie ?? null,
      webSocket: { query, subprotocol },
    },
  }
}

/** What was found out on the way to a decision. */
interface Judgement {
  readonly route: string | null
  readonly refusal: Refusal | null
  /** Verified; trusted only where it is also in time and unbound. */
  readonly token: VerifiedToken | null
  readonly isTrusted: boolean
  /** Whom the route was opened for; null where it asks for nobody. */
  readonly identity: Identity | null
}

const UNKNOWN = { token: null, isTrusted: false, identity: null } as const

async function judge(
  engine: Engine,
  request: AuthRequest,
  now: number,
  options: InspectOptions,
): Promise<Judgement> {
  const matched = matchRoute(engine.rules, request)
  const route = matched.ok ? (matched.value.route?.pattern.text ?? null) : null
  if (!matched.ok || matched.value.access === 'public') {
    const refusal = matched.ok ? null : matched.error
    const settled = { ...UNKNOWN, route, refusal }
    return options.identify
      ? { ...settled, ...(await identify(engine, request, now, options)) }
      : settled
  }
  const { token, refusal } = await readToken(engine, request, now, options)
  if (token === null || refusal !== null) return { ...UNKNOWN, route, refusal, token }
  const denied = checkAccess(engine, matched.value, token, now)
  return { route, refusal: denied, token, isTrusted: true, identity: token.identity }
}

/** The token beside a request that is settled without it. A bad one changes nothing. */
async function identify(
  engine: Engine,
  request: AuthRequest,
  now: number,
  context: RequestContext,
): Promise<Partial<Judgement>> {
  const { token, refusal } = await readToken(engine, request, now, context)
  return refusal?.outcome === 'unavailable' ? { refusal } : { token, isTrusted: refusal === null }
}

interface Match {
  readonly access: Access
  /** null: no pattern matched, `otherwise` decided. */
  readonly route: Route<Access> | null
  readonly segments: readonly string[]
}

function matchRoute(rules: Rules, request: AuthRequest): Result<Match, Denial> {
  const isConnect = request.path === CONNECT
  const segments = isConnect ? [] : readPath(request.path)
  if (segments === null) return deny('path_ambiguous')
  // A preflight stands for the method that the browser asks about, and carries no token.
  const { method, preflight } = request
  const route = isConnect ? rules.table.connect() : rules.table.match(preflight ?? method, segments)
  const access = route?.rule ?? rules.otherwise
  if (access === 'deny') return deny('no_matching_route')
  return ok({ access: preflight === undefined ? access : 'public', route, segments })
}

interface ReadToken {
  readonly token: VerifiedToken | null
  /** Why it is not trusted; null: it is. */
  readonly refusal: Refusal | null
}

/** Extraction to sender constraint: everything that does not depend on the route. */
async function readToken(
  engine: Engine,
  request: AuthRequest,
  now: number,
  context: RequestContext,
): Promise<ReadToken> {
  const text = extractToken(request, engine.extract)
  const parts = text.ok ? classifyToken(text.value) : text
  const verified = parts.ok ? await verifyJwt(parts.value, engine.trust, now, context) : parts
  if (!verified.ok) return { token: null, refusal: verified.error }
  const token = verified.value
  const refusal =
    checkValidity(token.times, now, engine.toleranceSeconds) ?? checkConstraint(token.identity)
  return { token, refusal }
}

function checkAccess(
  engine: Engine,
  { access, route, segments }: Match,
  token: VerifiedToken,
  now: number,
): Denial | null {
  if (access === 'public') return null
  const parameter = (name: string) =>
    route ? readParameter(route.pattern, segments, name) : undefined
  return (
    checkRouteLifetime(engine, access, token, now) ?? checkRule(access, token.identity, parameter)
  )
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

function grantTo(engine: Engine, access: Access, token: VerifiedToken | null, now: number): Grant {
  if (access === 'public') return 'all'
  if (token === null || checkRouteLifetime(engine, access, token, now) !== null) return 'none'
  return grantOf(access, token.identity)
}

function decide({ route, refusal, identity }: Judgement, realm: string): Decision {
  if (refusal === null) return { outcome: 'allow', route, identity }
  if (refusal.outcome === 'unavailable') return { ...refusal, status: 503 }
  return refuse(refusal, route, realm)
}

function refuse(refusal: Denial, route: string | null, realm: string): Deny {
  const text = describeDenial(refusal)
  const { status, description, hint } = text
  const challenges = writeChallenges(text, refusal.evidence, realm)
  return { outcome: 'deny', status, code: refusal.code, route, description, hint, challenges }
}

function describe(judgement: Judgement, decision: Decision, durationMs: number): DecisionEvent {
  const { route, token } = judgement
  const allowed = decision.outcome === 'allow'
  return {
    event: 'decision',
    outcome: decision.outcome,
    status: allowed ? 200 : decision.status,
    code: allowed ? null : decision.code,
    route,
    issuer: token?.issuer.issuer ?? null,
    keyTier: token?.keyTier ?? null,
    durationMs,
  }
}
