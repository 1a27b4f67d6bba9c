/**
 * What the members about opaque tokens mean together: one way to prove who we are, with a secret
 * that is there; a provider named once.
 */
import { isObject, parseJson } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { Environment } from '../ports.ts'
import { below } from './fault.ts'
import type { Report } from './fault.ts'
import { checkSecret } from './secret.ts'
import type { SecretKind } from './secret.ts'

export function checkOpaque(
  { opaque }: JsonObject,
  environment: Environment,
  report: Report,
): void {
  const introspect = isObject(opaque) ? opaque['introspect'] : undefined
  if (isObject(introspect)) {
    checkIntrospect(introspect, environment, below(report, 'opaque', 'introspect'))
  }
}

export function checkProviders(
  providers: readonly unknown[],
  environment: Environment,
  report: Report,
): void {
  const seen = new Set<unknown>()
  for (const [index, entry] of providers.entries()) {
    if (!isObject(entry)) continue
    const { provider, introspect } = entry
    const at = below(report, 'identityProviders', index)
    if (seen.has(provider)) at(['provider'], 'is listed twice')
    seen.add(provider)
    checkSecret([entry, 'appAccessToken'], environment, at)
    checkSecret([entry, 'clientSecret'], environment, at)
    if (!isObject(introspect)) continue
    const within = below(at, 'introspect')
    checkIntrospect(introspect, environment, within)
    if (introspect['response'] === 'jwt') within(['response'], 'needs the keys of an issuer')
  }
}

function checkIntrospect(options: JsonObject, environment: Environment, report: Report): void {
  const { clientSecret, privateKey, authentication, audienceOptional, clientIds } = options
  const needsKey = authentication === 'private_key_jwt'
  const isKeyed = authentication === undefined ? privateKey !== undefined : needsKey
  if (isKeyed ? clientSecret || !privateKey : privateKey || !clientSecret) {
    report([], 'must have `clientSecret`, or `privateKey` for private_key_jwt, and not both')
  }
  checkSecret([options, 'clientSecret'], environment, report)
  checkSecret([options, 'privateKey'], environment, report, KEY)
  if (Boolean(audienceOptional) !== Boolean(clientIds)) {
    report(['clientIds'], 'is required with `audienceOptional: true`, and only then allowed')
  }
}

const KEY: SecretKind = {
  faultsOf: (value) => (isPrivateKey(value) ? [] : ['must be a private JWK: RSA, EC or OKP']),
}

function isPrivateKey(value: unknown): boolean {
  const key = typeof value === 'string' ? parseJson(value) : undefined
  return isObject(key) && key['kty'] !== 'oct' && typeof key['d'] === 'string'
}
