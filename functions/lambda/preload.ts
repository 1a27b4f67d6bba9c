/**
 * What Node would load with the first call is loaded at start, when a function gets more CPU than it
 * does later.
 */
import { preloadHttp } from './http.ts'

/** `fetchesKeys`: some issuer has no secret. */
export function preload(fetchesKeys: boolean): void {
  // The getter loads WebCrypto; a bare access would be minified away.
  Reflect.get(crypto, 'subtle')
  if (fetchesKeys) preloadHttp()
}
