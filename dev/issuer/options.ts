import type { Api } from './api.ts'
import type { Client } from './client.ts'
import type { Algorithms } from './keys.ts'
import type { TokenFacts } from './provider.ts'

export interface IssuerOptions {
  /** 0 (default) takes any free port. */
  readonly port?: number
  /** Audience of the sample API, whose tokens are JWTs. `https://api.example.com/patients` */
  readonly audience?: string
  /** Scopes of the sample API and of the opaque one. `read:patients`, `read:admin` */
  readonly scopes?: readonly string[]
  /** One signing key each, RS256 by default. The first signs all that does not name another. */
  readonly algorithms?: Algorithms
  /** Further APIs. One that names an algorithm gets a key for it. */
  readonly apis?: readonly Api[]
  /** Further clients. */
  readonly clients?: readonly Client[]
  /** Subject → claims, for ID tokens and /userinfo. Subjects that are not listed can log in too. */
  readonly users?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Lifetime of every access token. 3600 */
  readonly accessTokenSeconds?: number
  /** Further claims of access tokens and of their introspection, for example `permissions` or `org_id`. */
  readonly claims?: (token: TokenFacts) => Record<string, unknown>
}

export const SAMPLE_AUDIENCE = 'https://api.example.com/patients'
export const OPAQUE_AUDIENCE = 'https://opaque.example.com/patients'
export const SAMPLE_SCOPES = ['read:patients', 'read:admin']

const SAMPLE_USERS = {
  'auth0|ada': {
    name: 'Ada Lovelace',
    nickname: 'ada',
    email: 'ada@example.com',
    email_verified: true,
  },
}

/** The options with their defaults, and the two APIs that every issuer has. */
export function settleOptions(options: IssuerOptions) {
  const { audience = SAMPLE_AUDIENCE, scopes = SAMPLE_SCOPES, apis = [] } = options
  const algorithms = options.algorithms ?? (['RS256'] as const)
  return {
    port: options.port ?? 0,
    audience,
    algorithm: algorithms[0],
    algorithms: allAlgorithms(algorithms, apis),
    apis: [
      { audience, scopes, tokens: 'jwt' },
      { audience: OPAQUE_AUDIENCE, scopes, tokens: 'opaque' },
      ...apis,
    ] satisfies Api[],
    clients: options.clients ?? [],
    users: options.users ?? SAMPLE_USERS,
    accessTokenSeconds: options.accessTokenSeconds ?? 3600,
    claims: options.claims ?? (() => ({})),
  }
}

function allAlgorithms([first, ...more]: Algorithms, apis: readonly Api[]): Algorithms {
  const named = apis.flatMap((api) => api.algorithm ?? [])
  const rest = new Set([...more, ...named])
  rest.delete(first)
  return [first, ...rest]
}
