import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { listenOnLoopback } from '../../dev/issuer/server.ts'
import { send, type Received, type Responder } from './replies.ts'
import { createSigner, type Signer, type SignerOptions } from './signer.ts'

export interface ScriptedIssuerOptions extends Omit<SignerOptions, 'issuer'> {
  /** What follows the port in the issuer: '' has no slash at the end, '/tenant/' a path. '/' */
  readonly path?: string
}

/** The documents and endpoints by name, relative to the issuer as at Auth0. Any other path is named by itself. */
const PATHS = {
  discovery: '.well-known/openid-configuration',
  jwks: '.well-known/jwks.json',
  userinfo: 'userinfo',
  introspection: 'oauth/introspect',
  token: 'oauth/token',
} as const

export type Target = keyof typeof PATHS | `/${string}`

export interface ScriptedIssuer extends Signer {
  /** `http://127.0.0.1:<port>/`, with a slash at the end as at Auth0. */
  readonly issuer: string
  /** The documents as they are served unless scripted: JWKS of whatever `keys` holds at that moment. */
  discovery(): Record<string, unknown>
  jwks(): { keys: unknown[] }
  url(target: Target): string
  readonly requests: Requests
  /** Scripts a document or endpoint, whatever the method, until the returned function is called. */
  answer(target: Target, responder: Responder): () => void
  /** The port refuses connections until `resume`. */
  stop(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

export interface Requests {
  readonly log: readonly Received[]
  count(target: Target): number
  clear(): void
}

/** An issuer that does what the test says. Unscripted it serves discovery and keys, and 404 for the rest. */
export async function startScriptedIssuer(
  options: ScriptedIssuerOptions = {},
): Promise<ScriptedIssuer> {
  const { path = '/', ...signing } = options
  const scripts = new Map<string, Responder>()
  const log: Received[] = []
  const server = await listenOnLoopback(0, (request, response) => {
    // A caller that hangs up while still sending is nothing to report; a responder that throws is.
    void receive(request).then(answerOne, () => response.destroy())
    function answerOne(received: Received) {
      log.push(received)
      return send(reply(scripts.get(received.path), received), response)
    }
  })
  const issuer = server.origin + path
  const signer = createSigner({ issuer, ...signing })
  const locate = (target: Target) => new URL(resolve(issuer, target)).pathname

  const discovery = () => describe(issuer)
  const jwks = () => ({ keys: signer.keys.map((key) => key.publicJwk) })
  scripts.set(locate('discovery'), () => ({ body: discovery() }))
  scripts.set(locate('jwks'), () => ({ body: jwks() }))

  return {
    ...signer,
    issuer,
    discovery,
    jwks,
    url: (target) => resolve(issuer, target),
    requests: {
      log,
      count: (target) => log.filter((request) => request.path === locate(target)).length,
      clear: () => log.splice(0),
    },
    answer(target, responder) {
      const place = locate(target)
      const before = scripts.get(place) ?? NOT_FOUND
      scripts.set(place, responder)
      return () => scripts.set(place, before)
    },
    stop: server.shut,
    resume: server.reopen,
    close: server.shut,
  }
}

const NOT_FOUND = { status: 404 }

function reply(responder: Responder = NOT_FOUND, received: Received) {
  return typeof responder === 'function' ? responder(received) : responder
}

function resolve(issuer: string, target: Target): string {
  if (target.startsWith('/')) return new URL(target, issuer).href
  const base = issuer.endsWith('/') ? issuer : `${issuer}/`
  return base + PATHS[target as keyof typeof PATHS]
}

function describe(issuer: string): Record<string, unknown> {
  return {
    issuer,
    jwks_uri: resolve(issuer, 'jwks'),
    token_endpoint: resolve(issuer, 'token'),
    userinfo_endpoint: resolve(issuer, 'userinfo'),
    introspection_endpoint: resolve(issuer, 'introspection'),
    id_token_signing_alg_values_supported: ['HS256', 'RS256', 'PS256'],
  }
}

async function receive(request: IncomingMessage): Promise<Received> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://issuer.invalid')
  const { method = 'GET', headers } = request
  return { method, path: pathname, query: searchParams, headers, body: await text(request) }
}
