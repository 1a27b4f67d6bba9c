/**
 * What Node would load with the first call is loaded at start, when a function gets more CPU than it
 * does later.
 */
import type { Issuer } from '../../shared/config/types.ts'
import { loadClient } from './http.ts'

export function preload(issuers: readonly Issuer[]): void {
  // The getter loads WebCrypto; a bare access would be minified away.
  Reflect.get(crypto, 'subtle')
  for (const { secret, jwksUri, issuer } of issuers) if (!secret) loadClient(jwksUri ?? issuer)
}
