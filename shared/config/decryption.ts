/** The private keys that open an API's encrypted tokens: a JWK Set, as text, in a secret. */
import { isObject, parseStrictObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { KEY_SET_ENTRIES } from '../limits.ts'
import { RSA_OAEP, isSoundRsa, isWholeRsa } from '../rsa.ts'

/** What a key must be, in the order it is asked; `must be …` is the mend. */
const RULES: readonly (readonly [mend: string, holds: (key: JsonObject) => boolean])[] = [
  ['must be a private RSA key', ({ kty, d }) => kty === 'RSA' && typeof d === 'string'],
  ['must be for encryption (`use`, `key_ops`)', isForDecryption],
  [`must have an \`alg\` of ${RSA_OAEP.join(', ')}, or none`, ({ alg }) => isOneOf(RSA_OAEP, alg)],
  ['must have a string `kid`, or none', ({ kid }) => kid === undefined || typeof kid === 'string'],
  ['must have 2048 to 8192 bits, and an odd `e` from 65537', isSoundRsa],
  ['is incomplete, or its n, e, d, p, q, dp, dq, qi do not fit together', isWholeRsa],
]

const isOneOf = (values: readonly unknown[], value: unknown): boolean =>
  value === undefined || values.includes(value)

function isForDecryption({ use, key_ops: operations }: JsonObject): boolean {
  const allowed = [operations ?? 'decrypt'].flat().map(String)
  return isOneOf(['enc'], use) && allowed.some((name) => /^(?:decrypt|unwrapKey)$/.test(name))
}

/** What is wrong with the secret, never a word of what is in it. */
export function checkDecryptionKeys(secret: unknown): readonly string[] {
  const keys = parseKeys(secret)
  if (!keys) return ['must be the JSON of a JWK Set']
  if (keys.length === 0 || keys.length > KEY_SET_ENTRIES) {
    return [`must have 1 to ${KEY_SET_ENTRIES} keys`]
  }
  return keys.flatMap((key, index) => {
    const broken = RULES.find(([, holds]) => !holds(isObject(key) ? key : {}))
    return broken ? `keys[${index}] ${broken[0]}` : []
  })
}

export interface PrivateKey {
  readonly kid: unknown
  readonly alg: unknown
  /** A JWK of the numbers alone: what else it said has been checked, and jose reads it more narrowly. */
  readonly key: JsonObject
}

/** Of a secret that has been checked. */
export const readDecryptionKeys = (secret: unknown): readonly PrivateKey[] =>
  (parseKeys(secret) ?? []).filter(isObject).map(readKey)

function readKey({ kid, alg, kty, n, e, d, p, q, dp, dq, qi }: JsonObject): PrivateKey {
  return { kid, alg, key: { kty, n, e, d, p, q, dp, dq, qi } }
}

function parseKeys(secret: unknown): readonly unknown[] | undefined {
  const set = typeof secret === 'string' ? parseStrictObject(secret) : undefined
  return Array.isArray(set?.['keys']) ? set['keys'] : undefined
}
