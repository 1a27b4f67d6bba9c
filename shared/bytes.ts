/** Bytes and their spellings. */

const BASE64URL = /^[A-Za-z0-9_-]+$/
const NOT_ASCII = /[\x80-\xff]/

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

export const encodeUtf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

/** null where the bytes are not UTF-8. A byte-order mark is kept, so that a JSON parser sees it. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

/** What a base64url digit is worth: the last one of a text decides whether it is canonical. */
function digitValue(code: number): number {
  if (code >= 97) return code - 71 // a-z
  if (code === 95) return 63 // _
  if (code >= 65) return code - 65 // A-Z
  return code === 45 ? 62 : code + 4 // -, 0-9
}

/**
 * True for the one spelling of some bytes: base64url digits only, no padding, unused bits zero
 * (RFC 4648 §3.5). Otherwise one token would have several texts and slip past a deny list.
 */
export function isCanonicalBase64url(text: string): boolean {
  const spare = text.length % 4
  if (spare === 1 || !BASE64URL.test(text)) return false
  if (spare === 0) return true
  const last = digitValue(text.charCodeAt(text.length - 1))
  return (last & (spare === 2 ? 0b1111 : 0b11)) === 0
}

/** Canonical base64url of UTF-8 text; null for anything else. */
export function decodeBase64urlText(text: string): string | null {
  if (!isCanonicalBase64url(text)) return null
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  if (!NOT_ASCII.test(binary)) return binary
  return decodeUtf8(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
}

/** SHA-256 in hexadecimal: names an issuer in a store whose keys have a short alphabet. */
export async function digestHex(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encodeUtf8(text)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
