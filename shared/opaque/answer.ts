/** An answer of a source as far as HTTP goes: its status, its type, one JSON object that means one thing. */
import { parseStrictObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import {
  ANSWER_BYTES,
  FETCH_TIMEOUT_MS,
  RETRY_AFTER_MAX_SECONDS,
  RETRY_AFTER_SECONDS,
} from '../limits.ts'
import type { HttpResponse } from '../ports.ts'
import { ok } from '../reasons.ts'
import type { Result, UnavailableCode } from '../reasons.ts'
import { fail } from './source.ts'
import type { Answer, Failure } from './source.ts'

/** Of every exchange with a source. */
export const BOUNDS = { timeoutMs: FETCH_TIMEOUT_MS, maxBytes: ANSWER_BYTES }

/**
 * 200 or one of `others`. Of introspection, 401 and 403 mean us, since the token is only what we ask
 * about; `/userinfo` knows no credentials of ours.
 */
export function readStatus(
  answer: Answer,
  code: UnavailableCode,
  now: number,
  others: readonly number[] = [],
): Result<HttpResponse, Failure> {
  if (typeof answer === 'string') return fail('source', answer, code)
  const { status } = answer
  if (status === 200 || others.includes(status)) return ok(answer)
  const detail = `status ${status}`
  if (status === 401 || status === 403) {
    const isOurs = code === 'introspection_unavailable'
    return fail(isOurs ? 'credentials' : 'source', detail, code)
  }
  if (status === 429) return fail('pace', detail, code, readRetryAfter(answer, now))
  const isTokenAtFault = status >= 400 && status < 500
  return fail(isTokenAtFault ? 'token' : 'source', detail, code)
}

/** Without the parameters, folded. */
export const mediaType = ({ header }: HttpResponse): string =>
  (header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''

/** HTML with status 200 is what a proxy says when it is unwell. */
export function readJson(answer: HttpResponse, code: UnavailableCode): Result<JsonObject, Failure> {
  const body = mediaType(answer) === 'application/json' ? parseStrictObject(answer.text) : undefined
  return body ? ok(body) : fail('source', 'no JSON object', code)
}

/** A larger number is a time, not a number of seconds to wait. */
const EPOCH = 1e9

/**
 * RFC 9110 §10.2.3, seconds or a date; before it Auth0's `X-RateLimit-Reset`, epoch seconds, where
 * that is a time to come. At least one second, and not longer than a bound.
 */
export function readRetryAfter({ header }: HttpResponse, now: number): number {
  const [reset, after] = [header('x-ratelimit-reset'), header('retry-after')]
  const isTime = Number(reset) > EPOCH && (after === null || Number(reset) > now)
  const seconds = isTime ? Number(reset) - now : Number(after ?? reset ?? RETRY_AFTER_SECONDS)
  const wanted = Number.isNaN(seconds) ? Date.parse(after ?? '') / 1000 - now : seconds
  const known = Number.isNaN(wanted) ? RETRY_AFTER_SECONDS : Math.ceil(wanted)
  return Math.min(Math.max(known, 1), RETRY_AFTER_MAX_SECONDS)
}
