/** The little of a browser that a login needs: it keeps cookies, follows redirects and posts forms. */
export interface Browser {
  /** Follows redirects until a page, or until one leads to a URL that starts with `until`. */
  open(url: string, until: string): Promise<Page>
  /** Posts the form of a page with these fields filled in. */
  submit(page: Page, fields: Readonly<Record<string, string>>, until: string): Promise<Page>
}

export interface Page {
  readonly url: string
  /** Undefined where the walk ended at `until`, which is never fetched. */
  readonly html?: string
}

// oidc-provider answers four redirects in a row at most; more means a loop.
const MAX_REDIRECTS = 10

interface Cookie {
  readonly value: string
  readonly path: string
}

export function createBrowser(): Browser {
  const jar = new Map<string, Cookie>()

  async function walk(start: string, first: RequestInit, until: string): Promise<Page> {
    let url = start
    let init = first
    for (let hop = 0; hop < MAX_REDIRECTS; hop += 1) {
      if (url.startsWith(until)) return { url }
      const headers = { accept: 'text/html', cookie: sendCookies(jar, new URL(url).pathname) }
      const response = await fetch(url, { ...init, headers, redirect: 'manual' })
      keepCookies(jar, response.headers.getSetCookie())
      const location = response.headers.get('location')
      if (location === null) return readPage(url, response)
      url = new URL(location, url).href
      init = {}
    }
    throw new Error(`still redirecting after ${MAX_REDIRECTS} hops, at ${new URL(url).pathname}`)
  }

  return {
    open: (url, until) => walk(url, {}, until),
    submit: (page, fields, until) =>
      walk(page.url, { method: 'POST', body: new URLSearchParams(fields) }, until),
  }
}

async function readPage(url: string, response: Response): Promise<Page> {
  const html = await response.text()
  if (!response.ok) throw new Error(`the issuer answered ${response.status}: ${html}`)
  return { url, html }
}

function sendCookies(jar: ReadonlyMap<string, Cookie>, path: string): string {
  return [...jar]
    .filter(([, cookie]) => path.startsWith(cookie.path))
    .map(([name, cookie]) => `${name}=${cookie.value}`)
    .join('; ')
}

function keepCookies(jar: Map<string, Cookie>, lines: readonly string[]): void {
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split('; ')
    const [name = '', value = ''] = pair.split('=')
    const path = attributes.find((attribute) => attribute.startsWith('path='))?.slice(5) ?? '/'
    // An empty value is how the provider takes a cookie back.
    if (value === '') jar.delete(name)
    else jar.set(name, { value, path })
  }
}
