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

const DIGITS = /^[\w-]*$/
/** Last digits whose unused bits are zero, by how many digits stand past the last whole four. */
const LAST_DIGITS = ['', '', 'AQgw', 'AEIMQUYcgkosw048']

/**
 * The one spelling of some bytes: base64url digits only, no padding, unused bits zero (RFC 4648
 * §3.5). Otherwise one token would have several texts and slip past a deny list.
 */
export function isCanonicalBase64url(text: string): boolean {
  const past = text.length % 4
  const isWhole = past === 0 || LAST_DIGITS[past]?.includes(text.charAt(text.length - 1)) === true
  return isWhole && DIGITS.test(text)
}

/** Canonical base64url of UTF-8 text; undefined for anything else. */
export function decodeBase64url(text: string): string | undefined {
  const binary = decodeBinary(text)
  return binary !== undefined && NOT_ASCII.test(binary) ? decodeUtf8(bytesOf(binary)) : binary
}

/** Canonical base64url of any bytes; undefined for anything else. */
export function decodeBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  const binary = decodeBinary(text)
  return binary === undefined ? undefined : bytesOf(binary)
}

const decodeBinary = (text: string): string | undefined =>
  isCanonicalBase64url(text) ? atob(text.replaceAll('-', '+').replaceAll('_', '/')) : undefined

/** Piece by piece: there may be more bytes than a call takes arguments. */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** Of a string with a byte in each character, as `atob` makes them. */
export function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at)
  return bytes
}
