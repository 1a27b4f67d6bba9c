import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type { ClientMetadata } from 'oidc-provider'

/** A party registered with this issuer, with all it needs to prove who it is. */
export interface Client {
  readonly clientId: string
  readonly authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  readonly grants: readonly Grant[]
  readonly secret?: string
  /** Private JWK with `alg` and `kid`; the issuer is given its public half. */
  readonly privateKey?: JWK
  readonly redirectUris?: readonly string[]
  /** May introspect any token of this issuer, as the API that received it. */
  readonly resourceServer?: true
}

export type Grant = 'client_credentials' | 'authorization_code' | 'refresh_token'

/** The parties every issuer starts with. `machine*` get tokens, `api*` introspect them, `app` logs users in. */
export interface SampleClients {
  readonly machine: Client
  readonly machinePost: Client
  readonly machineKey: Client
  readonly api: Client
  readonly apiPost: Client
  readonly apiKey: Client
  readonly app: Client
}

export async function createSampleClients(): Promise<SampleClients> {
  const machine = { grants: ['client_credentials'] } as const
  const api = { grants: [], resourceServer: true } as const
  return {
    machine: secretClient('machine', 'client_secret_basic', machine),
    machinePost: secretClient('machine-post', 'client_secret_post', machine),
    machineKey: await keyClient('machine-key', machine),
    api: secretClient('api', 'client_secret_basic', api),
    apiPost: secretClient('api-post', 'client_secret_post', api),
    apiKey: await keyClient('api-key', api),
    app: {
      clientId: 'app',
      authentication: 'none',
      grants: ['authorization_code', 'refresh_token'],
      redirectUris: ['https://app.example.com/callback'],
    },
  }
}

export function describeClient(client: Client): ClientMetadata {
  const { clientId, authentication, grants, secret, privateKey, redirectUris = [] } = client
  return {
    client_id: clientId,
    token_endpoint_auth_method: authentication,
    grant_types: [...grants],
    response_types: grants.includes('authorization_code') ? ['code'] : [],
    redirect_uris: [...redirectUris],
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(privateKey === undefined ? {} : { jwks: { keys: [publicHalf(privateKey)] } }),
  }
}

type Role = Pick<Client, 'grants' | 'resourceServer'>

function secretClient(
  clientId: string,
  authentication: 'client_secret_basic' | 'client_secret_post',
  role: Role,
): Client {
  // The tail is there for RFC 6749 §2.3.1: a Basic header that does not form-encode the secret must fail.
  return {
    clientId,
    authentication,
    secret: `${randomBytes(24).toString('base64url')}:+%/`,
    ...role,
  }
}

async function keyClient(clientId: string, role: Role): Promise<Client> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: clientId, alg: 'ES256' }
  return { clientId, authentication: 'private_key_jwt', privateKey: jwk, ...role }
}

function publicHalf(jwk: JWK): JWK {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...rest } = jwk
  return rest
}
