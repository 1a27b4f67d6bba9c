/**
 * The shape of a configuration (valibot). What one member may hold is said here; what two members
 * mean together is said in `check.ts`. The same schema is published as JSON Schema.
 */
import * as v from 'valibot'
import {
  CLOCK_TOLERANCE_MAX_SECONDS,
  KEYS_COOLDOWN_MAX_SECONDS,
  KEYS_FRESH_MAX_SECONDS,
  KEYS_STALE_MAX_SECONDS,
  TOKEN_BYTES_CEILING,
} from '../limits.ts'
import type { Config } from './types.ts'

export const SYMMETRIC_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const
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
  ...SYMMETRIC_ALGORITHMS,
] as const

type Schema = v.GenericSchema
type Entries = v.ObjectEntries

/** Unlike valibot's strict object, this names every unknown member at once. */
const object = <const T extends Entries>(entries: T) => v.objectWithRest(entries, v.never())
/** Any names, one kind of value. */
const map = <T extends Schema>(value: T) => v.objectWithRest({}, value)
const maybe = <T extends Schema>(schema: T) => v.exactOptional(schema)
/** Told apart by what was written, so that a fault is the fault of the form that was meant. */
const either = <A extends Schema, B extends Schema>(
  isFirst: (input: unknown) => boolean,
  first: A,
  second: B,
) => v.lazy<A | B>((input) => (isFirst(input) ? first : second))

const isText = (input: unknown) => typeof input === 'string'
const filled = 'must not be empty'
const list = <T extends Schema>(item: T) => v.pipe(v.array(item), v.nonEmpty(filled))
const oneOrMore = <T extends Schema>(item: T) => either(Array.isArray, list(item), item)

const text = v.pipe(v.string(), v.nonEmpty(filled))
const flag = maybe(v.boolean())
const matching = (pattern: RegExp, kind: string) =>
  v.pipe(v.string(), v.regex(pattern, `must be ${kind}`))
/** RFC 9110 §5.6.2. */
const token = matching(/^[!#$%&'*+.^`|~\w-]+$/, 'letters, digits, dashes')
/** RFC 6749 §3.3; in one text, several are divided by spaces. */
const scope = matching(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'a scope name (RFC 6749 §3.3)')
const scopeText = matching(
  /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/,
  'scope names (RFC 6749 §3.3)',
)
const between = (least: number, most: number) => {
  const range = `must be ${least} to ${most}`
  return v.pipe(v.number(), v.minValue(least, range), v.maxValue(most, range))
}
const lifetime = between(1, 3_155_760_000)
const secret = object({ env: text })

const issuer = object({
  issuer: text,
  audience: oneOrMore(text),
  profile: maybe(v.picklist(['auto', 'auth0', 'rfc9068'])),
  algorithms: maybe(list(v.picklist(ALGORITHMS))),
  jwksUri: maybe(text),
  secret: maybe(secret),
  maxLifetimeSeconds: maybe(lifetime),
  strictAudience: flag,
  claims: maybe(object({ scope: maybe(text), permissions: maybe(text) })),
})

const claimValue = either(
  (input) => typeof input === 'boolean',
  v.boolean(),
  either(isText, v.string(), v.number()),
)

const routePolicy = object({
  scopes: maybe(either(isText, scopeText, list(scope))),
  anyScope: maybe(list(scope)),
  permissions: maybe(oneOrMore(text)),
  anyPermission: maybe(list(text)),
  principal: maybe(oneOrMore(v.picklist(['user', 'machine', 'agent']))),
  organizations: maybe(list(text)),
  clients: maybe(list(text)),
  claims: maybe(map(oneOrMore(claimValue))),
  bind: maybe(map(text)),
  bindBypassScope: maybe(scope),
  hideExistence: flag,
  maxLifetimeSeconds: maybe(lifetime),
  maxAgeSeconds: maybe(lifetime),
  delegation: maybe(
    either(isText, v.picklist(['allow', 'forbid']), object({ actors: list(text) })),
  ),
})

export const configSchema = object({
  issuers: list(issuer),
  routes: maybe(map(either(isText, v.picklist(['public', 'authenticated']), routePolicy))),
  otherwise: maybe(v.picklist(['deny', 'authenticated'])),
  clockToleranceSeconds: maybe(between(0, CLOCK_TOLERANCE_MAX_SECONDS)),
  maxTokenBytes: maybe(between(256, TOKEN_BYTES_CEILING)),
  realm: maybe(matching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, 'ASCII without quotes, backslashes')),
  hints: maybe(v.picklist(['none', 'full'])),
  log: maybe(v.picklist(['all', 'denied', 'none'])),
  forwardToken: flag,
  keys: maybe(
    object({
      freshSeconds: maybe(between(1, KEYS_FRESH_MAX_SECONDS)),
      staleSeconds: maybe(between(0, KEYS_STALE_MAX_SECONDS)),
      cooldownSeconds: maybe(between(0, KEYS_COOLDOWN_MAX_SECONDS)),
    }),
  ),
  cookie: maybe(token),
  webSocket: maybe(object({ query: maybe(text), subprotocol: maybe(token) })),
  apiGateway: maybe(
    object({
      httpApiResponse: maybe(v.picklist(['simple', 'iam'])),
      policy: maybe(v.picklist(['api', 'request'])),
      expiryCondition: flag,
      usageIdentifierClaim: maybe(text),
    }),
  ),
})

/** The schema and the documented type cannot drift apart: a difference does not compile. */
export type SchemaAgrees = [v.InferOutput<typeof configSchema>] extends [Config] ? true : never
