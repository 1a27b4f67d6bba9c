/**
 * The shape of a configuration (valibot). What one member may hold is said here; what two members
 * mean together is said in `check.ts`. The same schema is published as JSON Schema.
 */
import * as v from 'valibot'
import { isAllowedJwksUri, isIssuerUrl } from '../endpoint.ts'
import { isFilledText, isObject, isText } from '../json.ts'
import {
  CLOCK_TOLERANCE_MAX_SECONDS,
  KEYS_COOLDOWN_MAX_SECONDS,
  KEYS_FRESH_MAX_SECONDS,
  KEYS_STALE_MAX_SECONDS,
  TOKEN_BYTES_CEILING,
  USERINFO_MAX_SECONDS,
  USERINFO_MIN_SECONDS,
  VERDICT_MAX_SECONDS,
} from '../limits.ts'
import type { Config } from './types.ts'

const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'HS256',
  'HS384',
  'HS512',
] as const

type Schema = v.GenericSchema

const leaf = <T>(isRight: (input: unknown) => boolean, kind: string) =>
  v.custom<T>(isRight, `must be ${kind}`)

/** Unlike valibot's strict object, this names every unknown member at once. */
const object = <const T extends v.ObjectEntries>(entries: T, message = 'must be an object') =>
  v.objectWithRest(entries, nothing, message)
/** Never ignored: a rule that is not built yet would be a rule that nobody checks. */
export const UNKNOWN = 'is not supported yet, or misspelt; correct or remove it'
const nothing = v.custom<never>(() => false, UNKNOWN)
/** Any names, one kind of value. */
const map = <T extends Schema>(value: T) => v.objectWithRest({}, value, 'must be an object')
const maybe = <T extends Schema>(schema: T) => v.exactOptional(schema)
/** Told apart by what was written, so that a fault is the fault of the form that was meant. */
const either = <A extends Schema, B extends Schema>(
  isFirst: (input: unknown) => boolean,
  first: A,
  second: B,
) => v.lazy<A | B>((input) => (isFirst(input) ? first : second))
const list = <T extends Schema>(item: T) =>
  v.pipe(v.array(item, 'must be a list'), v.nonEmpty('must not be empty'))
const oneOrMore = <T extends Schema>(item: T) => either(Array.isArray, list(item), item)

const text = leaf<string>(isFilledText, 'text')
const boolean = leaf<boolean>((input) => typeof input === 'boolean', 'true or false')
const matching = (pattern: RegExp, kind: string) =>
  leaf<string>((input) => isText(input) && pattern.test(input), kind)
/** RFC 9110 §5.6.2. */
const token = matching(/^[!#$%&'*+.^`|~\w-]+$/, 'letters, digits, dashes')
/** RFC 6749 §3.3; in one text, several are divided by spaces. */
const scope = matching(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'a scope name')
const scopes = matching(/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'scope names')
const realm = matching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, 'ASCII without quotes')
const between = (least: number, most: number) =>
  leaf<number>(
    (input) => typeof input === 'number' && input >= least && input <= most,
    `${least} to ${most}`,
  )
const lifetime = between(1, 3_155_760_000)
const audience = leaf<string>(isFilledText, 'your API identifier')

const secret = object({ env: text }, "must be { env: 'NAME' }: a secret is never written here")
const endpoint = leaf<string>(isAllowedJwksUri, 'an https URL on a public host')
const verdictSeconds = between(0, VERDICT_MAX_SECONDS)
const callsPerSecond = between(1, 10_000)
const introspection = {
  clientId: text,
  clientSecret: maybe(secret),
  privateKey: maybe(secret),
  authentication: maybe(
    v.picklist(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  ),
  response: maybe(v.picklist(['json', 'jwt'])),
  audienceOptional: maybe(boolean),
  clientIds: maybe(list(text)),
  cacheSeconds: maybe(verdictSeconds),
  callsPerSecond: maybe(callsPerSecond),
}
const userinfoPace = {
  cacheSeconds: maybe(between(USERINFO_MIN_SECONDS, USERINFO_MAX_SECONDS)),
  callsPerSecond: maybe(callsPerSecond),
}
const opaque = either(
  isText,
  v.literal('reject'),
  either(
    (input) => isObject(input) && 'userinfo' in input,
    object({ userinfo: object(userinfoPace) }),
    object({ introspect: object({ endpoint: maybe(endpoint), ...introspection }) }),
  ),
)

const provider = {
  endpoint: maybe(endpoint),
  cacheSeconds: maybe(verdictSeconds),
  callsPerSecond: maybe(callsPerSecond),
}
/** No URL: the name of a provider must never be an issuer. */
const providerName = matching(/^[a-z][\w-]*$/i, 'letters, digits, dashes')
/** Those whose tokens have a look of their own, by name. */
const NAMED = {
  facebook: object({
    provider: v.literal('facebook'),
    appIds: list(text),
    appAccessToken: secret,
    ...provider,
  }),
  google: object({ provider: v.literal('google'), clientIds: list(text), ...provider }),
  github: object({
    provider: v.literal('github'),
    clientId: text,
    clientSecret: secret,
    ...provider,
  }),
}
const byUserinfo = object({
  provider: providerName,
  userinfo: object({ endpoint, clientClaim: text, ...userinfoPace }),
  clientIds: list(text),
})
const byIntrospection = object({
  provider: providerName,
  introspect: object({ endpoint, ...introspection }),
  clientIds: list(text),
})
type Providers = (typeof NAMED)[keyof typeof NAMED] | typeof byUserinfo | typeof byIntrospection
const identityProvider = v.lazy<Providers>((input) => {
  if (!isObject(input)) return byIntrospection
  const { provider: name } = input
  if (name === 'facebook' || name === 'google' || name === 'github') return NAMED[name]
  return 'userinfo' in input ? byUserinfo : byIntrospection
})

const issuer = object({
  issuer: leaf<string>(isIssuerUrl, 'an https URL (http on a loopback host only)'),
  audience: oneOrMore(audience),
  profile: maybe(v.picklist(['auto', 'auth0', 'rfc9068'])),
  algorithms: maybe(list(v.picklist(ALGORITHMS))),
  jwksUri: maybe(endpoint),
  secret: maybe(secret),
  decryptionKeys: maybe(secret),
  encryption: maybe(v.picklist(['required'])),
  maxLifetimeSeconds: maybe(lifetime),
  strictAudience: maybe(boolean),
  opaque: maybe(opaque),
  claims: maybe(object({ scope: maybe(text), permissions: maybe(text) })),
})

const claimValue = leaf<string | number | boolean>(
  (input) => /^(?:string|number|boolean)$/.test(typeof input),
  'text, a number, true or false',
)

const routePolicy = object(
  {
    scopes: maybe(either(isText, scopes, list(scope))),
    anyScope: maybe(list(scope)),
    permissions: maybe(oneOrMore(text)),
    anyPermission: maybe(list(text)),
    principal: maybe(oneOrMore(v.picklist(['user', 'machine', 'agent']))),
    organizations: maybe(list(text)),
    clients: maybe(list(text)),
    claims: maybe(map(oneOrMore(claimValue))),
    bind: maybe(map(text)),
    bindBypassScope: maybe(scope),
    hideExistence: maybe(boolean),
    maxLifetimeSeconds: maybe(lifetime),
    maxAgeSeconds: maybe(lifetime),
    accept: maybe(list(v.picklist(['jwt', 'introspected', 'userinfo', 'identity-provider']))),
    userinfo: maybe(v.picklist(['optional', 'required'])),
    verdictSeconds: maybe(verdictSeconds),
    delegation: maybe(
      either(isText, v.picklist(['allow', 'forbid']), object({ actors: list(text) })),
    ),
  },
  "must be 'public', 'authenticated' or a rule",
)

/** A proof that is asked for and not built yet would be a proof that nobody checks. */
const off = either(
  (input) => isObject(input) && input['mode'] === 'off',
  object({ mode: v.literal('off') }),
  nothing,
)

export const configSchema = object(
  {
    $schema: maybe(text),
    issuers: list(issuer),
    routes: maybe(map(either(isText, v.picklist(['public', 'authenticated']), routePolicy))),
    otherwise: maybe(v.picklist(['deny', 'authenticated'])),
    clockToleranceSeconds: maybe(between(0, CLOCK_TOLERANCE_MAX_SECONDS)),
    maxTokenBytes: maybe(between(256, TOKEN_BYTES_CEILING)),
    realm: maybe(realm),
    hints: maybe(v.picklist(['none', 'full'])),
    log: maybe(v.picklist(['all', 'denied', 'none'])),
    forwardToken: maybe(boolean),
    keys: maybe(
      object({
        freshSeconds: maybe(between(1, KEYS_FRESH_MAX_SECONDS)),
        staleSeconds: maybe(between(0, KEYS_STALE_MAX_SECONDS)),
        cooldownSeconds: maybe(between(0, KEYS_COOLDOWN_MAX_SECONDS)),
        storeSecret: maybe(secret),
      }),
    ),
    cookie: maybe(token),
    webSocket: maybe(object({ query: maybe(text), subprotocol: maybe(token) })),
    dpop: maybe(off),
    mtls: maybe(off),
    identityProviders: maybe(list(identityProvider)),
    verdictSecret: maybe(secret),
    apiGateway: maybe(
      object({
        httpApiResponse: maybe(v.picklist(['simple', 'iam'])),
        policy: maybe(v.picklist(['api', 'request'])),
        expiryCondition: maybe(boolean),
        usageIdentifierClaim: maybe(text),
      }),
    ),
  },
  'must be an object, or its JSON with no member twice',
)

/** The schema and the documented type cannot drift apart: a difference does not compile. */
export type SchemaAgrees = Documented<v.InferOutput<typeof configSchema>>
type Documented<Accepted extends Config> = Accepted
