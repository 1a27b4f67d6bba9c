import type { Config } from '../shared/config/types.ts'
import { SAMPLE_AUDIENCE, SAMPLE_SCOPES, type IssuerOptions } from './issuer/options.ts'
import { startIssuer, type Issuer } from './issuer/start.ts'
import { namedPermissions, namedScopes, sampleScopes, type SampleScopes } from './scopes.ts'
import { BILLING } from './tokens.ts'

/** The issuers that both doors trust here. */
export interface Issuers {
  readonly issuer: Issuer
  /** Trusted as well, but it answers every request with 503, from before the first one on. */
  readonly down: Issuer
  /** A token of the issuer that is down, from when it was not. */
  readonly outage: string
  /** What tokens can be asked to hold. */
  readonly scopes: readonly string[]
  readonly samples: SampleScopes
  close(): Promise<unknown>
}

/** Thirty days: whoever lets this run gets an outage tomorrow as well, and no expired token. */
const OUTAGE_TOKEN_SECONDS = 2_592_000

export async function startIssuers(rules: Config, port: number): Promise<Issuers> {
  const audience = firstAudience(rules)
  const scopes = [...new Set([...SAMPLE_SCOPES, ...namedScopes(rules)])]
  const [issuer, down] = await Promise.all([
    startIssuer({ port, audience, scopes, apis: [BILLING], claims: permit(rules) }),
    startIssuer({
      audience,
      scopes,
      algorithms: ['ES256'],
      accessTokenSeconds: OUTAGE_TOKEN_SECONDS,
    }),
  ])
  const outage = await down.mint()
  // Not closed: another process could take the port, and answer.
  await down.stop('unavailable')
  const close = () => Promise.all([issuer.close(), down.close()])
  return { issuer, down, outage, scopes, samples: sampleScopes(rules), close }
}

/**
 * The rules of `authorizer.config.ts`, with issuers that exist. Both doors get this as
 * `AUTHORIZER_CONFIG`: `ISSUER` and `AUDIENCE` know no second issuer, and leave allowed requests and
 * hints untold.
 */
export function localRules(rules: Config, { issuer, down }: Issuers): Config {
  const { audience, opaqueAudience, clients } = issuer
  const { clientId } = clients.api
  const introspect = { clientId, clientSecret: { env: SECRET_NAME } }
  return {
    ...rules,
    issuers: [
      {
        issuer: issuer.issuer,
        audience: [audience, opaqueAudience],
        opaque: { introspect },
      },
      { issuer: down.issuer, audience, algorithms: ['ES256'] },
    ],
    hints: 'full',
    log: 'all',
  }
}

const SECRET_NAME = 'INTROSPECTION_SECRET'

/** What both doors find in their environment beside the rules. */
export const localSecrets = ({ issuer }: Issuers): Readonly<Record<string, string>> => ({
  [SECRET_NAME]: issuer.clients.api.secret ?? '',
})

/** One that can be asked for: RFC 8707 §2 has resources be absolute URIs, which an `aud` need not be. */
function firstAudience({ issuers }: Config): string {
  const [first = ''] = [issuers[0]?.audience ?? []].flat()
  return URL.canParse(first) ? first : SAMPLE_AUDIENCE
}

/** The machine has every permission that the rules name, and Ada has none. */
function permit(rules: Config): NonNullable<IssuerOptions['claims']> {
  const permissions = namedPermissions(rules)
  return ({ subject, clientId }) =>
    permissions.length > 0 && subject === clientId ? { permissions } : {}
}
