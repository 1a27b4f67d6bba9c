/**
 * What Node would load with the first call is loaded at start: until then a function has a whole
 * processor, afterwards the share that its memory buys, a fourteenth at 128 MB.
 */
import { preloadHttp } from './http.ts'

/** `fetchesKeys`: some issuer has no secret. */
export function preload(fetchesKeys: boolean): void {
  // The getter loads WebCrypto; a bare access would be minified away.
  Reflect.get(crypto, 'subtle')
  if (fetchesKeys) preloadHttp()
}
