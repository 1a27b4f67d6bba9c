/** Whom the configuration trusts, compiled once: each issuer with its own keys. */
import { encodeUtf8 } from './bytes.ts'
import type { Config, IssuerConfig } from './config/types.ts'
import { startTimer } from './deadline.ts'
import { createKeyResolver } from './keys/resolver.ts'
import { createTiers } from './keys/tiers.ts'
import { KEYS_COOLDOWN_SECONDS, KEYS_STALE_SECONDS, TOKEN_LIFETIME_SECONDS } from './limits.ts'
import type { EnginePorts, FindKeys } from './ports.ts'
import { ok } from './reasons.ts'
import { claimShapes } from './token/claims.ts'
import type { TrustedIssuer } from './token/issuer.ts'
import type { Trust } from './token/jwt.ts'

export function createTrust(config: Config, ports: EnginePorts): Trust {
  const trusted = config.issuers.map((entry) => trustIssuer(entry, config, ports))
  return {
    issuers: new Map(trusted.map((issuer) => [issuer.issuer, issuer])),
    algorithms: trusted.flatMap(({ algorithms }) => algorithms),
    headers: new Map(),
  }
}

function trustIssuer(entry: IssuerConfig, config: Config, ports: EnginePorts): TrustedIssuer {
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
      ? secretKeys(String(ports.environment?.[secret.env]))
      : publishedKeys(entry, config, ports),
  }
}

/** The key of an HS issuer is the secret's UTF-8 bytes. */
function secretKeys(secret: string): FindKeys {
  const k = btoa(String.fromCharCode(...encodeUtf8(secret)))
  const key = { kty: 'oct', k: k.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') }
  return async () => ok({ keys: [key], tier: 'secret' })
}

const publishedKeys = (
  { issuer, jwksUri }: IssuerConfig,
  { keys: { storeSecret, ...keys } = {} }: Config,
  {
    timer = startTimer,
    stores = [],
    http,
    sharesPromises = true,
    environment,
    observe,
  }: EnginePorts,
): FindKeys => {
  const options = {
    issuer,
    jwksUri,
    http,
    timer,
    sharesPromises,
    staleSeconds: KEYS_STALE_SECONDS,
    cooldownSeconds: KEYS_COOLDOWN_SECONDS,
    ...keys,
    storeSecret: storeSecret && String(environment?.[storeSecret.env]),
    tell: (outcome: 'refreshed' | 'failed' | 'store_failed', detail = '') =>
      observe?.({ event: 'keys', issuer, outcome, detail }),
  }
  return createKeyResolver(options, createTiers(options, stores))
}
