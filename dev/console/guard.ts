/**
 * Who may ask: the console's own page and nobody else's. A page of another site reaches loopback
 * under a name of its own (DNS rebinding), which `Host` gives away, or with the browser's help
 * (CSRF), which `Origin` and `Sec-Fetch-Site` give away. Programs of this machine are not kept out:
 * they could ask the issuer for tokens just as well.
 */
import type { IncomingHttpHeaders } from 'node:http'

export interface Asked {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** As sent: Node would join, or drop, what is repeated. */
  readonly rawHeaders: readonly string[]
}

export interface Turned {
  readonly status: 400 | 403 | 405 | 415 | 421
  readonly problem: string
}

const HOSTS = ['127.0.0.1', 'localhost'] as const

/** null: come in. */
export function turnAway({ method, headers, rawHeaders }: Asked, port: number): Turned | null {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
  const host = headers.host ?? ''
  if (hosts.length !== 1 || !HOSTS.some((name) => host === `${name}:${port}`)) {
    return { status: 421, problem: `the console answers at http://127.0.0.1:${port} alone` }
  }
  const { origin } = headers
  const isOwn = origin === `http://${host}`
  if (origin !== undefined && !isOwn) return FOREIGN
  // `none`: typed, or from a bookmark. No header: not a browser, or one that sends `Origin`.
  const site = headers['sec-fetch-site'] ?? 'none'
  if (site !== 'same-origin' && site !== 'none') return FOREIGN
  if (method === 'GET') return null
  if (method !== 'POST') return { status: 405, problem: 'only GET and POST' }
  // Every browser sends it with a POST.
  if (!isOwn) return FOREIGN
  const isJson = headers['content-type'] === 'application/json'
  return isJson ? null : { status: 415, problem: 'only application/json' }
}

const FOREIGN: Turned = {
  status: 403,
  problem: 'only the console itself may ask: open its address by hand',
}
