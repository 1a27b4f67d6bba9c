import { createHash, randomBytes } from 'node:crypto'
import { createBrowser, type Page } from './browser.ts'
import type { Client } from './client.ts'
import { ENDPOINTS } from './endpoints.ts'
import { requestTokens, type Tokens } from './token.ts'

export interface LoginRequest {
  /** The subject that logs in, for example `auth0|ada`. */
  readonly user: string
  readonly scopes: readonly string[]
  /** The audience to ask for (RFC 8707). Without it the access token is opaque and opens /userinfo only. */
  readonly resource?: string
  /** Default: the issuer's sample `app`, a public client. */
  readonly client?: Client
  readonly headers?: Readonly<Record<string, string>>
}

interface LoginIssuer {
  readonly issuer: string
  readonly clients: { readonly app: Client }
}

/** Logs a user in as a browser would, authorization code with PKCE (RFC 7636), and returns the tokens. */
export async function logIn(target: LoginIssuer, request: LoginRequest): Promise<Tokens> {
  const { issuer } = target
  const { client = target.clients.app, headers = {} } = request
  const redirectUri = client.redirectUris?.[0]
  if (!redirectUri) throw new TypeError(`client ${client.clientId} has no redirect URI`)
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const resource = request.resource === undefined ? {} : { resource: request.resource }

  const url = authorizationUrl(issuer, request.scopes, {
    client_id: client.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...resource,
  })
  const end = await answerPrompts(url, redirectUri, request.user)
  const code = readCode(end, { issuer, state })
  return requestTokens(issuer, {
    client,
    headers,
    form: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...resource,
    },
  })
}

function authorizationUrl(
  issuer: string,
  scopes: readonly string[],
  parameters: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({
    response_type: 'code',
    scope: scopes.join(' '),
    code_challenge_method: 'S256',
    // OIDC Core §11: a refresh token is only granted where consent is asked for.
    ...(scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
    ...parameters,
  })
  return `${issuer}${ENDPOINTS.authorization}?${query}`
}

async function answerPrompts(url: string, redirectUri: string, user: string): Promise<URL> {
  const browser = createBrowser()
  let page: Page = await browser.open(url, redirectUri)
  while (page.html !== undefined) {
    const fields = page.html.includes('name="login"') ? { login: user } : { decision: 'allow' }
    page = await browser.submit(page, fields, redirectUri)
  }
  return new URL(page.url)
}

function readCode(end: URL, expected: { issuer: string; state: string }): string {
  const answer = end.searchParams
  const code = answer.get('code')
  if (code === null) {
    throw new Error(`login failed: ${answer.get('error')} ${answer.get('error_description')}`)
  }
  // RFC 9207 and RFC 6749 §10.12: a client must know who answers, and that it had asked.
  if (answer.get('iss') !== expected.issuer || answer.get('state') !== expected.state) {
    throw new Error('the answer is not to our request')
  }
  return code
}
