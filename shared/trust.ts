/** Whom the configuration trusts, compiled once: each issuer with its own keys. */
import { encodeBase64, encodeUtf8 } from './bytes.ts'
import { createTokenCache } from './cache.ts'
import { readDecryptionKeys } from './config/decryption.ts'
import { secretOf } from './config/secret.ts'
import type { Config, Issuer } from './config/types.ts'
import { own } from './json.ts'
import { createKeyResolver } from './keys/resolver.ts'
import { createTiers } from './keys/tiers.ts'
import {
  KEYS_COOLDOWN_SECONDS,
  KEYS_STALE_SECONDS,
  TOKEN_LIFETIME_SECONDS,
  VERIFIED_CACHE,
} from './limits.ts'
import type { KeysEvent } from './observe.ts'
import type { Environment, FindKeys, SettledPorts } from './ports.ts'
import { ok } from './reasons.ts'
import { claimShapes } from './token/claims.ts'
import type { TrustedIssuer } from './token/issuer.ts'
import type { DecryptionKey } from './token/jwe.ts'
import type { Trust } from './token/jwt.ts'

export function createTrust(config: Config, ports: SettledPorts): Trust {
  const trusted = config.issuers.map((entry) => trustIssuer(entry, config, ports))
  return {
    issuers: new Map(trusted.map((issuer) => [issuer.issuer, issuer])),
    algorithms: trusted.flatMap(({ algorithms }) => algorithms),
    headers: new Map(),
    verdicts: createTokenCache(VERIFIED_CACHE),
    decryptionKeys: gatherDecryptionKeys(trusted, ports.environment),
  }
}

/** One that several issuers have is one key, with several owners. */
function gatherDecryptionKeys(
  trusted: readonly TrustedIssuer[],
  environment: Environment,
): readonly DecryptionKey[] {
  const gathered = new Map<string, DecryptionKey>()
  for (const issuer of trusted) {
    const name = issuer.decryptionKeys?.env
    for (const found of name ? readDecryptionKeys(own(environment, name)) : []) {
      const id = JSON.stringify([found.kid, found.alg, found.key['n']])
      const known = gathered.get(id) ?? { ...found, owners: new Map() }
      known.owners.set(issuer.issuer, issuer)
      gathered.set(id, known)
    }
  }
  return [...gathered.values()]
}

function trustIssuer(entry: Issuer, config: Config, ports: SettledPorts): TrustedIssuer {
  const { issuer, audience, claims = {}, secret } = entry
  const { scope: scopeClaim = 'scope', permissions: permissionsClaim = 'permissions' } = claims
  return {
    algorithms: ['RS256'],
    maxLifetimeSeconds: TOKEN_LIFETIME_SECONDS,
    ...entry,
    audiences: [audience].flat(),
    scopeClaim,
    permissionsClaim,
    shapes: claimShapes(scopeClaim, permissionsClaim),
    managementAudience: `${new URL(issuer).origin}/api/v2/`,
    findKeys: secret
      ? secretKeys(secretOf(ports.environment, secret))
      : publishedKeys(entry, config, ports),
  }
}

/** The key of an HS issuer is the secret's UTF-8 bytes. */
function secretKeys(secret: string): FindKeys {
  const k = encodeBase64(encodeUtf8(secret))
  const key = { kty: 'oct', k: k.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') }
  return async () => ok({ keys: [key], tier: 'secret', holds: () => true })
}

const publishedKeys = (
  { issuer, jwksUri }: Issuer,
  { keys: { storeSecret, ...keys } = {} }: Config,
  { timer, stores, http, sharesPromises, freezes, environment, observe }: SettledPorts,
): FindKeys => {
  const options = {
    issuer,
    jwksUri,
    http,
    timer,
    sharesPromises,
    freezes,
    staleSeconds: KEYS_STALE_SECONDS,
    cooldownSeconds: KEYS_COOLDOWN_SECONDS,
    ...keys,
    storeSecret: storeSecret && secretOf(environment, storeSecret),
    tell: (outcome: KeysEvent['outcome'], detail = '') =>
      observe?.({ event: 'keys', issuer, outcome, detail }),
  }
  return createKeyResolver(options, createTiers(options, stores))
}
