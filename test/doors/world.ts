import type { Config, Issuer, RoutePolicy } from '../../shared/index.ts'
import { privateJwk, writeKeySet } from '../support/jwe.ts'
import { createKey, type TestKey } from '../support/keys.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import { createSigner, type Signer } from '../support/signer.ts'
import { scriptOpaque, trustOpaque } from './opaque.ts'

/** The issuers of the cases, each a server of its own, and the configurations that trust them. */
export interface World {
  /** The commonest; its key set holds every sort of key that may not be used, too. */
  readonly main: ScriptedIssuer
  /** Publishes another key under the `kid` of the first one. */
  readonly twin: ScriptedIssuer
  /** Publishes exactly one key that verifies RS256. */
  readonly solo: ScriptedIssuer
  /** Signs with everything but RS256. */
  readonly curves: ScriptedIssuer
  /** Publishes keys without `alg`. */
  readonly silent: ScriptedIssuer
  readonly auth0: ScriptedIssuer
  readonly rfc9068: ScriptedIssuer
  /** `strictAudience`, an hour to live at most, claims under names of its own. */
  readonly strict: ScriptedIssuer
  /** Its `iss` has a path and no slash at the end. */
  readonly tenant: ScriptedIssuer
  /** Answers 500 to everything. */
  readonly down: ScriptedIssuer
  /** Trusted by the `cold` configuration, in which no case ever needs a key. */
  readonly cold: ScriptedIssuer
  /** Reads its opaque tokens; providers of identities answer at its side. */
  readonly opaque: ScriptedIssuer
  /** In no configuration. */
  readonly unlisted: ScriptedIssuer
  /** Signs with a secret; has no server. */
  readonly secret: Signer & { readonly issuer: string }
  readonly settings: Readonly<Record<SettingName, Setting>>
  /** Requests to any of the issuers so far. */
  countRequests(): number
  close(): Promise<unknown>
}

/** A configuration, and what is in the environment beside it. */
export interface Setting {
  readonly config: Config
  readonly environment: Readonly<Record<string, string>>
}

export type SettingName =
  | 'main'
  | 'encrypted'
  | 'opaque'
  | 'rules'
  | 'cold'
  | 'exact'
  | 'cookie'
  | 'handshake'
  | 'ticket'
  | 'small'
  | 'routeless'
  | 'otherwise'

export const AUDIENCE = 'https://api.example.com'
export const SECRET = 'an HMAC key of at least sixty-four bytes, as HS512 would like to have it'
const SECRET_ISSUER = 'https://hs.example.com/'

const isServer = (value: object): value is ScriptedIssuer => 'requests' in value

export async function createWorld(): Promise<World> {
  const start = (keys: TestKey[], path = '/') => startScriptedIssuer({ keys, path })
  const issuers = {
    main: await start(mainKeys()),
    twin: await start([createKey('RS256', { nth: 3, kid: 'rs256-0' })]),
    solo: await start([
      createKey(),
      createKey('RS256', { nth: 1, jwk: { use: 'enc' } }),
      createKey('RS256', { nth: 2, jwk: { kty: 'OKP' } }),
    ]),
    curves: await start(ALGORITHMS.map((alg) => createKey(alg))),
    silent: await start([createKey('RS256', { jwk: { alg: undefined } })]),
    auth0: await start([createKey()]),
    rfc9068: await start([createKey()]),
    strict: await start([createKey()]),
    tenant: await start([createKey()], '/tenant'),
    down: await start([createKey()]),
    cold: await start([createKey()]),
    opaque: await start([createKey()]),
    unlisted: await start([createKey()]),
    secret: { issuer: SECRET_ISSUER, ...createSigner({ issuer: SECRET_ISSUER }) },
  }
  issuers.down.answer('discovery', { status: 500 })
  scriptOpaque(issuers.opaque)
  const servers = Object.values(issuers).filter(isServer)
  return {
    ...issuers,
    settings: createSettings(issuers),
    countRequests: () => servers.reduce((sum, { requests }) => sum + requests.log.length, 0),
    close: () => Promise.all(servers.map((server) => server.close())),
  }
}

/** What the issuer `curves` may sign with. */
export const ALGORITHMS = [
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'RS384',
  'RS512',
] as const

/** Bytes of a modulus that nobody has factors of: a key too large is refused before it is used. */
const HUGE_MODULUS = Buffer.alloc(1025, 0xff).toString('base64url')

const mainKeys = (): TestKey[] => [
  createKey(),
  createKey('RS256', { nth: 1, kid: 'silent', jwk: { alg: undefined, use: undefined } }),
  createKey('RS256', { kid: 'for-encryption', jwk: { use: 'enc' } }),
  createKey('RS256', { kid: 'signs-only', jwk: { use: undefined, key_ops: ['sign'] } }),
  createKey('RS256', { kid: 'verifies', jwk: { use: undefined, key_ops: ['verify'] } }),
  createKey('RS256', { kid: 'verifies-too', jwk: { key_ops: ['sign', 'verify'] } }),
  createKey('RS256', { kid: 'no-operations', jwk: { key_ops: 'verify' } }),
  createKey('RS256', { kid: 'use-null', jwk: { use: null } }),
  createKey('RS256', { kid: 'alg-null', jwk: { alg: null } }),
  createKey('RS256', { kid: 'private-too', jwk: { priv: '' } }),
  createKey('RS256', { kid: 'weak', bits: 1024 }),
  createKey('RS256', { kid: 'huge', jwk: { n: HUGE_MODULUS } }),
  createKey('RS256', { kid: 'exponent-3', exponent: 3 }),
  createKey('RS256', { kid: 'exponent-even', jwk: { e: 'AQAA' } }),
  createKey('RS256', { kid: 'private', jwk: { d: 'AQAB' } }),
  createKey('RS256', { kid: 'for-rs512', jwk: { alg: 'RS512' } }),
  createKey('RS256', { kid: 'symmetric', jwk: { kty: 'oct', k: 'AQAB' } }),
  createKey('ES256', { kid: 'curve' }),
  createKey('ES256K', { kid: 'unknown-curve' }),
  createKey('ES256', { kid: 'shared' }),
  createKey('RS256', { nth: 1, kid: 'shared' }),
  createKey('RS256', { nth: 2, kid: 'shared' }),
  createKey('RS256', { nth: 3, kid: 'shared' }),
  // The fourth that fits: no more than three are tried.
  createKey('RS256', { nth: 4, kid: 'shared' }),
]

type Issuers = Pick<World, 'secret' | 'cold'> & Readonly<Record<ServedName, ScriptedIssuer>>
type ServedName =
  | 'main'
  | 'twin'
  | 'solo'
  | 'curves'
  | 'silent'
  | 'auth0'
  | 'rfc9068'
  | 'strict'
  | 'tenant'
  | 'down'
  | 'opaque'

/** Wherever a case says nothing else, `GET /a` is asked for, which needs `read:a`. */
const ROUTES: Readonly<Record<string, RoutePolicy | 'public' | 'authenticated'>> = {
  'GET /a': { scopes: 'read:a' },
  'POST /a': { scopes: 'read:a' },
  'GET /open': 'public',
  'GET /me': 'authenticated',
  'GET /bank': { scopes: 'read:a', maxLifetimeSeconds: 900 },
  'GET /fresh': { scopes: 'read:a', maxAgeSeconds: 900 },
}

const RULES: typeof ROUTES = {
  'GET /a': { scopes: 'read:a' },
  'GET /ab': { scopes: ['read:a', 'read:b'] },
  'GET /text': { scopes: 'read:a read:b' },
  'GET /either': { anyScope: ['read:x', 'read:a'] },
  'GET /neither': { anyScope: ['read:x', 'read:y'] },
  'GET /permission': { permissions: 'read:a' },
  'GET /any-permission': { anyPermission: ['read:x', 'read:a'] },
  'GET /both': { scopes: 'read:a', permissions: 'read:a' },
  'GET /for-users': { principal: 'user' },
  'GET /for-machines': { principal: 'machine' },
  'GET /for-agents': { principal: ['agent', 'machine'] },
  'GET /organization': { organizations: ['org_1', 'Acme'] },
  'GET /client': { clients: ['client-1'] },
  'GET /tier': { claims: { 'https://example.com/tier': ['gold', 'silver'], level: 3 } },
  'GET /in-person': { delegation: 'forbid' },
  'GET /delegates': { delegation: { actors: ['agt_1'] } },
  'GET /users/{id}': { bind: { id: 'sub' } },
  'GET /hidden/{id}': { bind: { id: 'sub' }, hideExistence: true },
  'GET /support/{id}': { bind: { id: 'sub' }, bindBypassScope: 'support' },
  'GET /orgs/{org}/a': { bind: { org: 'org_id' } },
  '* /any': { scopes: 'read:a' },
  'HEAD /headless': { scopes: 'read:head' },
  'GET /headless': { scopes: 'read:a' },
  'GET /trees/{rest+}': { scopes: 'read:a' },
  'GET /trees/{name}': { scopes: 'read:b' },
  'GET /trees/oak': 'public',
  'OPTIONS /cors': 'public',
  'OPTIONS /guarded': { scopes: 'read:a' },
}

function createSettings(issuers: Issuers): World['settings'] {
  const base: Config = {
    issuers: [trust(issuers.main)],
    routes: ROUTES,
    hints: 'full',
    log: 'all',
  }
  const set = (config: Partial<Config>): Setting => ({
    config: { ...base, ...config },
    environment: { HS_SECRET: SECRET },
  })
  return {
    main: set({ issuers: allIssuers(issuers) }),
    encrypted: createEncryptedSetting(base, issuers),
    opaque: {
      config: { ...base, ...trustOpaque(issuers.opaque) },
      environment: { API_SECRET: 'secret of the API' },
    },
    rules: set({ routes: RULES }),
    cold: set({ issuers: [trust(issuers.cold)] }),
    exact: set({ clockToleranceSeconds: 0 }),
    cookie: set({ cookie: 'session' }),
    handshake: set({ webSocket: { query: 'access_token', subprotocol: 'bearer' } }),
    ticket: set({ webSocket: { query: 'ticket' } }),
    small: set({ maxTokenBytes: 1024 }),
    routeless: { config: { issuers: base.issuers, hints: 'full', log: 'all' }, environment: {} },
    otherwise: set({ routes: { 'GET /a': { scopes: 'read:x' } }, otherwise: 'authenticated' }),
  }
}

/** Keys of the APIs' own: `shared` opens for `main` and `solo`, `sealed` for `auth0`, which takes nothing in the clear. */
export const ENCRYPTION_KEYS = {
  shared: createKey('RSA-OAEP-256', { nth: 5, kid: 'enc-1' }),
  any: createKey('RSA-OAEP-256', { nth: 6, kid: 'enc-any' }),
  sealed: createKey('RSA-OAEP-512', { nth: 7, kid: 'enc-2' }),
}

function createEncryptedSetting(base: Config, issuers: Issuers): Setting {
  const { shared, any, sealed } = ENCRYPTION_KEYS
  const decryptionKeys = { env: 'JWE_KEYS' }
  return {
    config: {
      ...base,
      issuers: [
        trust(issuers.main, { decryptionKeys }),
        trust(issuers.solo, { decryptionKeys }),
        trust(issuers.auth0, { decryptionKeys: { env: 'SEALED_KEYS' }, encryption: 'required' }),
        trust(issuers.rfc9068),
      ],
    },
    environment: {
      JWE_KEYS: writeKeySet(
        privateJwk(shared, { kid: shared.kid, alg: shared.alg, use: 'enc' }),
        privateJwk(any, { kid: any.kid, key_ops: ['decrypt'] }),
      ),
      SEALED_KEYS: writeKeySet(privateJwk(sealed, { kid: sealed.kid, alg: sealed.alg })),
    },
  }
}

const trust = ({ issuer }: { readonly issuer: string }, more: Partial<Issuer> = {}): Issuer => ({
  issuer,
  audience: AUDIENCE,
  ...more,
})

const allIssuers = (issuers: Issuers): readonly Issuer[] => [
  trust(issuers.main),
  trust(issuers.twin),
  trust(issuers.solo),
  trust(issuers.curves, { algorithms: ALGORITHMS }),
  trust(issuers.silent, { algorithms: ['RS256', 'PS256'] }),
  trust(issuers.auth0, { profile: 'auth0' }),
  trust(issuers.rfc9068, { profile: 'rfc9068' }),
  trust(issuers.strict, {
    audience: [AUDIENCE, 'urn:second'],
    strictAudience: true,
    maxLifetimeSeconds: 3600,
    claims: {
      scope: 'https://example.com/scope',
      permissions: 'https://example.com/permissions',
    },
  }),
  trust(issuers.tenant),
  trust(issuers.down),
  trust(issuers.secret, {
    algorithms: ['HS256', 'HS384', 'HS512'],
    secret: { env: 'HS_SECRET' },
  }),
]
