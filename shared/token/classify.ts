/**
 * What kind of token is this (§1.4)? Decided by its shape alone, before anything in it is believed.
 */
import { decodeBase64urlText } from '../bytes.ts'
import { parseStrictObject } from '../json.ts'
import { deny, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'

export interface JwsParts {
  readonly header: string
  readonly payload: string
  readonly signature: string
}

/** base64url of text that begins with `{`. */
const JSON_OBJECT_START = /^e[w-z0-9_-]/

/** Prefixes that identity providers document or are known for; a hint, never a proof. */
const PROVIDER_PREFIXES: readonly (readonly [prefix: string, provider: string])[] = [
  ['EAA', 'Facebook'],
  ['ya29.', 'Google'],
  ['gho_', 'GitHub'],
  ['ghu_', 'GitHub'],
  ['ghp_', 'GitHub'],
  ['ghs_', 'GitHub'],
  ['ghr_', 'GitHub'],
  ['github_pat_', 'GitHub'],
]

export function classifyToken(token: string): Result<JwsParts> {
  const parts = token.split('.', 6)
  const [header, payload, signature] = parts
  if (header !== undefined && JSON_OBJECT_START.test(header)) {
    if (parts.length === 3 && payload !== undefined && signature !== undefined) {
      return ok({ header, payload, signature })
    }
    if (parts.length === 5 && isEncrypted(header)) return deny('encrypted_token_unsupported')
  }
  const provider = PROVIDER_PREFIXES.find(([prefix]) => token.startsWith(prefix))?.[1]
  return provider === undefined ? deny('opaque_token') : deny('idp_token', { name: provider })
}

/**
 * An Auth0 opaque token has a JWE's five parts with `alg: dir`: it is encrypted to Auth0 itself,
 * and nobody else can or should read it.
 */
function isEncrypted(header: string): boolean {
  const text = decodeBase64urlText(header)
  const members = text === null ? null : parseStrictObject(text)
  return members !== null && typeof members['enc'] === 'string' && members['alg'] !== 'dir'
}
