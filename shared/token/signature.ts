/**
 * Step 7 of §2.2: does a key verify the signature? jose imports each key once, for one algorithm and
 * for nothing but verifying; with that key a token costs one call of the platform's WebCrypto. What
 * jose would look at again with every token (size, use and algorithm of the key, the members of the
 * header) is looked at when the key is chosen and when the header is first seen.
 *
 * Not checked here: whether the algorithm is allowed, and whether the key is the issuer's.
 */
import { importJWK } from 'jose'
import { encodeUtf8 } from '../bytes.ts'
import type { VerificationKey } from '../ports.ts'
import type { DenyCode } from '../reasons.ts'

export interface Signed {
  /** Header and payload as they were sent, with the dot between them (RFC 7515 §5.2). */
  readonly input: string
  readonly signature: Uint8Array<ArrayBuffer>
}

/** undefined: one of the keys verifies it. They are tried in turn. */
export const verifySignature = (
  { input, signature }: Signed,
  alg: string,
  keys: readonly VerificationKey[],
): Promise<DenyCode | undefined> => tryKeys({ data: encodeUtf8(input), signature, alg }, keys, 0)

interface Check {
  readonly data: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
  readonly alg: string
}

// No async function: with a key at hand, the platform has the signature before this returns.
function tryKeys(
  check: Check,
  keys: readonly VerificationKey[],
  at: number,
): Promise<DenyCode | undefined> {
  const key = keys[at]
  if (!key) return Promise.resolve('signature_invalid')
  const { alg, signature, data } = check
  const tryNext = () => tryKeys(check, keys, at + 1)
  const apply = (imported: CryptoKey) =>
    crypto.subtle
      .verify(parametersOf(alg), imported, signature, data)
      .then((isGood) => (isGood ? undefined : tryNext()), tryNext)
  const held = importedKeys.get(key)?.get(alg)
  return held
    ? apply(held)
    : importKey(key, alg).then(apply, () => (keys[at + 1] ? tryNext() : 'key_unusable'))
}

/** Go with the key set they are of. Data, no promises: these cross requests. */
const importedKeys = new WeakMap<VerificationKey, Map<string, CryptoKey>>()

async function importKey(key: VerificationKey, alg: string): Promise<CryptoKey> {
  // WebCrypto takes no public key that is for signing too, whatever the issuer says it is for.
  const read = await importJWK({ ...key, key_ops: ['verify'] }, alg)
  const imported =
    read instanceof Uint8Array
      ? await crypto.subtle.importKey('raw', read, parametersOf(alg), false, ['verify'])
      : read
  const held = importedKeys.get(key) ?? new Map<string, CryptoKey>()
  importedKeys.set(key, held.set(alg, imported))
  return imported
}

const parametersOf = (alg: string): SignatureParameters => PARAMETERS[alg] ?? { name: alg }

/** RFC 7518 §3.1 and RFC 8037 §3.1 in WebCrypto's terms. Of RSA and HMAC the key knows the hash. */
const PARAMETERS: Readonly<Record<string, SignatureParameters>> = {
  HS256: { name: 'HMAC', hash: 'SHA-256' },
  HS384: { name: 'HMAC', hash: 'SHA-384' },
  HS512: { name: 'HMAC', hash: 'SHA-512' },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  RS384: { name: 'RSASSA-PKCS1-v1_5' },
  RS512: { name: 'RSASSA-PKCS1-v1_5' },
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  PS384: { name: 'RSA-PSS', saltLength: 48 },
  PS512: { name: 'RSA-PSS', saltLength: 64 },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', hash: 'SHA-512' },
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
}
