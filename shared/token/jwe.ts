/**
 * Step 3 of §2.2: an encrypted token is opened with the API's private key and goes on as the signed
 * token inside it. jose decrypts; which algorithms, which keys and what is said of it are ours.
 *
 * Encryption proves nothing about the sender, since the public key is public: everything the inner
 * token says is still to be checked. Not checked here: the outer `typ` and `cty`; the inner header
 * decides.
 */
import { compactDecrypt } from 'jose'
import type { JWK } from 'jose'
import { decodeUtf8, isCanonicalBase64url } from '../bytes.ts'
import { own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { KEY_CANDIDATES } from '../limits.ts'
import { deny, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import { RSA_OAEP } from '../rsa.ts'
import { classifyToken } from './classify.ts'
import type { JweParts, JwsParts } from './classify.ts'
import type { TrustedIssuer } from './issuer.ts'

/** A private key, and the issuers whose tokens it may open: two domains of a tenant share an API's. */
export interface DecryptionKey {
  readonly kid: unknown
  readonly alg: unknown
  readonly key: JWK
  readonly owners: Map<string, TrustedIssuer>
}

const OPTIONS = {
  keyManagementAlgorithms: RSA_OAEP.map(String),
  contentEncryptionAlgorithms: ['A128GCM', 'A256GCM', 'A128CBC-HS256', 'A256CBC-HS512'],
  /** Nothing is inflated, whatever becomes of the header's check. */
  maxDecompressedLength: 0,
}

/** Extensions, compression, keys from the sender, and parameters of algorithms that are not allowed. */
const REFUSED = 'crit zip b64 jwk jku x5u p2s p2c epk apu apv iv tag'.split(' ')

/** A signed token passes as it is. */
export const openToken = (
  token: JwsParts | JweParts,
  keys: readonly DecryptionKey[],
): Result<JwsParts> | Promise<Result<JwsParts>> =>
  'jwe' in token ? openJwe(token, keys) : ok(token)

/**
 * What is wrong with the form is told before any key is looked at. After that every failure is one
 * `decryption_failed`, so that nobody can ask us about keys or paddings (RFC 7516 §11.5).
 */
async function openJwe(
  { jwe, members }: JweParts,
  keys: readonly DecryptionKey[],
): Promise<Result<JwsParts>> {
  if (!members || !jwe.split('.').every(isCanonicalBase64url)) return deny('malformed_token')
  if (keys.length === 0) return deny('encrypted_token_unsupported')
  for (const { key, owners } of selectDecryptionKeys(members, keys)) {
    const plaintext = await decrypt(jwe, key)
    if (plaintext) return readPlaintext(plaintext, owners)
  }
  return deny('decryption_failed')
}

/** The keys to try: those the token names, or the only one that fits a token that names none. */
function selectDecryptionKeys(
  header: JsonObject,
  keys: readonly DecryptionKey[],
): readonly DecryptionKey[] {
  if (REFUSED.some((name) => Object.hasOwn(header, name))) return []
  const [alg, kid] = [own(header, 'alg'), own(header, 'kid')]
  const fit = keys.filter(
    (key) => (key.alg ?? alg) === alg && (kid === undefined || (key.kid ?? kid) === kid),
  )
  return kid === undefined && fit.length > 1 ? [] : fit.slice(0, KEY_CANDIDATES)
}

/**
 * undefined for every reason alike. Where the content key cannot be had, jose goes on with a random
 * one, so that a failure takes as long whichever half it is in (RFC 7516 §11.5).
 */
async function decrypt(jwe: string, key: JWK): Promise<Uint8Array | undefined> {
  try {
    return (await compactDecrypt(jwe, key, OPTIONS)).plaintext
  } catch {
    return undefined
  }
}

/** One layer: what is inside is a signed token, or malformed. */
function readPlaintext(plaintext: Uint8Array, owners: DecryptionKey['owners']): Result<JwsParts> {
  const inner = classifyToken(decodeUtf8(plaintext) ?? '')
  return inner.ok && !('jwe' in inner.value)
    ? ok({ ...inner.value, openedFor: owners })
    : deny('malformed_token')
}
