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

export const ASYMMETRIC_ALGORITHMS = [
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
] as const
export const SYMMETRIC_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const

const text = v.pipe(v.string(), v.nonEmpty('is empty; give it a value or leave it out'))
const texts = v.pipe(v.array(text), v.nonEmpty('is an empty list; name at least one'))
const oneOrMore = v.union([text, texts])

const seconds = (least: number, most: number, range = `must be ${least} to ${most} seconds`) =>
  v.pipe(v.number(), v.finite(range), v.minValue(least, range), v.maxValue(most, range))
const lifetime = seconds(1, 253_402_300_799, 'must be a number of seconds, at least 1')

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const scope = v.pipe(
  v.string(),
  v.regex(SCOPE, 'is no scope name: no spaces, quotes, backslashes or non-ASCII (RFC 6749 §3.3)'),
)
const scopes = v.pipe(v.array(scope), v.nonEmpty('is an empty list; name at least one'))
const scopeText = v.pipe(
  v.string(),
  v.regex(/^[\x20\x21\x23-\x5b\x5d-\x7e]*[^ ][\x20\x21\x23-\x5b\x5d-\x7e]*$/, 'is no scope name'),
)

const secret = v.strictObject({ env: text })
const url = v.pipe(
  v.string(),
  v.check((value) => URL.canParse(value), 'is no absolute URL; write https://…'),
)
const headerToken = v.pipe(
  v.string(),
  v.regex(/^[!#$%&'*+.^`|~\w-]+$/, 'must be a token: letters, digits, dashes'),
)

const issuer = v.strictObject({
  issuer: url,
  audience: oneOrMore,
  profile: v.exactOptional(v.picklist(['auto', 'auth0', 'rfc9068'])),
  algorithms: v.exactOptional(
    v.pipe(
      v.array(v.picklist([...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC_ALGORITHMS])),
      v.nonEmpty('is an empty list; name at least one'),
    ),
  ),
  jwksUri: v.exactOptional(url),
  secret: v.exactOptional(secret),
  maxLifetimeSeconds: v.exactOptional(lifetime),
  strictAudience: v.exactOptional(v.boolean()),
  claims: v.exactOptional(
    v.strictObject({ scope: v.exactOptional(text), permissions: v.exactOptional(text) }),
  ),
})

const principal = v.picklist(['user', 'machine', 'agent'])
const claimValue = v.union([v.string(), v.number(), v.boolean()])

export const routePolicy = v.strictObject({
  scopes: v.exactOptional(v.union([scopeText, scopes])),
  anyScope: v.exactOptional(scopes),
  permissions: v.exactOptional(oneOrMore),
  anyPermission: v.exactOptional(texts),
  principal: v.exactOptional(v.union([principal, v.array(principal)])),
  organizations: v.exactOptional(texts),
  clients: v.exactOptional(texts),
  claims: v.exactOptional(v.record(v.string(), v.union([claimValue, v.array(claimValue)]))),
  bind: v.exactOptional(v.record(v.string(), text)),
  bindBypassScope: v.exactOptional(scope),
  hideExistence: v.exactOptional(v.boolean()),
  maxLifetimeSeconds: v.exactOptional(lifetime),
  maxAgeSeconds: v.exactOptional(lifetime),
  delegation: v.exactOptional(
    v.union([v.picklist(['allow', 'forbid']), v.strictObject({ actors: texts })]),
  ),
})

export const configSchema = v.strictObject({
  issuers: v.pipe(v.array(issuer), v.nonEmpty('is empty; trust at least one issuer')),
  routes: v.exactOptional(
    v.record(v.string(), v.union([v.picklist(['public', 'authenticated']), routePolicy])),
  ),
  otherwise: v.exactOptional(v.picklist(['deny', 'authenticated'])),
  clockToleranceSeconds: v.exactOptional(seconds(0, CLOCK_TOLERANCE_MAX_SECONDS)),
  maxTokenBytes: v.exactOptional(
    v.pipe(
      v.number(),
      v.integer('must be a whole number of bytes'),
      v.minValue(256, 'must be at least 256 bytes'),
      v.maxValue(TOKEN_BYTES_CEILING, `must be at most ${TOKEN_BYTES_CEILING} bytes`),
    ),
  ),
  realm: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, 'must be ASCII without quotes or backslashes'),
    ),
  ),
  hints: v.exactOptional(v.picklist(['none', 'full'])),
  log: v.exactOptional(v.picklist(['all', 'denied', 'none'])),
  forwardToken: v.exactOptional(v.boolean()),
  keys: v.exactOptional(
    v.strictObject({
      freshSeconds: v.exactOptional(seconds(1, KEYS_FRESH_MAX_SECONDS)),
      staleSeconds: v.exactOptional(seconds(0, KEYS_STALE_MAX_SECONDS)),
      cooldownSeconds: v.exactOptional(seconds(0, KEYS_COOLDOWN_MAX_SECONDS)),
    }),
  ),
  cookie: v.exactOptional(headerToken),
  webSocket: v.exactOptional(
    v.strictObject({ query: v.exactOptional(text), subprotocol: v.exactOptional(headerToken) }),
  ),
  apiGateway: v.exactOptional(
    v.strictObject({
      httpApiResponse: v.exactOptional(v.picklist(['simple', 'iam'])),
      policy: v.exactOptional(v.picklist(['api', 'request'])),
      expiryCondition: v.exactOptional(v.boolean()),
      usageIdentifierClaim: v.exactOptional(text),
    }),
  ),
})

/** The schema and the documented type cannot drift apart: this line would not compile. */
type Agrees<A, B> = [A] extends [B] ? true : never
export const schemaAgrees: Agrees<v.InferOutput<typeof configSchema>, Config> = true
