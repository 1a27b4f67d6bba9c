import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBrowser, type Browser } from '../../../dev/issuer/browser.ts'
import { ENDPOINTS } from '../../../dev/issuer/endpoints.ts'
import { logIn } from '../../../dev/issuer/login.ts'
import { startIssuer, type Issuer } from '../../../dev/issuer/start.ts'

const redirectUri = 'https://app.example.com/callback'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer({ algorithms: ['ES256'] })
})
afterAll(() => issuer.close())

function open(browser: Browser, parameters: Record<string, string> = {}) {
  const query = new URLSearchParams({
    client_id: 'app',
    response_type: 'code',
    scope: 'openid email read:patients',
    resource: issuer.audience,
    redirect_uri: redirectUri,
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    ...parameters,
  })
  return browser.open(`${issuer.issuer}${ENDPOINTS.authorization}?${query}`, redirectUri)
}

describe('the login', () => {
  it('asks for a name, then for consent to each scope', async () => {
    const browser = createBrowser()
    const login = await open(browser)
    expect(login.html).toContain('<input name="login"')
    const consent = await browser.submit(login, { login: 'auth0|ada' }, redirectUri)
    for (const scope of ['openid', 'email', 'read:patients']) {
      expect(consent.html).toContain(`<code>${scope}</code>`)
    }
    const end = await browser.submit(consent, { decision: 'allow' }, redirectUri)
    expect(new URL(end.url).searchParams.get('code')).toMatch(/./)
  })

  it('asks a known session for nothing that it has given', async () => {
    const browser = createBrowser()
    const login = await open(browser)
    const consent = await browser.submit(login, { login: 'auth0|ada' }, redirectUri)
    await browser.submit(consent, { decision: 'allow' }, redirectUri)
    expect((await open(browser)).url).toContain(`${redirectUri}?code=`)
    const more = await open(browser, { scope: 'openid read:admin' })
    expect(more.html).toContain('<code>read:admin</code>')
    expect(more.html).not.toContain('<code>openid</code>')
  })

  it('tells the client when the user says no', async () => {
    const browser = createBrowser()
    const login = await open(browser)
    const consent = await browser.submit(login, { login: 'auth0|ada' }, redirectUri)
    const end = await browser.submit(consent, { decision: 'deny' }, redirectUri)
    expect(new URL(end.url).searchParams.get('error')).toBe('access_denied')
  })

  it('explains a lost session', async () => {
    const response = await fetch(`${issuer.issuer}/interaction/none`)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('cookie not found')
  })

  it('reports a wrong authorization request as text', async () => {
    const client = { ...issuer.clients.app, clientId: 'unknown' }
    const login = logIn(issuer, { user: 'auth0|ada', scopes: ['openid'], client })
    await expect(login).rejects.toThrow('invalid_client')
  })

  it('loads nothing from elsewhere and writes no foreign markup', async () => {
    const { html } = await open(createBrowser(), { login_hint: '"><script>' })
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;"')
    expect(html).not.toMatch(/src=|href=|@import|<script/)
  })
})
