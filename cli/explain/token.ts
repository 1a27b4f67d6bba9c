/** A token's text, taken apart without verifying it: what it claims, for whoever holds it to read. */
import type { Engine } from '../../shared/authorize.ts'
import { decodeBase64url, encodeUtf8 } from '../../shared/bytes.ts'
import { decodeObject } from '../../shared/decode.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import type { JsonObject } from '../../shared/json.ts'
import { TOKEN_BYTES_CEILING } from '../../shared/limits.ts'
import { describeClaims, describeHeader } from './claim.ts'
import type { TokenView } from './explanation.ts'
import { redactToken } from './redact.ts'

export function viewToken(token: string, engine: Engine, now: number): TokenView {
  const base = { redacted: redactToken(token), bytes: encodeUtf8(token).length }
  if (token.length > TOKEN_BYTES_CEILING) {
    const problems = [`far over the limit of ${engine.maxTokenBytes} bytes; not read`]
    return { ...base, kind: 'opaque', header: null, claims: null, problems }
  }
  const [head = '', payload = '', signature, ...more] = token.split('.', 6)
  const header = readLoosely(head)
  if (!header || signature === undefined || (more.length !== 0 && more.length !== 2)) {
    const problems = header ? ['not three parts, as a signed token has'] : []
    return { ...base, kind: 'opaque', header: null, claims: null, problems }
  }
  const isJwe = more.length === 2
  const claims = isJwe ? undefined : readLoosely(payload)
  return {
    ...base,
    kind: isJwe ? 'jwe' : 'jws',
    header: describeHeader(header, engine),
    claims: claims ? describeClaims(claims, header, engine, now) : null,
    problems: [
      ...textProblems('header', head),
      ...(isJwe ? [] : textProblems('payload', payload)),
      ...(signature === '' && !isJwe ? ['there is no signature'] : []),
    ],
  }
}

/** The claims, or the header, as they read before anything is checked. */
export function readLoosely(part: string): JsonObject | undefined {
  const strict = decodeObject(part)
  if (strict) return strict
  const text = decodeBase64url(part) ?? decodeSloppily(part)
  const value = text === undefined ? undefined : parseJson(text)
  return isObject(value) ? value : undefined
}

function decodeSloppily(part: string): string | undefined {
  try {
    return atob(part.replaceAll('-', '+').replaceAll('_', '/').replaceAll(/[=\s]/g, ''))
  } catch {
    return undefined
  }
}

function textProblems(name: string, part: string): readonly string[] {
  if (decodeObject(part)) return []
  if (decodeBase64url(part) === undefined) {
    return [`the ${name} is not canonical base64url of UTF-8 text`]
  }
  return [
    readLoosely(part)
      ? `the ${name} has a member twice, or is nested too deeply`
      : `the ${name} is no JSON object`,
  ]
}
