import type { RequestListener, ServerResponse } from 'node:http'
import { logIn } from './issuer/login.ts'
import { listenOnLoopback } from './issuer/server.ts'
import type { Issuer } from './issuer/start.ts'
import type { SampleScopes } from './scopes.ts'

/** A token of each kind worth showing at a door. */
export type TokenName = 'read' | 'admin' | 'user' | 'machine' | 'opaque' | 'billing' | 'outage'

export interface TokensOptions {
  readonly port: number
  readonly issuer: Issuer
  /** An issuer's token; that issuer answers nobody any more. */
  readonly outage: string
  /** What the issuer can put into a token. */
  readonly scopes: readonly string[]
  readonly samples: SampleScopes
}

/** An API of the same issuer whose tokens are nobody else's business. */
export const BILLING = {
  audience: 'https://api.example.com/billing',
  scopes: ['read:invoices'],
  tokens: 'jwt',
} as const

const USER = 'auth0|ada'

/** Hands out tokens, so that a `curl` line can say which it sends without 800 characters of it. */
export async function startTokens({ port, ...options }: TokensOptions) {
  const { origin, shut } = await listenOnLoopback(port, serve(options))
  return { origin, close: shut }
}

type Offers = Readonly<Record<TokenName, () => Promise<string>>>

function createOffers({ issuer, outage, samples }: Omit<TokensOptions, 'port'>): Offers {
  const loggedIn = async (scopes: readonly string[], resource?: string) => {
    const api = resource === undefined ? {} : { resource }
    return (await logIn(issuer, { user: USER, scopes, ...api })).accessToken
  }
  return {
    read: () => loggedIn(samples.read, issuer.audience),
    admin: () => issuer.mint({ scopes: samples.admin }),
    // Of an API whose tokens only their issuer can read: one of a user, one of a machine.
    user: () => loggedIn(samples.read, issuer.opaqueAudience),
    machine: () => issuer.mint({ resource: issuer.opaqueAudience, scopes: samples.read }),
    billing: () => issuer.mint({ resource: BILLING.audience }),
    // A login that names no audience: Auth0, too, answers it with an opaque token.
    opaque: () => loggedIn(['openid']),
    outage: async () => outage,
  }
}

function serve(options: Omit<TokensOptions, 'port'>): RequestListener {
  const offers = new Map<string, () => Promise<string>>(Object.entries(createOffers(options)))
  const { issuer, scopes } = options
  return ({ url = '/' }, response) => {
    const asked = decodePath(url)
    const wanted = asked.split(/[ +,]/)
    const isScopes = wanted.every((scope) => scopes.includes(scope))
    const mint = offers.get(asked) ?? (isScopes ? () => issuer.mint({ scopes: wanted }) : null)
    if (mint) void send(response, mint)
    else response.writeHead(asked === '' ? 200 : 404).end(listOffers([...offers.keys()], scopes))
  }
}

function decodePath(url: string): string {
  const path = url.split('?', 1)[0]?.slice(1) ?? ''
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

async function send(response: ServerResponse, mint: () => Promise<string>): Promise<void> {
  try {
    const token = await mint()
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' })
    response.end(`${token}\n`)
  } catch (error) {
    response.writeHead(502).end(`${error instanceof Error ? error.message : String(error)}\n`)
  }
}

const listOffers = (names: readonly string[], scopes: readonly string[]): string =>
  `A token of each kind:  ${names.map((name) => `/${name}`).join('  ')}
One with these scopes: /${scopes.join('+')}
`
