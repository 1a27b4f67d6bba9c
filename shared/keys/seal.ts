/**
 * Records under a secret that the instances have and a shared tier has not: whoever can write to the
 * tier can then delete a record or put an old one back, but not make one.
 */
import { StoreError } from '../attempt.ts'
import { bytesOf, encodeBase64, encodeUtf8 } from '../bytes.ts'

/** The same secret might serve something else as well. */
const PURPOSE = 'edge-authorizer keys '

/** Anew each time, which is rare: on Workers nothing pending may be kept from one request for another. */
const importKey = (secret: string) =>
  crypto.subtle.importKey('raw', encodeUtf8(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])

/** As it is where there is no secret. */
export async function sealText(text: string, secret: string | undefined): Promise<string> {
  if (secret === undefined) return text
  const tag = await crypto.subtle.sign('HMAC', await importKey(secret), encodeUtf8(PURPOSE + text))
  return `${encodeBase64(new Uint8Array(tag))}.${text}`
}

/** Throws where the seal is another's, or none. */
export async function openText(sealed: string | null, secret: string | undefined) {
  if (sealed === null || secret === undefined) return sealed
  const [, seal = '', text = ''] = /^([A-Za-z\d+/]{43}=)\.(.*)/s.exec(sealed) ?? []
  const tag = bytesOf(atob(seal))
  const key = await importKey(secret)
  if (await crypto.subtle.verify('HMAC', key, tag, encodeUtf8(PURPOSE + text))) return text
  throw new StoreError('not sealed by us')
}
