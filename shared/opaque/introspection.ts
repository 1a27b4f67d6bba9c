/** Asking an issuer about a token (RFC 7662). The token goes in the form, never into a URL. */
import { own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { INACTIVE_SECONDS } from '../limits.ts'
import type { Http, HttpResponse, RequestContext } from '../ports.ts'
import { deny, ok } from '../reasons.ts'
import type { Denial, Result } from '../reasons.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import { BOUNDS, mediaType, readJson, readStatus } from './answer.ts'
import { proveClient } from './client.ts'
import type { Credentials } from './client.ts'
import type { Locate } from './location.ts'
import { openSigned, SIGNED_ANSWER } from './signed.ts'
import type { Signatory } from './signed.ts'
import { fail } from './source.ts'
import type { Ask, Failure, Verdict } from './source.ts'

export interface IntrospectionOptions {
  readonly http: Http
  readonly locate: Locate
  readonly credentials: Credentials
  /** Of a client assertion. */
  readonly audience: string
  /** null: answers are plain JSON. */
  readonly signatory: Signatory | null
  /** Refuse plain JSON. */
  readonly requiresSigned: boolean
  readonly cacheSeconds: number
  readonly readActive: (
    claims: JsonObject,
    now: number,
    heldUntil: number,
  ) => Result<VerifiedToken, Denial>
}

const CODE = 'introspection_unavailable'

export const createIntrospection =
  (options: IntrospectionOptions): Ask =>
  async (token, now, context) => {
    const located = await options.locate(now)
    if (!located.ok) return fail('source', located.error, CODE)
    const answer = await post(located.value, token, options, now)
    const sound = readStatus(answer, CODE, now)
    const body = sound.ok ? await readBody(sound.value, options, now, context) : sound
    const verdict = body.ok ? judgeBody(body.value, options, now) : body
    options.locate.hasFailed = !verdict.ok
    return verdict
  }

async function post(url: string, token: string, options: IntrospectionOptions, now: number) {
  const { http, credentials, audience, requiresSigned } = options
  const { headers, form } = await proveClient(credentials, audience, now)
  const fields = [['token', token], ['token_type_hint', 'access_token'], ...form]
  return http({
    url,
    method: 'POST',
    headers: {
      accept: requiresSigned ? SIGNED_ANSWER : 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: `${new URLSearchParams(fields)}`,
    ...BOUNDS,
  })
}

async function readBody(
  answer: HttpResponse,
  { signatory, requiresSigned, credentials }: IntrospectionOptions,
  now: number,
  context: RequestContext,
): Promise<Result<JsonObject, Failure>> {
  const isSigned = mediaType(answer) === SIGNED_ANSWER
  if (isSigned && signatory) {
    const { clientId } = credentials
    const told = await openSigned(answer.text.trim(), clientId, signatory, { now, context })
    return typeof told === 'string' ? fail('source', `signed answer: ${told}`, CODE) : ok(told)
  }
  if (requiresSigned) return fail('source', 'answer is not signed', CODE)
  return readJson(answer, CODE)
}

/** `"true"` is no boolean: a server that writes that may write anything. */
function judgeBody(
  body: JsonObject,
  { readActive, cacheSeconds }: IntrospectionOptions,
  now: number,
): Result<Verdict, Failure> {
  const active = own(body, 'active')
  if (typeof active !== 'boolean') {
    return fail('source', 'active is no boolean', CODE)
  }
  // Whatever else is in the body (RFC 7662 §2.2).
  if (!active) return ok({ result: deny('token_inactive'), keepSeconds: INACTIVE_SECONDS })
  const result = readActive(body, now, now + cacheSeconds)
  return ok({ result, keepSeconds: keepFor(result, cacheSeconds) })
}

/** Not ours to keep: an ID token, and a Management API token, which is to be forgotten at once. */
const FORGOTTEN = /^(?:management_api_token|id_token_used)$/

function keepFor(result: Result<VerifiedToken, Denial>, cacheSeconds: number): number {
  if (result.ok) return cacheSeconds
  return FORGOTTEN.test(result.error.code) ? 0 : Math.min(cacheSeconds, INACTIVE_SECONDS)
}
