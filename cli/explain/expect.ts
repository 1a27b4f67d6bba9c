/** What the configuration wants of a token, step by step: names of claims, and expected values. */
import type { Engine, Judgement } from '../../shared/authorize.ts'
import type { Issuer } from '../../shared/config/types.ts'
import type { Rule } from '../../shared/policy/rule.ts'
import type { TrustedIssuer } from '../../shared/token/issuer.ts'
import { REQUIRED_CLAIMS } from '../../shared/token/profile.ts'
import type { Expectation, StepName } from './explanation.ts'
import { writeDuration } from './time.ts'

export interface Expecting {
  readonly engine: Engine
  readonly judgement: Judgement
  /** Of the token, as it came. */
  readonly text: string | null
  /** Whom the token says it is from, where that is configured; else all that are. */
  readonly issuers: readonly TrustedIssuer[]
}

type Expect = (of: Expecting) => readonly Expectation[]

const expect = (name: string, expected: string): Expectation => ({ name, expected })
const none: Expect = () => []

export const listed = (values: readonly string[]): string => [...new Set(values)].join(' or ')

const ruleOf = ({ judgement: { route }, engine: { rules } }: Expecting): Rule | null => {
  const access = route ? route.rule : rules.otherwise
  return typeof access === 'string' ? null : access
}

const TABLE: Readonly<Record<StepName, Expect>> = {
  route: ({ judgement: { route }, engine: { rules } }) => [
    expect(
      'method and path',
      route?.pattern.text ??
        (rules.otherwise === 'deny' ? 'a configured route' : 'any: `otherwise` is authenticated'),
    ),
  ],
  extract: ({ engine: { config, maxTokenBytes } }) => [
    expect('Authorization', `Bearer <token>, once, at most ${maxTokenBytes} bytes`),
    ...(config.cookie === undefined ? [] : [expect('Cookie', `or ${config.cookie}`)]),
  ],
  classify: none,
  introspection: none,
  decode: () => [expect('parts', 'canonical base64url of JSON objects, no member twice')],
  decrypt: none,
  header: ({ issuers }) => [
    expect('alg', listed(issuers.flatMap(({ algorithms }) => algorithms))),
    expect('typ', listed(issuers.flatMap(typesOf))),
    expect('crit, b64, jwk, jku, x5u', 'absent'),
  ],
  issuer: ({ engine: { trust } }) => [
    expect('iss', listed([...trust.issuers.values()].map(({ issuer }) => issuer))),
  ],
  key: (of) => [expect('kid', listed(of.issuers.map((issuer) => keysOf(issuer, of.engine))))],
  signature: none,
  claims: ({ issuers }) => [expect('present', listed(issuers.flatMap(requiredOf)))],
  kind: ({ issuers }) => [
    expect('nonce, at_hash, c_hash, s_hash, events', 'absent'),
    expect('aud', `not ${listed(issuers.map(({ managementAudience }) => managementAudience))}`),
    expect('scope, permissions, client_id or gty', 'present where `aud` is not this API'),
  ],
  audience: ({ issuers }) => [expect('aud', listed(issuers.flatMap(({ audiences }) => audiences)))],
  time: ({ engine: { toleranceSeconds } }) => [
    expect('exp', `later than now, less ${toleranceSeconds} s of tolerance`),
    expect('nbf, iat', `not later than now, plus ${toleranceSeconds} s of tolerance`),
  ],
  lifetime: (of) => {
    const { maxAgeSeconds, maxLifetimeSeconds = Infinity } = ruleOf(of) ?? {}
    const longest = Math.max(...of.issuers.map((issuer) => issuer.maxLifetimeSeconds))
    const most = Math.min(longest, maxLifetimeSeconds)
    return [
      expect('exp − iat', `at most ${most} s (${writeDuration(most)})`),
      ...(maxAgeSeconds === undefined ? [] : [expect('now − iat', `at most ${maxAgeSeconds} s`)]),
    ]
  },
  constraint: () => [expect('cnf', 'absent')],
  revocation: none,
  authorization: (of) => describeRule(ruleOf(of)),
  enrichment: none,
}

export const expectationsOf = (step: StepName, of: Expecting): readonly Expectation[] =>
  TABLE[step](of)

const typesOf = ({ profile = 'auto' }: TrustedIssuer): readonly string[] =>
  ({ auto: ['JWT', 'at+jwt'], auth0: ['JWT'], rfc9068: ['at+jwt'] })[profile]

const requiredOf = ({ profile }: TrustedIssuer): string =>
  REQUIRED_CLAIMS[profile === 'rfc9068' ? 'rfc9068' : 'auth0'].join(' ')

function keysOf({ issuer }: TrustedIssuer, { config }: Engine): string {
  const entry: Partial<Issuer> = config.issuers.find((one) => one.issuer === issuer) ?? {}
  if (entry.secret) return `the secret in ${entry.secret.env}`
  return `a key at ${entry.jwksUri ?? `${issuer} (by discovery)`}`
}

/** A rule, requirement by requirement, in the order in which they are checked. */
export function describeRule(rule: Rule | null): readonly Expectation[] {
  if (!rule) return []
  const { delegation = 'allow', bindBypassScope: bypass } = rule
  const lists: readonly (readonly [string, readonly string[], string])[] = [
    ['scope', rule.scopes, ' and '],
    ['scope', rule.anyScope, ' or '],
    ['permissions', rule.permissions, ' and '],
    ['permissions', rule.anyPermission, ' or '],
    ['principal', rule.principals, ' or '],
    ['org_id', rule.organizations ?? [], ' or '],
    ['azp or client_id', rule.clients ?? [], ' or '],
    ...rule.claims.map(
      ([name, allowed]) => [name, allowed.map((value) => JSON.stringify(value)), ' or '] as const,
    ),
    ['act.sub', typeof delegation === 'string' ? [] : delegation.actors, ' or '],
  ]
  const found = lists
    .filter(([, values]) => values.length > 0)
    .map(([name, values, word]) => expect(name, values.join(word)))
  const bound = rule.bind.map(([parameter, claim]) =>
    expect(claim, `equal to {${parameter}} of the path${bypass ? `, or scope ${bypass}` : ''}`),
  )
  const actor = delegation === 'forbid' ? [expect('act', 'absent')] : []
  const all = [...found, ...actor, ...bound]
  return all.length > 0 ? all : [expect('token', 'any that this API trusts')]
}

/** The same in a few words each; how long a token may live is not among them. */
export const listRequirements = (rule: Rule): readonly string[] =>
  describeRule(rule).map(({ name, expected }) =>
    name === 'token' ? 'any trusted token' : `${name} ${expected}`,
  )
