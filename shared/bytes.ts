/** Bytes and their spellings. */

const NOT_ASCII = /[\x80-\xff]/

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

export const encodeUtf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

/** undefined where the bytes are not UTF-8. A byte-order mark is kept, so that a JSON parser sees it. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * The one spelling of some bytes: base64url digits only, no padding, unused bits of the last digit
 * zero (RFC 4648 §3.5). Otherwise one token would have several texts and slip past a deny list.
 */
const CANONICAL = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/

export const isCanonicalBase64url = (text: string): boolean => CANONICAL.test(text)

/** Canonical base64url of UTF-8 text; undefined for anything else. */
export function decodeBase64url(text: string): string | undefined {
  if (!isCanonicalBase64url(text)) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  if (!NOT_ASCII.test(binary)) return binary
  return decodeUtf8(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
}
