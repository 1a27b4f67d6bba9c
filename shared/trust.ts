/** Whom the configuration trusts, compiled once: each issuer with its own keys. */
import { encodeUtf8 } from './bytes.ts'
import type { Config, IssuerConfig } from './config/types.ts'
import { startTimer } from './deadline.ts'
import { fetchHttp } from './http.ts'
import { createKeyResolver } from './keys/resolver.ts'
import { createTiers } from './keys/tiers.ts'
import { KEYS_COOLDOWN_SECONDS, KEYS_STALE_SECONDS, TOKEN_LIFETIME_SECONDS } from './limits.ts'
import type { KeysEvent } from './observe.ts'
import type { Environment, FindKeys, Ports } from './ports.ts'
import { ok } from './reasons.ts'
import { createHeaderCache } from './token/header.ts'
import type { TrustedIssuer } from './token/issuer.ts'
import type { Trust } from './token/jwt.ts'

export function createTrust(config: Config, ports: Ports): Trust {
  const issuers = new Map<string, TrustedIssuer>()
  const algorithms = new Set<string>()
  for (const entry of config.issuers) {
    const issuer = trustIssuer(entry, config, ports)
    issuers.set(issuer.issuer, issuer)
    for (const algorithm of issuer.algorithms) algorithms.add(algorithm)
  }
  return { issuers, algorithms, headers: createHeaderCache() }
}

function trustIssuer(entry: IssuerConfig, config: Config, ports: Ports): TrustedIssuer {
  const { audience, profile = 'auto' } = entry
  return {
    issuer: entry.issuer,
    audiences: new Set(typeof audience === 'string' ? [audience] : audience),
    strictAudience: entry.strictAudience ?? false,
    profile: profile === 'auto' ? null : profile,
    algorithms: new Set(entry.algorithms ?? ['RS256']),
    maxLifetimeSeconds: entry.maxLifetimeSeconds ?? TOKEN_LIFETIME_SECONDS,
    scopeClaim: entry.claims?.scope ?? 'scope',
    permissionsClaim: entry.claims?.permissions ?? 'permissions',
    managementAudience: `${new URL(entry.issuer).origin}/api/v2/`,
    findKeys: entry.secret
      ? secretKeys(entry.secret.env, ports.environment ?? {})
      : publishedKeys(entry, config, ports),
  }
}

/** An HS256 issuer's key is the secret's UTF-8 bytes, imported once per algorithm. */
function secretKeys(name: string, environment: Environment): FindKeys {
  const secret = encodeUtf8(String(environment[name]))
  const imported = new Map<string, CryptoKey>()
  return async ({ alg }) => {
    const hmac = { name: 'HMAC', hash: `SHA-${alg.slice(2)}` }
    const key =
      imported.get(alg) ?? (await crypto.subtle.importKey('raw', secret, hmac, false, ['verify']))
    imported.set(alg, key)
    return ok({ keys: [key], tier: 'secret' })
  }
}

function publishedKeys(entry: IssuerConfig, { keys = {} }: Config, ports: Ports): FindKeys {
  const { timer = startTimer, stores = [], http = fetchHttp, observe } = ports
  const { staleSeconds = KEYS_STALE_SECONDS, cooldownSeconds = KEYS_COOLDOWN_SECONDS } = keys
  const { issuer, jwksUri = null } = entry
  const source = { issuer, jwksUri, freshSeconds: keys.freshSeconds ?? null, http }
  const tell = (outcome: KeysEvent['outcome'], detail: string) =>
    observe?.({ event: 'keys', issuer, outcome, detail })
  const tiers = createTiers({
    source,
    stores,
    staleSeconds,
    timer,
    onFailure: (store) => tell('store_failed', store),
  })
  return createKeyResolver({
    source,
    tiers,
    staleSeconds,
    cooldownSeconds,
    timer,
    sharesPromises: ports.sharesPromises ?? true,
    onAnswer: (fault) => (fault === null ? tell('refreshed', '') : tell('failed', fault)),
  })
}
