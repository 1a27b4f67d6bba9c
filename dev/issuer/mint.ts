import type { Api } from './api.ts'
import type { Client } from './client.ts'
import { requestTokens } from './token.ts'

export interface MintRequest {
  /** The audience to ask for. Default: the sample API. `null`: none, which gives an opaque token without `aud`. */
  readonly resource?: string | null
  /** Default: all scopes of that API. */
  readonly scopes?: readonly string[]
  /** Default: the sample `machine` client. */
  readonly client?: Client
  /** For example `{ DPoP: proof }`, which binds the token to the proof's key. */
  readonly headers?: Readonly<Record<string, string>>
}

interface MintIssuer {
  readonly issuer: string
  readonly audience: string
  readonly apis: readonly Api[]
  readonly machine: Client
}

/** An access token by the client credentials grant, asked for at the token endpoint as any client would. */
export async function mint(source: MintIssuer, request: MintRequest = {}): Promise<string> {
  const { resource = source.audience, client = source.machine, headers = {} } = request
  const api = source.apis.find(({ audience }) => audience === resource)
  const scope = (request.scopes ?? api?.scopes ?? []).join(' ')
  const { accessToken } = await requestTokens(source.issuer, {
    client,
    headers,
    form: {
      grant_type: 'client_credentials',
      ...(scope ? { scope } : {}),
      ...(resource === null ? {} : { resource }),
    },
  })
  return accessToken
}
