/**
 * How we prove to a source that we are the API (RFC 7662 §2.1): a secret in the header or the form,
 * or an assertion signed with a private key.
 */
import { CompactSign } from 'jose'
import type { JWK } from 'jose'
import { encodeBase64, encodeUtf8 } from '../bytes.ts'
import { ASSERTION_SECONDS } from '../limits.ts'

export interface Credentials {
  readonly clientId: string
  readonly authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
  readonly secret?: string
  readonly privateKey?: JWK
}

/** What is added to a form post. */
export interface Proof {
  readonly headers: Readonly<Record<string, string>>
  readonly form: readonly (readonly [name: string, value: string])[]
}

/** `audience`: of the assertion. The issuer (RFC 7523 §3), since RFC 7662 names no other. */
export async function proveClient(
  { clientId, authentication, secret = '', privateKey }: Credentials,
  audience: string,
  now: number,
): Promise<Proof> {
  if (authentication === 'client_secret_post') {
    const form = [['client_id', clientId] as const, ['client_secret', secret] as const]
    return { headers: {}, form }
  }
  if (privateKey) {
    const form = [
      ['client_id', clientId] as const,
      ['client_assertion_type', ASSERTION_TYPE] as const,
      ['client_assertion', await signAssertion(clientId, privateKey, audience, now)] as const,
    ]
    return { headers: {}, form }
  }
  return {
    headers: { authorization: writeBasic(formEncode(clientId), formEncode(secret)) },
    form: [],
  }
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** RFC 7617; the two texts as they are. */
export const writeBasic = (id: string, secret: string): string =>
  `Basic ${encodeBase64(encodeUtf8(`${id}:${secret}`))}`

/** RFC 6749 §2.3.1: form-encoded first, or a secret with a `%` or a `+` would arrive as another. */
const formEncode = (text: string): string => `${new URLSearchParams([[text, '']])}`.slice(0, -1)

/** RFC 7523 §3. */
function signAssertion(id: string, key: JWK, aud: string, now: number): Promise<string> {
  const iat = Math.floor(now)
  const times = { iat, exp: iat + ASSERTION_SECONDS }
  const claims = { iss: id, sub: id, aud, jti: crypto.randomUUID(), ...times }
  return new CompactSign(encodeUtf8(JSON.stringify(claims)))
    .setProtectedHeader({ alg: algorithmOf(key), typ: 'JWT', ...(key.kid && { kid: key.kid }) })
    .sign(key)
}

const BY_CURVE: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
}

const algorithmOf = ({ alg, crv }: JWK): string => alg ?? BY_CURVE[crv ?? ''] ?? 'RS256'
