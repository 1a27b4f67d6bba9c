/** Which URLs an issuer's metadata may send us to (§8.2). */

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

export const isLoopback = (hostname: string): boolean => LOOPBACK.has(hostname)

/**
 * On the issuer's own host, over https, without credentials: metadata is data, and must not aim our
 * requests at another host, an internal name or an address. A development issuer, http on a
 * loopback host, may use any port of that host.
 */
export function isAllowedEndpoint(uri: string, issuer: string): boolean {
  if (!URL.canParse(uri)) return false
  const [url, home] = [new URL(uri), new URL(issuer)]
  if (url.username !== '' || url.password !== '') return false
  if (home.protocol === 'http:') return isLoopback(home.hostname) && url.hostname === home.hostname
  return url.protocol === 'https:' && url.host === home.host
}

/** RFC 8414 §3.1 inserts the well-known part before the path; OpenID Connect Discovery §4 appends it. */
export function metadataUrls(issuer: string): readonly [openid: string, oauth: string] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

/** An address, or a name that is only known inside: no key set of an issuer's is published there. */
const PRIVATE_HOST = /^(?:[\d.]+|\[.*\]|localhost|.*\.(?:localhost|local|internal|home|lan))$/i

/** A configured `jwksUri` may be on another host, but on a public one. */
export function isAllowedJwksUri(uri: string, issuer: string): boolean {
  if (isAllowedEndpoint(uri, issuer)) return true
  if (!URL.canParse(uri)) return false
  const { protocol, hostname, username, password } = new URL(uri)
  return protocol === 'https:' && username + password === '' && !PRIVATE_HOST.test(hostname)
}
