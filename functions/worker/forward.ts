/** An allowed request on its way to the upstream: our identity headers on it, nobody else's (§9.8). */
import type { Config } from '../../shared/config/types.ts'
import { isHandshake } from '../../shared/request.ts'
import type { Identity } from '../../shared/types.ts'
import { isIdentityHeader, writeIdentityHeaders } from '../../shared/wire/identity.ts'
import type { Upstream } from './environment.ts'
import { answerProtocol, removeProtocolToken, removeQueryToken } from './handshake.ts'

/**
 * From these some origin takes another method, path or file than was judged: unasked (Gunicorn:
 * `Script_Name`, Daphne: `Daphne-Root-Path`, Pyramid: `X-Vhm-Root`), from a proxy that it trusts
 * (Spring: `X-Forwarded-Prefix`), or in a release that is still about (Next.js, Astro, Rack). What
 * stands behind the Worker sets them anew; what stands before it is not believed.
 */
const OVERRIDE =
  /^(?:x.(?:http.)?method(?:.override)?|x.(?:(?:ms.)?original|rewrite|forwarded|matched|astro).(?:method|path|prefix|ur[il])|(?:x.)?script.name|daphne.+|x.(?:vhm.root|now.route.matches|middleware.subrequest|sendfile.type|accel.mapping))$/
/**
 * Some origins put these before the path and read the whole as a URL (React Router, Astro,
 * SvelteKit): after a host `a:80/admin?` the path is `/admin`. No proxy writes such a value.
 */
const FORWARDED = /^x.forwarded.(?:host|port|proto)$/
const NO_HOST = /[^\w.:,[\] -]/
/** No token pass-through: the upstream needs to know who calls, not how to call as them. */
const CREDENTIALS = /^(?:authorization|dpop)$/

export async function forwardRequest(
  request: Request,
  identity: Identity | null,
  upstream: Upstream,
  config: Config,
): Promise<Response> {
  const response = await upstream.fetch(rewriteRequest(request, identity, upstream, config))
  if (response.status === 101) return answerProtocol(request, response, config)
  return identity ? markPrivate(response) : response
}

/** The headers of a new request are changed in place: a copy of them would have to be copied again. */
function rewriteRequest(
  request: Request,
  identity: Identity | null,
  upstream: Upstream,
  config: Config,
): Request {
  const rewritten = new Request(address(request, upstream, config), {
    redirect: 'manual',
    // Without Authorization a cache on the way would take the answer for anybody's.
    ...(identity && { cache: 'no-store' }),
  })
  writeHeaders(rewritten.headers, request, identity, config)
  return rewritten
}

/** `request.url` has the authority as the caller spelled it: `URL` would drop a default port, say. */
function address(request: Request, { origin }: Upstream, config: Config): Request {
  const hasToken = !config.forwardToken && config.webSocket && isHandshake(request.headers)
  if (origin === null && !hasToken) return request
  const url = hasToken ? removeQueryToken(request.url, config) : request.url
  return new Request(
    origin === null ? url : url.replace(/^[^/]+\/\/[^/?#]+/, () => origin),
    request,
  )
}

function writeHeaders(
  headers: Headers,
  request: Request,
  identity: Identity | null,
  config: Config,
): void {
  const isDropped = (name: string) =>
    isIdentityHeader(name) ||
    OVERRIDE.test(name) ||
    (FORWARDED.test(name) && NO_HOST.test(`${request.headers.get(name)}`)) ||
    (!config.forwardToken && CREDENTIALS.test(name))
  for (const name of request.headers.keys()) if (isDropped(name)) headers.delete(name)
  if (!config.forwardToken) removeHandedToken(headers, config)
  for (const [name, value] of identity ? writeIdentityHeaders(identity) : []) {
    headers.set(name, value)
  }
}

/** Where the configuration lets it travel beside `Authorization`. */
function removeHandedToken(headers: Headers, { cookie, webSocket }: Config): void {
  if (cookie !== undefined) removeCookie(headers, cookie)
  if (webSocket && isHandshake(headers)) removeProtocolToken(headers, webSocket)
}

/** Also where two fields were joined by a comma, of which no token is read. */
function removeCookie(headers: Headers, name: string): void {
  const pairs =
    headers
      .get('cookie')
      ?.replaceAll(`, ${name}=`, () => `;${name}=`)
      .split(';') ?? []
  const others = pairs.filter((pair) => !pair.trim().startsWith(`${name}=`))
  if (others.length === pairs.length) return
  if (others.length === 0) headers.delete('cookie')
  else headers.set('cookie', others.join(';'))
}

/**
 * RFC 9111 §3.5 keeps answers to requests with `Authorization` out of shared caches unless the
 * upstream consents; the upstream saw none, and a cookie is none, so it is said in the answer.
 * What varies by our headers is nobody's to keep: no caller sends them, so no cache can tell.
 */
function markPrivate(response: Response): Response {
  const { headers } = response
  const sent = headers.get('cache-control')
  const said = sent && !/x-auth/i.test(`${headers.get('vary')}`) ? sent : ''
  if (DECIDED.test(said)) return response
  const marked = new Response(response.body, response)
  marked.headers.set('cache-control', said ? `${said}, private` : 'private, no-store')
  return marked
}

/** Who may keep it is said; of single fields (`private="…"`, or bare) that says nothing. */
const DECIDED = /(?:^|,)\s*(?:private|no-store|public|s-maxage=\d+|must-revalidate)\s*(?:,|$)/i
