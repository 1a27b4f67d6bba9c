/**
 * From a token to a verdict of one source: what is remembered, else one call, within every bound.
 * Whatever goes wrong on the way is an outage, never a verdict.
 */
import type { CacheBounds } from '../cache.ts'
import { within } from '../deadline.ts'
import { CALLS_PER_SECOND, FETCH_TIMEOUT_MS, RETRY_AFTER_SECONDS } from '../limits.ts'
import type { OpaqueEvent } from '../observe.ts'
import type { RequestContext, Timer } from '../ports.ts'
import { err, outage } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import { createAllowance } from './allowance.ts'
import { createBreaker } from './breaker.ts'
import type { Breaker } from './breaker.ts'
import { createFlights } from './flights.ts'
import type { SharedVerdicts } from './shared.ts'
import { fail } from './source.ts'
import type { Failure, Source } from './source.ts'
import { createVerdicts } from './verdicts.ts'
import type { Verdicts } from './verdicts.ts'

export interface InquiryOptions {
  readonly bounds: CacheBounds
  readonly callsPerSecond: number | undefined
  readonly timer: Timer
  readonly sharesPromises: boolean
  /** undefined: what is known stays in memory. */
  readonly shared: SharedVerdicts | undefined
  readonly tell: (outcome: OpaqueEvent['outcome'], detail: string) => void
}

/** A question about a token, in a request. */
export interface Question {
  readonly now: number
  readonly context: RequestContext
  /** How old a remembered verdict may be. */
  readonly maxAgeSeconds: number
  /** Its signature says that the token is good. */
  readonly isSigned?: boolean
}

type Found = Result<VerifiedToken>

export type Inquire = (token: string, question: Question) => Found | Promise<Found>

export function createInquiry(source: Source, options: InquiryOptions): Inquire {
  const { timer, shared, sharesPromises, callsPerSecond = CALLS_PER_SECOND } = options
  const verdicts = createVerdicts(options.bounds)
  const flights = createFlights<Found>(sharesPromises, timer)
  const breaker = createBreaker()
  const allowance = createAllowance(callsPerSecond)
  const cannotTell = (seconds: number): Found => err(outage(source.code, seconds))

  async function ask(token: string, place: string, question: Question): Promise<Found> {
    const { now, context } = question
    try {
      const known = await recall(token, question, shared, verdicts)
      const wait = breaker.waitSeconds(now)
      if (known || wait > 0) allowance.giveBack()
      if (known) return known
      if (wait > 0) return cannotTell(wait)
      breaker.began(now)
      const asked = await source.ask(token, now, context)
      if (!asked.ok) return settle(asked.error, place, now)
      breaker.succeeded()
      verdicts.put(token, asked.value, now)
      const written = shared?.write(token, asked.value, now)
      // Behind the answer where the platform offers that; elsewhere it would freeze with it.
      if (context.waitUntil && written) context.waitUntil(written)
      else await written
      return asked.value.result
    } catch {
      // Ours, or the transport's: nothing is known of the token either way.
      return settle(fail('source', 'unexpected', source.code).error, place, now)
    }
  }

  function settle(failure: Failure, place: string, now: number): Found {
    report(failure, breaker, now, options.tell)
    const { retryAfterSeconds, code } = failure.outage
    // When to ask again is known. Another route may still believe what was known.
    if (code === 'userinfo_rate_limited') {
      verdicts.hold(place, failure.outage, retryAfterSeconds, now)
    }
    return err(failure.outage)
  }

  const bounded = async (work: Promise<Found | undefined>): Promise<Found> =>
    (await within(work, FETCH_TIMEOUT_MS, timer)) ?? cannotTell(RETRY_AFTER_SECONDS)

  return (token, question) => {
    const { now, maxAgeSeconds, context } = question
    const known = verdicts.look(token, now, maxAgeSeconds)
    if (known) return known
    // Shared by those who want a verdict as young: what is found may be too old for others.
    const place = `${token} ${maxAgeSeconds}`
    const held = verdicts.look(place, now, Infinity)
    if (held) return held
    const joined = flights.join(place, now)
    if (joined) return bounded(joined)
    const isKnown = question.isSigned || verdicts.isKnown(token)
    // While the source is left alone, the shared tier may still know.
    const wait =
      (shared ? 0 : breaker.waitSeconds(now)) ||
      (flights.isFull(now, isKnown) ? 1 : allowance.take(now, isKnown))
    if (wait > 0) return cannotTell(wait)
    const landed = flights.begin(place, now, () => ask(token, place, question))
    context.waitUntil?.(landed)
    return bounded(landed)
  }
}

/** What another instance was told, unless this one has been told something since. */
async function recall(
  token: string,
  { now, maxAgeSeconds }: Question,
  shared: SharedVerdicts | undefined,
  verdicts: Verdicts,
): Promise<Found | undefined> {
  const told = await shared?.read(token, now)
  if (!told || told.askedAt <= verdicts.askedAt(token)) return undefined
  verdicts.put(token, told.verdict, told.askedAt)
  return verdicts.look(token, now, maxAgeSeconds)
}

/** What a failure means for the source, and for its operator. */
function report(
  { blame, outage, detail }: Failure,
  breaker: Breaker,
  now: number,
  tell: InquiryOptions['tell'],
): void {
  tell(blame === 'credentials' ? 'credentials_refused' : 'failed', detail)
  // It answered, so it is well.
  if (blame === 'token') breaker.succeeded()
  else if (blame === 'pace') breaker.pause(now, outage.retryAfterSeconds)
  else if (breaker.failed(now)) tell('paused', detail)
}
