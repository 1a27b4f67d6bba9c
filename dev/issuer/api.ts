import { createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import type { ResourceServer } from 'oidc-provider'
import type { Algorithm } from './keys.ts'

/** An API that this issuer knows: asked for as `resource` (RFC 8707), it becomes the token's `aud`. */
export interface Api {
  readonly audience: string
  readonly scopes: readonly string[]
  /** 'jwt': RFC 9068 `at+jwt`. 'opaque': a random string that only introspection can read. */
  readonly tokens: 'jwt' | 'opaque'
  /** What signs the JWTs. Default: the issuer's first algorithm. */
  readonly algorithm?: Algorithm
  /** Encrypts the signed JWT to this public key (nested JWE, RFC 9068 §4). Off by default. */
  readonly encryption?: ApiEncryption
}

export interface ApiEncryption {
  readonly algorithm: 'RSA-OAEP-256' | 'RSA-OAEP-384' | 'RSA-OAEP-512'
  readonly encoding: 'A128GCM' | 'A256GCM'
  readonly publicKey: JWK
}

export function describeResourceServer(api: Api, fallback: Algorithm): ResourceServer {
  const scope = api.scopes.join(' ')
  if (api.tokens === 'opaque') return { scope, accessTokenFormat: 'opaque' }
  const sign = { alg: api.algorithm ?? fallback }
  const jwt = api.encryption ? { sign, encrypt: describeEncryption(api.encryption) } : { sign }
  return { scope, accessTokenFormat: 'jwt', jwt }
}

function describeEncryption({ algorithm, encoding, publicKey }: ApiEncryption) {
  const key = createPublicKey({ key: { ...publicKey }, format: 'jwk' })
  const kid = publicKey.kid
  return { alg: algorithm, enc: encoding, key, ...(kid === undefined ? {} : { kid }) }
}
