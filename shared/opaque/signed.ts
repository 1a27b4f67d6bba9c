/** An introspection answer as a signed JWT (RFC 9701 §5). It is never usable as an access token. */
import { decodeBytes } from '../bytes.ts'
import { decodeObject } from '../decode.ts'
import { isObject, own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { CLOCK_TOLERANCE_SECONDS, SIGNED_ANSWER_SECONDS } from '../limits.ts'
import type { FindKeys, RequestContext, VerificationKey } from '../ports.ts'
import type { Signed } from '../token/signature.ts'

export const SIGNED_ANSWER = 'application/token-introspection+jwt'

export interface Signatory {
  readonly issuer: string
  /** Of the answers as of the tokens: what the configuration names. */
  readonly algorithms: readonly string[]
  readonly findKeys: FindKeys
  /** undefined: one of the keys verifies it. */
  readonly verify: (
    signed: Signed,
    alg: string,
    keys: readonly VerificationKey[],
  ) => Promise<string | undefined>
}

/** The members that tell of the token; or, as text, what is wrong with the answer. */
export async function openSigned(
  text: string,
  clientId: string,
  signatory: Signatory,
  { now, context }: { readonly now: number; readonly context: RequestContext },
): Promise<JsonObject | string> {
  const [head = '', payload = '', tail = '', ...more] = text.split('.', 4)
  const [header, claims, signature] = [decodeObject(head), decodeObject(payload), decodeBytes(tail)]
  if (!header || !claims || !signature?.length || more.length > 0) return 'no signed JWT'
  const [alg, kid, typ] = [own(header, 'alg'), own(header, 'kid'), own(header, 'typ')]
  const isTyped = typeof typ === 'string' && SIGNED_TYPE.test(typ)
  const isNamed = kid === undefined || typeof kid === 'string'
  if (!isTyped || !isNamed || Object.hasOwn(header, 'crit')) return 'another JWT'
  if (typeof alg !== 'string' || !signatory.algorithms.includes(alg)) return 'algorithm'
  const found = await signatory.findKeys({ alg, kid }, now, context)
  if (!found.ok) return found.error.code
  const signed = { input: `${head}.${payload}`, signature }
  if (await signatory.verify(signed, alg, found.value.keys)) return 'signature'
  return readPayload(claims, clientId, signatory.issuer, now)
}

const SIGNED_TYPE = /^(?:application\/)?token-introspection\+jwt$/i

/** The token's own claims are one level down, so that no answer passes for a token. */
function readPayload(
  claims: JsonObject,
  clientId: string,
  issuer: string,
  now: number,
): JsonObject | string {
  const [iss, aud, iat, exp = Infinity] = ['iss', 'aud', 'iat', 'exp'].map((n) => own(claims, n))
  if (iss !== issuer) return 'another issuer'
  if (![aud].flat().includes(clientId)) return 'another audience'
  const isFresh = typeof iat === 'number' && Math.abs(now - iat) <= SIGNED_ANSWER_SECONDS
  const isOver = typeof exp !== 'number' || now >= exp + CLOCK_TOLERANCE_SECONDS
  if (!isFresh || isOver) return 'too old'
  const told = own(claims, 'token_introspection')
  return isObject(told) ? told : 'no token_introspection'
}
