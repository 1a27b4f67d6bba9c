/** How long API Gateway keeps an answer, against what the rules of the configuration depend on. */
import type { Fault } from '../finding.ts'
import { isUnset } from '../setting.ts'
import {
  at,
  authorizersOf,
  describeRoute,
  guardedBy,
  isKept,
  isSimple,
  keptSeconds,
  losesCookie,
  optionOf,
  patternsOf,
  policyOf,
  proofsOf,
  sourceName,
  wordsOf,
} from '../subject.ts'
import type { Asked, Rule, Subject } from '../subject.ts'

/** API Gateway refuses more. */
const TTL_MAX_SECONDS = 3_600
/** A token that is refused a minute late is the most we call usual (§9.7). */
const TTL_USUAL_SECONDS = 60

const REST_AND_HTTP = ['rest', 'http'] as const

/** One fault for each authorizer of which `message` has something to say; at its TTL. */
function* judge(
  subject: Subject,
  message: (asked: Asked) => string | false | undefined,
  mend: (asked: Asked) => string,
): Generator<Fault> {
  for (const asked of authorizersOf(subject, REST_AND_HTTP)) {
    const said = message(asked)
    const { line } = asked.authorizer.ttlSeconds
    if (said) yield { place: at(subject, line), message: said, mend: mend(asked) }
  }
}

/** 0 is among them, which another rule may ask for. */
const usual = (subject: Subject): string =>
  `Set \`${wordsOf(subject).ttl}\` to ${TTL_USUAL_SECONDS} or less`

const neverKept = (subject: Subject): string => `Set \`${wordsOf(subject).ttl}: 0\`.`

function* findUnset(subject: Subject): Generator<Fault> {
  const message = ({ api, authorizer }: Asked) =>
    isUnset(authorizer.ttlSeconds) &&
    (api.kind === 'rest' || authorizer.identitySources.value?.length !== 0) &&
    (api.kind === 'rest'
      ? `Answers of \`${authorizer.name}\` are cached for 300 s, because no TTL is set`
      : `No TTL is set for \`${authorizer.name}\`, and API Gateway documents no default`)
  const { ttl } = wordsOf(subject)
  yield* judge(subject, message, () => `Set \`${ttl}\`: 0 asks every time, 60 is usual.`)
}

function* findTooLong(subject: Subject): Generator<Fault> {
  const message = ({ authorizer }: Asked) =>
    (authorizer.ttlSeconds.value ?? 0) > TTL_MAX_SECONDS &&
    `The TTL is ${authorizer.ttlSeconds.value} s; AWS refuses more than ${TTL_MAX_SECONDS}`
  yield* judge(subject, message, () => `${usual(subject)}.`)
}

function* findForNobody(subject: Subject): Generator<Fault> {
  const message = (asked: Asked) =>
    isKept(asked) &&
    asked.authorizer.identitySources.value?.length === 0 &&
    !losesCookie(subject, asked) &&
    'Answers are to be cached without an identity source: AWS refuses that'
  const { sources, ttl } = wordsOf(subject)
  const mend = ({ api, authorizer }: Asked) => {
    if (subject.config.cookie !== undefined) return neverKept(subject)
    // AWS refuses a TOKEN authorizer without one at any TTL.
    const otherwise = authorizer.type === 'token' ? '' : `, or \`${ttl}: 0\``
    return `Set \`${sources}\` to \`${sourceName(api, 'header', 'Authorization')}\`${otherwise}.`
  }
  yield* judge(subject, message, mend)
}

function* findOutlived(subject: Subject): Generator<Fault> {
  const { expiryCondition = false } = subject.config.apiGateway ?? {}
  const message = (asked: Asked) => {
    const { value = 0 } = asked.authorizer.ttlSeconds
    const isBounded = expiryCondition && !isSimple(asked)
    return (
      value > TTL_USUAL_SECONDS &&
      value <= TTL_MAX_SECONDS &&
      !isBounded &&
      `A token is still allowed ${value} s after it has expired`
    )
  }
  yield* judge(
    subject,
    message,
    (asked) =>
      usual(subject) +
      (isSimple(asked) ? '.' : ', or `apiGateway.expiryCondition: true` in the configuration.'),
  )
}

/** What each request has to be asked about anew (§9.7). */
function findTimely(subject: Subject, asked: Asked): string | undefined {
  const proofs = proofsOf(subject)
  const global = optionOf(subject.config, 'revocation') ? [...proofs, 'revocation'] : proofs
  if (global.length > 0) return `\`${global.join('` and `')}\` of the configuration`
  for (const pattern of patternsOf(subject, asked)) {
    const policy = policyOf(subject, pattern)
    const age = optionOf(policy, 'verdictSeconds')
    const isYounger = typeof age === 'number' && age < (keptSeconds(asked) ?? 0)
    const name = isYounger
      ? 'verdictSeconds'
      : TIMELY.find((option) => optionOf(policy, option) !== undefined)
    if (name) return `\`${name}\` of "${pattern.pattern.text}"`
  }
  return undefined
}

const TIMELY = ['maxAgeSeconds', 'stepUp', 'proof']

function* findTimeRules(subject: Subject): Generator<Fault> {
  const message = (asked: Asked) => {
    const cause = isKept(asked) ? findTimely(subject, asked) : undefined
    return (
      cause &&
      `An answer cached for ${keptSeconds(asked)} s skips ${cause}, which has to be checked for each request`
    )
  }
  yield* judge(subject, message, () => neverKept(subject))
}

function* findKeptRequestPolicy(subject: Subject): Generator<Fault> {
  const isForRequest = subject.config.apiGateway?.policy === 'request'
  const message = (asked: Asked) =>
    isForRequest &&
    isKept(asked) &&
    !isSimple(asked) &&
    `The configuration has \`policy: 'request'\`: the cached policy covers one request and denies all others`
  yield* judge(
    subject,
    message,
    () => `${neverKept(subject)} Or leave \`apiGateway.policy\` at 'api'.`,
  )
}

const hasRouteKey = ({ authorizer }: Asked): boolean =>
  authorizer.identitySources.isUnknown ||
  (authorizer.identitySources.value ?? []).includes('$context.routeKey')

function* findWithoutRouteKey(subject: Subject): Generator<Fault> {
  const message = (asked: Asked) =>
    isSimple(asked) &&
    isKept(asked) &&
    !hasRouteKey(asked) &&
    '`isAuthorized: true` for one route is cached for the token, and then opens every other route'
  const { sources, ttl } = wordsOf(subject)
  const mend = `Add \`$context.routeKey\` to \`${sources}\`, or set \`${ttl}: 0\`.`
  yield* judge(subject, message, () => mend)
}

/** Why one answer for the whole of a route is more than the request was given. */
function findWidth(subject: Subject, asked: Asked): string | undefined {
  const surface = subject.surfaceOf(asked.api)
  for (const route of guardedBy(asked)) {
    const answers = new Set([...surface.answersOf(route), ...surface.straysOf(route)])
    if (answers.size > 1) return `\`${describeRoute(route)}\` matches more than one pattern`
    const bound = [...answers].find(
      (answer) => answer && optionOf(policyOf(subject, answer), 'bind'),
    )
    if (bound) return `"${bound.pattern.text}" binds each object to its owner`
  }
  return undefined
}

function* findKeptTooWide(subject: Subject): Generator<Fault> {
  const message = (asked: Asked) => {
    const isCandidate = isSimple(asked) && isKept(asked) && hasRouteKey(asked)
    const width = isCandidate ? findWidth(subject, asked) : undefined
    return width && `\`isAuthorized: true\` is cached for the token and the route, but ${width}`
  }
  yield* judge(
    subject,
    message,
    () =>
      `${neverKept(subject)} Or answer with policies: \`${wordsOf(subject).simple}: false\` ` +
      "and `apiGateway.httpApiResponse: 'iam'`.",
  )
}

export const CACHING: readonly Rule<Subject>[] = [
  { name: 'ttl-unset', severity: 'warning', find: findUnset },
  { name: 'ttl-over-limit', severity: 'error', find: findTooLong },
  { name: 'ttl-without-source', severity: 'error', find: findForNobody },
  { name: 'ttl-outlives-token', severity: 'warning', find: findOutlived },
  { name: 'ttl-time-rules', severity: 'error', find: findTimeRules },
  { name: 'ttl-request-policy', severity: 'error', find: findKeptRequestPolicy },
  { name: 'simple-without-route-key', severity: 'error', find: findWithoutRouteKey },
  { name: 'simple-kept-too-wide', severity: 'error', find: findKeptTooWide },
]
