import { authenticate } from './authenticate.ts'
import type { Client } from './client.ts'
import { ENDPOINTS } from './endpoints.ts'

/** A token endpoint's answer (RFC 6749 §5.1). */
export interface Tokens {
  readonly accessToken: string
  readonly idToken?: string
  readonly refreshToken?: string
}

export interface TokenRequest {
  readonly client: Client
  readonly form: Readonly<Record<string, string>>
  /** For example `{ DPoP: proof }`, which binds the token to the proof's key. */
  readonly headers?: Readonly<Record<string, string>>
}

export async function requestTokens(issuer: string, request: TokenRequest): Promise<Tokens> {
  const credentials = await authenticate(request.client, issuer)
  const response = await fetch(issuer + ENDPOINTS.token, {
    method: 'POST',
    headers: { ...request.headers, ...credentials.headers },
    body: new URLSearchParams({ ...request.form, ...credentials.form }),
  })
  const body: unknown = await response.json()
  if (!response.ok) {
    throw new Error(`the issuer refused: ${response.status} ${JSON.stringify(body)}`)
  }
  return readTokens(body)
}

function readTokens(body: unknown): Tokens {
  const { access_token, id_token, refresh_token } = Object(body)
  if (typeof access_token !== 'string') throw new TypeError('the issuer sent no access token')
  return {
    accessToken: access_token,
    ...(typeof id_token === 'string' ? { idToken: id_token } : {}),
    ...(typeof refresh_token === 'string' ? { refreshToken: refresh_token } : {}),
  }
}
