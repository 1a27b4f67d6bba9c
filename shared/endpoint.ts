/** Which URLs may name an issuer, and where its metadata may send us (§8.2). */

/** Written whole: `URL` would drop blanks, and take a scheme without its slashes. */
const WHOLE = /^https?:\/\/[^\s\\]+$/i

/** Of a URL without credentials. */
function parse(text: unknown): URL | undefined {
  const isWhole = typeof text === 'string' && WHOLE.test(text) && URL.canParse(text)
  const url = isWhole ? new URL(text) : undefined
  return url && url.username + url.password === '' ? url : undefined
}

const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)

/** https, or http on a loopback host for development; without query and fragment (RFC 8414 §2). */
export function isIssuerUrl(text: unknown): boolean {
  const url = parse(text)
  return url !== undefined && !/[?#]/.test(`${text}`) && (isHttps(url) || isLoopback(url))
}

const isHttps = ({ protocol }: URL): boolean => protocol === 'https:'

/** An address, or a name that is only known inside: no key set of an issuer's is published there. */
const PRIVATE_HOST = /^(?:[\d.]+|\[.*|localhost|.*\.(?:localhost|local|internal|home|lan))$/

/** A configured key set may be on any public host, or on a loopback host for development. */
export function isAllowedJwksUri(text: unknown): boolean {
  const url = parse(text)
  return (
    url !== undefined && (isLoopback(url) || (isHttps(url) && !PRIVATE_HOST.test(url.hostname)))
  )
}

/**
 * On the issuer's own host, over https, without credentials: metadata is data, and must not aim our
 * requests at another host, an internal name or an address. A development issuer, http on a
 * loopback host, may use any port of that host.
 */
export function isAllowedEndpoint(uri: unknown, issuer: string): uri is string {
  const [url, home] = [parse(uri), new URL(issuer)]
  if (!url) return false
  return isHttps(url) ? url.host === home.host : isLoopback(url) && url.hostname === home.hostname
}

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
