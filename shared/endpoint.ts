/** Which URLs an issuer's metadata may send us to (§8.2). */

export const isLoopback = ({ hostname }: URL): boolean =>
  /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)

/**
 * On the issuer's own host, over https, without credentials: metadata is data, and must not aim our
 * requests at another host, an internal name or an address. A development issuer, http on a
 * loopback host, may use any port of that host.
 */
export const isAllowedEndpoint = (
  uri: string,
  issuer: string,
  isAbroadAllowed = false,
): boolean => {
  if (!URL.canParse(uri)) return false
  const [url, home] = [new URL(uri), new URL(issuer)]
  if (url.username + url.password !== '') return false
  if (home.protocol === 'http:') return isLoopback(home) && url.hostname === home.hostname
  const isAbroad = isAbroadAllowed && !PRIVATE_HOST.test(url.hostname)
  return url.protocol === 'https:' && (url.host === home.host || isAbroad)
}

/** A configured `jwksUri` may be on another host, but on a public one. */
export const isAllowedJwksUri = (uri: string, issuer: string): boolean =>
  isAllowedEndpoint(uri, issuer, true)

/** An address, or a name that is only known inside: no key set of an issuer's is published there. */
const PRIVATE_HOST = /^(?:[\d.]+|\[.*|localhost|.*\.(?:localhost|local|internal|home|lan))$/

/** RFC 8414 §3.1 inserts the well-known part before the path; OpenID Connect Discovery §4 appends it. */
export function metadataUrls(issuer: string): readonly [openid: string, oauth: string] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const wellKnown = '/.well-known/'
  return [
    `${origin}${path}${wellKnown}openid-configuration`,
    `${origin}${wellKnown}oauth-authorization-server${path}`,
  ]
}
