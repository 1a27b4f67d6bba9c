/**
 * May this access token call this route? The one file that knows the order of the checks (§2.2);
 * the first failure wins. It does no I/O but through its ports, and reads the time once.
 */
import { readConfig } from './config/read.ts'
import type { Config } from './config/types.ts'
import { decide, describeDecision } from './decision.ts'
import { enrich } from './enrichment.ts'
import { fetchHttp } from './http.ts'
import { CLOCK_TOLERANCE_SECONDS, TOKEN_BYTES_WORKER } from './limits.ts'
import { checkRule } from './policy/check.ts'
import { readPath } from './policy/path.ts'
import { CONNECT } from './policy/pattern.ts'
import { readParameter } from './policy/route.ts'
import type { Route } from './policy/route.ts'
import type { Rule } from './policy/rule.ts'
import { createRules, leastVerdictSeconds, listKinds } from './policy/rules.ts'
import type { Access, Rules } from './policy/rules.ts'
import { settlePorts } from './ports.ts'
import type { EnginePorts, Ports, RequestContext } from './ports.ts'
import { denial, deny, err, ok } from './reasons.ts'
import type { Denial, Refusal, Result } from './reasons.ts'
import { readRequest } from './request.ts'
import { createSources } from './sources.ts'
import type { Sources } from './sources.ts'
import { classifyToken } from './token/classify.ts'
import type { JweParts, JwsParts } from './token/classify.ts'
import { checkConstraint } from './token/constraint.ts'
import { checkTokenText, extractToken } from './token/extract.ts'
import { openToken } from './token/jwe.ts'
import { verifyJwt } from './token/jwt.ts'
import type { Trust, VerifiedJwt } from './token/jwt.ts'
import { checkLifetime, checkValidity } from './token/lifetime.ts'
import { recall } from './token/verdict.ts'
import type { VerifiedToken } from './token/verdict.ts'
import { createTrust } from './trust.ts'
import type { AuthRequest, Decision, TokenKind } from './types.ts'

export interface Authorizer {
  /** Never throws for anything a caller sends; an issuer's outage is `unavailable`, not a denial. */
  authorize(request: AuthRequest | Request, context?: RequestContext): Promise<Decision>
  /** As checked, with what the environment changed. */
  readonly config: Config
}

/**
 * Checks the configuration, environment included, and throws a `ConfigError` that lists every
 * fault. Makes no request: keys are fetched with the first token that needs them.
 *
 * Not checked: revocation, and proofs of possession: a token bound to a key or certificate (`cnf`)
 * is refused. Bodies are never read.
 */
export function createAuthorizer(config: Config, ports: Ports = {}): Authorizer {
  const engine = createEngine(config, { http: fetchHttp, ...ports })
  return {
    config: engine.config,
    async authorize(request, context = {}) {
      const startedAt = engine.clock()
      const read = 'url' in request ? readRequest(request) : request
      const judging = judge(engine, read, startedAt / 1000, context)
      const judgement = judging instanceof Promise ? await judging : judging
      const decision = decide(engine, judgement)
      ports.observe?.(describeDecision(judgement, decision, engine.clock() - startedAt))
      return decision
    },
  }
}

/** A configuration at work. */
export interface Engine {
  readonly config: Config
  readonly rules: Rules
  readonly trust: Trust
  readonly sources: Sources
  /** Kinds of token that some route takes: for a token that is read without a rule. */
  readonly kinds: readonly TokenKind[]
  /** The least that any route allows of a verdict's age. */
  readonly verdictSeconds: number
  readonly toleranceSeconds: number
  readonly maxTokenBytes: number
  /** Epoch milliseconds. */
  readonly clock: () => number
}

export function createEngine(compiled: Config, given: EnginePorts): Engine {
  const ports = settlePorts(given)
  const config = readConfig(compiled, ports.environment)
  const [rules, trust] = [createRules(config), createTrust(config, ports)]
  return {
    config,
    rules,
    trust,
    sources: createSources(config, trust, ports),
    kinds: listKinds(rules),
    verdictSeconds: leastVerdictSeconds(rules),
    toleranceSeconds: config.clockToleranceSeconds ?? CLOCK_TOLERANCE_SECONDS,
    maxTokenBytes: config.maxTokenBytes ?? ports.maxTokenBytes ?? TOKEN_BYTES_WORKER,
    clock: ports.clock ?? Date.now,
  }
}

/** What one decision is made in, and for. */
export interface Surroundings extends RequestContext {
  /** How old a verdict may be, whatever the route allows: the decision is for others, too. */
  readonly verdictSeconds?: number
}

/** What was found out on the way to a decision. */
export interface Judgement extends Partial<ReadToken> {
  readonly route: Route<Access> | null
  readonly isPublic?: boolean
}

/** Answers at once, unless something about the token has to be found out. */
export function judge(
  engine: Engine,
  request: AuthRequest,
  now: number,
  context: Surroundings,
): Judgement | Promise<Judgement> {
  const { rules, toleranceSeconds } = engine
  const isConnect = request.path === CONNECT
  const segments = isConnect ? [] : readPath(request.path)
  if (!segments) return { route: null, refusal: denial('path_ambiguous') }
  const { preflight, webSocket, method } = request
  // Runtimes send whatever asks for a handshake as a GET: another method than the one judged here.
  if (webSocket && !isConnect && method !== 'GET') {
    return { route: null, refusal: denial('no_matching_route', HANDSHAKE) }
  }
  const route = isConnect ? rules.connect : findRoute(rules, request, segments)
  const access = route ? route.rule : rules.otherwise
  if (access === 'deny') return { route, refusal: denial('no_matching_route') }
  if (access === 'public' || preflight) return { route, isPublic: true }

  const parameter = (name: string) => route && readParameter(route.pattern, segments, name)
  const conclude = (read: ReadToken): Judgement | Promise<Judgement> => {
    const { token, text } = read
    if (!token || read.refusal) return { route, ...read }
    const refusal =
      checkRouteLifetime(access, token, now, toleranceSeconds) ??
      checkConstraint(token.identity) ??
      checkRule(access, token.identity, parameter)
    const { userinfo: mode, wanted } = access
    if (refusal || !mode) return { route, ...read, refusal }
    const maxAgeSeconds = verdictAge(context, access)
    const enriching = enrich(engine, { text, token, mode, wanted, now, context, maxAgeSeconds })
    return enriching.then((enriched) => ({ route, ...read, ...enriched }))
  }
  const reading = readToken(engine, request, now, { context, rule: access })
  return reading instanceof Promise ? reading.then(conclude) : conclude(reading)
}

/** RFC 6455 §4.1. */
const HANDSHAKE = { hint: 'A WebSocket handshake is a GET.' }

/** A preflight stands for the method that the browser asks about, or for itself where it is public. */
function findRoute(
  { table }: Rules,
  { method, preflight }: AuthRequest,
  segments: readonly string[],
): Route<Access> | null {
  const asked = table.match(preflight ?? method, segments)
  if (asked || !preflight) return asked
  const route = table.match(method, segments)
  return route?.rule === 'public' ? route : null
}

/** A request's surroundings, and the route's rule where there is a route. */
export interface Reading {
  readonly context: Surroundings
  readonly rule?: Rule
}

const verdictAge = ({ verdictSeconds = Infinity }: Surroundings, rule?: Rule): number =>
  Math.min(verdictSeconds, rule?.verdictSeconds ?? Infinity)

export interface ReadToken {
  /** As it was sent: for `/userinfo`, and never for a log. Empty: no token was read. */
  readonly text: string
  /** Verified. */
  readonly token?: VerifiedToken
  /** Verified, in time, and unbound. */
  readonly isTrusted?: boolean
  readonly refusal?: Refusal | undefined
}

/**
 * Extraction to validity in time: everything before the checks that depend on the route. What does
 * not depend on the time either is remembered (§2.2, last paragraph): then the answer is at once.
 */
export function readToken(
  engine: Engine,
  request: AuthRequest,
  now: number,
  reading: Reading,
): ReadToken | Promise<ReadToken> {
  const sent = extractToken(request, engine.config, engine.maxTokenBytes)
  if (!sent.ok) return { text: '', refusal: sent.error }
  const text = sent.value
  const conclude = (verified: Result<VerifiedToken>): ReadToken => {
    if (!verified.ok) return { text: '', refusal: verified.error }
    const token = verified.value
    const refusal = checkValidity(token.times, now, engine.toleranceSeconds)
    const isTrusted = !refusal && !checkConstraint(token.identity)
    return { token, text, isTrusted, refusal }
  }
  const verifying = verifyToken(engine, text, now, reading)
  return verifying instanceof Promise ? verifying.then(conclude) : conclude(verifying)
}

/** By its own signature, or by the word of whoever can read it, as far as the route takes that. */
function verifyToken(
  engine: Engine,
  text: string,
  now: number,
  { context, rule }: Reading,
): Result<VerifiedToken> | Promise<Result<VerifiedToken>> {
  const accept = rule?.accept ?? engine.kinds
  const takesJwt = accept.includes('jwt')
  const verdict = takesJwt ? engine.trust.verdicts.get(text) : undefined
  const known = verdict && recall(verdict, now)
  if (known) return ok(known)
  const parts = classifyToken(text)
  if (parts.ok && takesJwt) return openAndVerify(engine, text, parts.value, { now, context })
  const sound = checkTokenText(text)
  if (!sound.ok) return sound
  if (parts.ok) return NO_JWT
  const maxAgeSeconds = verdictAge(context, rule)
  const told = engine.sources.readOpaque(text, { accept, now, context, maxAgeSeconds })
  return told instanceof Promise ? told.then((found) => found ?? parts) : (told ?? parts)
}

/** A JWT, encrypted or not. Not remembered: one whose time is over, or has yet to come. */
function openAndVerify(
  { trust, toleranceSeconds }: Engine,
  text: string,
  sent: JwsParts | JweParts,
  { now, context }: { readonly now: number; readonly context: RequestContext },
): Result<VerifiedToken> | Promise<Result<VerifiedToken>> {
  const conclude = (verified: Result<VerifiedJwt>) => {
    if (!verified.ok) return err(blame(verified.error, text))
    if (!checkValidity(verified.value.times, now, toleranceSeconds)) {
      trust.verdicts.set(text, verified.value.verdict)
    }
    return verified
  }
  const verify = (parts: Result<JwsParts>) =>
    parts.ok ? verifyJwt(parts.value, trust, now, context).then(conclude) : conclude(parts)
  const opening = openToken(sent, trust.decryptionKeys)
  return opening instanceof Promise ? opening.then(verify) : verify(opening)
}

/** Each part is read digit by digit; the whole is looked at only where that came to nothing. */
function blame(refusal: Refusal, text: string): Refusal {
  const sound = refusal.code === 'malformed_token' ? checkTokenText(text) : ok(text)
  return sound.ok ? refusal : sound.error
}

const NO_JWT = deny('wrong_token_type', { hint: 'The route takes opaque tokens only.' })

/** The stricter of issuer and route. */
export const checkRouteLifetime = (
  { maxLifetimeSeconds = Infinity, maxAgeSeconds = Infinity }: Rule,
  { times, issuer }: VerifiedToken,
  now: number,
  toleranceSeconds: number,
): Denial | undefined =>
  checkLifetime(times, now, toleranceSeconds, {
    maxLifetimeSeconds: Math.min(issuer.maxLifetimeSeconds, maxLifetimeSeconds),
    maxAgeSeconds,
  })
