/**
 * What kind of token is this (§1.4)? Decided by its shape alone, before anything in it is believed.
 */
import { decodeObject } from '../decode.ts'
import type { JsonObject } from '../json.ts'
import { deny, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'
import { RSA_OAEP } from '../rsa.ts'
import type { TrustedIssuer } from './issuer.ts'

export interface JwsParts {
  readonly token: string
  readonly header: string
  readonly payload: string
  readonly signature: string
  /** It came encrypted: the issuers whose key opened it. No other may have signed it. */
  readonly openedFor?: ReadonlyMap<unknown, TrustedIssuer>
}

/** Five parts, of which the first is the header of something encrypted to us. */
export interface JweParts {
  readonly jwe: string
  /** undefined: the header is not well-formed. */
  readonly members: JsonObject | undefined
}

/** base64url of text that begins with `{`, and of text that begins with a blank, as JSON may. */
const JSON_OBJECT_START = /^e[w-z0-9_-]/
const BLANK_START = /^[CDI]/

/** Prefixes that identity providers document or are known for; a hint, never a proof. */
const PROVIDERS: Readonly<Record<string, string>> = {
  EAA: 'Facebook',
  'ya29.': 'Google',
  g: 'GitHub',
}

export function classifyToken(token: string): Result<JwsParts | JweParts> {
  const [header = '', payload = '', signature, encrypted, tag, ...more] = token.split('.', 6)
  if (signature !== undefined && isJsonObject(header)) {
    if (encrypted === undefined) return ok({ token, header, payload, signature })
    if (tag !== undefined && more.length === 0) {
      const members = decodeObject(header)
      if (isEncrypted(members)) return ok({ jwe: token, members })
    }
  }
  const [prefix] = /^(?:EAA|ya29\.|g(?=h[opusr]_|ithub_pat_))/.exec(token) ?? []
  return prefix ? deny('idp_token', { detail: PROVIDERS[prefix] }) : deny('opaque_token')
}

const isJsonObject = (header: string): boolean =>
  JSON_OBJECT_START.test(header) || (BLANK_START.test(header) && decodeObject(header) !== undefined)

/**
 * An Auth0 opaque token has a JWE's five parts with `alg: dir`: it is encrypted to Auth0 itself,
 * and nobody else can or should read it.
 */
const isEncrypted = (header: JsonObject | undefined): boolean =>
  !header ||
  RSA_OAEP.includes(header['alg']) ||
  (typeof header['enc'] === 'string' && header['alg'] !== 'dir')
