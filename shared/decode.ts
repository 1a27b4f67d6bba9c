/** One part of a JWT: canonical base64url of a JSON object that means one thing (§2.2 step 2). */
import { decodeBase64url } from './bytes.ts'
import { parseStrictObject } from './json.ts'
import type { JsonObject } from './json.ts'

export function decodeObject(part: string): JsonObject | undefined {
  const text = decodeBase64url(part)
  return text === undefined ? undefined : parseStrictObject(text)
}
