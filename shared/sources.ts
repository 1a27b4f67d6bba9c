/** Whom the configuration asks about opaque tokens, compiled once (§3, §4). */
import { secretOf } from './config/secret.ts'
import type { Config, IdentityProvider, Introspect, Issuer } from './config/types.ts'
import { parseJson } from './json.ts'
import { discover } from './keys/issuer.ts'
import {
  TOKEN_LIFETIME_SECONDS,
  USERINFO_SECONDS,
  VERDICT_BYTES,
  VERDICT_ENTRIES,
  VERDICT_MAX_SECONDS,
  VERDICT_SECONDS,
} from './limits.ts'
import type { OpaqueEvent } from './observe.ts'
import { clientOf, readActive } from './opaque/active.ts'
import type { ActiveRules } from './opaque/active.ts'
import type { Credentials } from './opaque/client.ts'
import { askGenericUserinfo, readPerson } from './opaque/generic.ts'
import { createInquiry } from './opaque/inquiry.ts'
import { createIntrospection } from './opaque/introspection.ts'
import { locateAt, locateBy } from './opaque/location.ts'
import { askProvider, facebook, github, google } from './opaque/providers.ts'
import { createResolver } from './opaque/resolver.ts'
import type { Desk, ReadOpaque } from './opaque/resolver.ts'
import { createShared } from './opaque/shared.ts'
import type { Ask, Source } from './opaque/source.ts'
import { createUserinfo } from './opaque/userinfo.ts'
import type { Environment, SettledPorts } from './ports.ts'
import { readClaims } from './token/claims.ts'
import type { TrustedIssuer } from './token/issuer.ts'
import type { Trust } from './token/jwt.ts'
import { checkKind } from './token/kind.ts'
import { verifySignature } from './token/signature.ts'

export interface Sources {
  readonly readOpaque: ReadOpaque
  /** `/userinfo` of each issuer, where some route or the issuer's opaque tokens need it. */
  readonly userinfo: ReadonlyMap<string, Desk>
}

export function createSources(config: Config, trust: Trust, ports: SettledPorts): Sources {
  const { issuers, identityProviders = [], routes = {} } = config
  const isEnriched = Object.values(routes).some(
    (policy) => typeof policy === 'object' && policy.userinfo,
  )
  const needsUserinfo = issuers.filter((entry) => isEnriched || userinfoOf(entry))
  const introspected = issuers.filter(introspectOf)
  const count = needsUserinfo.length + introspected.length + identityProviders.length
  const open = createOpener(config, ports, count)
  const userinfo = new Map(
    needsUserinfo.map((entry) => [entry.issuer, openUserinfo(entry, ports, open)] as const),
  )
  const desks = issuers.flatMap((entry) => {
    const trusted = trust.issuers.get(entry.issuer)
    const asked = introspectOf(entry)
    if (asked && trusted) return openIntrospection(entry, asked, { trusted, ports, open })
    return userinfoOf(entry) ? (userinfo.get(entry.issuer) ?? []) : []
  })
  const providers = identityProviders.map((entry) => openProvider(entry, ports, open))
  const named = providers.filter(({ fits }) => fits)
  const others = providers.filter(({ fits }) => !fits)
  const fits = (token: string) => !named.some((desk) => desk.fits?.(token))
  return {
    // Providers that know their tokens by a prefix come first, and no other provider sees those.
    readOpaque: createResolver([...named, ...desks, ...others.map((desk) => ({ ...desk, fits }))]),
    userinfo,
  }
}

const introspectOf = ({ opaque }: Issuer): Introspect | undefined =>
  typeof opaque === 'object' && 'introspect' in opaque ? opaque.introspect : undefined

const userinfoOf = ({ opaque }: Issuer) =>
  typeof opaque === 'object' && 'userinfo' in opaque ? opaque.userinfo : undefined

/** `entry`: of the configuration, which a verdict depends on. */
type Open = (source: Source, callsPerSecond: number | undefined, entry: object) => Desk

/** What is remembered is bounded for all sources together. */
function createOpener({ verdictSecret }: Config, ports: SettledPorts, count: number): Open {
  const { timer, stores, sharesPromises, observe, environment } = ports
  const bounds = { entries: Math.ceil(VERDICT_ENTRIES / count), bytes: VERDICT_BYTES / count }
  return (source, callsPerSecond, entry) => {
    const { issuer } = source
    const tell = (outcome: OpaqueEvent['outcome'], detail: string) =>
      observe?.({ event: 'opaque', issuer, outcome, detail })
    const shared =
      verdictSecret && stores.length > 0
        ? createShared({
            stores,
            secret: secretOf(environment, verdictSecret),
            issuer,
            configuration: JSON.stringify([source.kind, entry]),
            timer,
            tell: (fault) => tell('store_failed', fault),
          })
        : undefined
    const options = { bounds, callsPerSecond, timer, sharesPromises, shared, tell }
    return { ...source, inquire: createInquiry(source, options) }
  }
}

function credentialsOf(
  { clientId, clientSecret, privateKey, authentication }: Introspect,
  environment: Environment,
): Credentials {
  const key = privateKey && parseJson(secretOf(environment, privateKey))
  return {
    clientId,
    authentication: authentication ?? (key ? 'private_key_jwt' : 'client_secret_basic'),
    ...(clientSecret && { secret: secretOf(environment, clientSecret) }),
    ...(key ? { privateKey: key } : {}),
  }
}

interface Surroundings {
  readonly trusted: TrustedIssuer
  readonly ports: SettledPorts
  readonly open: Open
}

function openIntrospection(
  entry: Issuer,
  asked: Introspect,
  { trusted, ports, open }: Surroundings,
): Desk {
  const { http, environment } = ports
  const { issuer, maxLifetimeSeconds } = entry
  const { endpoint, cacheSeconds = VERDICT_SECONDS, audienceOptional, clientIds = [] } = asked
  const rules: ActiveRules = {
    issuer,
    maxLifetimeSeconds,
    defaultLifetimeSeconds: TOKEN_LIFETIME_SECONDS,
    excusedClients: audienceOptional ? clientIds : [],
    readClaims: (claims) => readClaims(claims, 'auth0', trusted),
    checkKind: (identity) => checkKind(identity, trusted),
  }
  const { algorithms, findKeys } = trusted
  const ask = createIntrospection({
    http,
    locate: endpoint
      ? locateAt(endpoint)
      : locateBy(() => discover(issuer, http, 'introspection_endpoint')),
    credentials: credentialsOf(asked, environment),
    audience: issuer,
    signatory: { issuer, algorithms, findKeys, verify: verifySignature },
    requiresSigned: asked.response === 'jwt',
    cacheSeconds,
    readActive: (claims, now, heldUntil) => readActive(claims, rules, now, heldUntil),
  })
  const code = 'introspection_unavailable'
  return open({ kind: 'introspected', issuer, ask, code }, asked.callsPerSecond, entry)
}

function openUserinfo(entry: Issuer, { http }: SettledPorts, open: Open): Desk {
  const { issuer, maxLifetimeSeconds } = entry
  const { cacheSeconds = USERINFO_SECONDS, callsPerSecond } = userinfoOf(entry) ?? {}
  const locate = locateBy(() => discover(issuer, http, 'userinfo_endpoint'))
  const ask = createUserinfo({ http, issuer, locate, cacheSeconds, maxLifetimeSeconds })
  const code = 'userinfo_unavailable'
  return open({ kind: 'userinfo', issuer, ask, code }, callsPerSecond, entry)
}

function openProvider(entry: IdentityProvider, ports: SettledPorts, open: Open): Desk {
  const { ask, fits, callsPerSecond } = askAbout(entry, ports)
  const source = { kind: 'identity-provider', issuer: entry.provider, fits, ask } as const
  return open({ ...source, code: 'introspection_unavailable' }, callsPerSecond, entry)
}

interface ProviderAsk {
  readonly ask: Ask
  readonly fits?: (token: string) => boolean
  readonly callsPerSecond: number | undefined
}

/** Told apart by what proves the app. */
function askAbout(entry: IdentityProvider, ports: SettledPorts): ProviderAsk {
  const { http, environment } = ports
  if ('introspect' in entry) return askIntrospecting(entry, ports)
  if ('userinfo' in entry) {
    const { userinfo, clientIds, provider: name } = entry
    const { callsPerSecond, cacheSeconds: seconds = VERDICT_SECONDS } = userinfo
    const cacheSeconds = Math.min(seconds, VERDICT_MAX_SECONDS)
    const ask = askGenericUserinfo({ ...userinfo, cacheSeconds, name, clientIds, http })
    return { ask, callsPerSecond }
  }
  const { cacheSeconds = VERDICT_SECONDS, callsPerSecond } = entry
  const named =
    'appIds' in entry
      ? facebook({ ...entry, appAccessToken: secretOf(environment, entry.appAccessToken) })
      : 'clientIds' in entry
        ? google(entry)
        : github({ ...entry, clientSecret: secretOf(environment, entry.clientSecret) })
  return { ask: askProvider(named, http, cacheSeconds), fits: named.fits, callsPerSecond }
}

type IntrospectingProvider = Extract<IdentityProvider, { readonly introspect: unknown }>

function askIntrospecting(
  { provider: name, introspect, clientIds }: IntrospectingProvider,
  { http, environment }: SettledPorts,
): ProviderAsk {
  const { endpoint, cacheSeconds = VERDICT_SECONDS, callsPerSecond } = introspect
  const ask = createIntrospection({
    http,
    locate: locateAt(endpoint),
    credentials: credentialsOf(introspect, environment),
    audience: endpoint,
    signatory: null,
    requiresSigned: false,
    cacheSeconds,
    readActive: (claims, now, heldUntil) =>
      readPerson(claims, clientOf(claims), { name, clientIds }, { now, heldUntil }),
  })
  return { ask, callsPerSecond }
}
