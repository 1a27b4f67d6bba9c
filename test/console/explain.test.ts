import { readFileSync } from 'node:fs'
import { describe, expect, inject, it } from 'vitest'
import { chooseRoute, chooseToken, usePages, verdictOf } from './page.ts'

const open = usePages()

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: object): string =>
  `${encode({ alg: 'RS256', typ: 'JWT', kid: 'k' })}.${encode(claims)}.c2ln`

describe('the first view', () => {
  it('explains a sample token at once: verdict, every door, every check, every claim', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    expect(await page.locator('.tile').count()).toBe(7)
    expect(await page.locator('.step').count()).toBe(19)
    expect(await page.locator('.claim').filter({ hasText: 'sub' }).first().innerText()).toContain(
      'auth0|ada',
    )
    expect(await page.locator('.mend').first().innerText()).toContain('Nothing to fix')
  })

  it('says what is wrong, where, and what to do about it', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await chooseRoute(page, '/admin/')
    await verdictOf(page, /403 Forbidden.*insufficient_scope/s)
    expect(await page.locator('.headline .mend').innerText()).toContain('read:admin')
    const failed = page.locator('.step.fail')
    expect(await failed.innerText()).toContain('It may call this route')
    expect(await page.locator('.step.not-reached').count()).toBe(1)
  })

  it('shows exactly what a door answers', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await chooseToken(page, 'admin')
    await verdictOf(page, /403/)
    const answer = page.locator('#door-answer')
    expect(await answer.innerText()).toMatch(
      /HTTP\/1\.1 403 Forbidden[^]*www-authenticate: Bearer[^]*"code"/,
    )
    await page.getByRole('tab', { name: /REST API TOKEN/ }).click()
    expect(await answer.innerText()).toMatch(/Policy \(\d+ bytes[^]*execute-api:Invoke[^]*Context/)
    await chooseToken(page, 'none')
    await verdictOf(page, /missing_token/)
    expect(await answer.innerText()).toContain('The function is not asked')
  })

  it('takes a token as people paste it, and keeps it out of address and storage', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    const token = jwt({ iss: 'https://elsewhere.example/', sub: 'x', secret: 'never-written-down' })
    await page.getByLabel('Token', { exact: true }).fill(`Authorization: Bearer "${token}"\n`)
    await verdictOf(page, /401/)
    expect(await page.locator('.claim.bad').first().innerText()).toContain(
      'not one of the configured issuers',
    )
    const kept = await page.evaluate(
      'location.href + JSON.stringify([localStorage, sessionStorage, document.cookie])',
    )
    expect(kept).not.toMatch(/eyJ|never-written/)
    expect(
      await page.evaluate('performance.getEntriesByType("resource").map((r) => r.name).join()'),
    ).not.toContain('eyJ')
  })

  it('asks the doors that run, which say what was explained', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await chooseRoute(page, '/admin/')
    await verdictOf(page, /403/)
    await page.getByRole('button', { name: 'Send to the running doors' }).click()
    const sent = page.locator('.sent li')
    await sent.first().waitFor()
    expect(await sent.allInnerTexts()).toEqual(
      ['Worker', 'REST TOKEN', 'REST REQUEST', 'HTTP 1.0', 'HTTP 2.0'].map((door) =>
        expect.stringMatching(new RegExp(`${door}[^]*403`)),
      ),
    )
    await page.keyboard.press('4')
    await page.getByRole('log').filter({ hasText: 'GET /admin/42' }).waitFor()
  })

  it('sends a blank in a path as a browser would', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await page.getByLabel('Request', { exact: true }).fill('/a b')
    await page.getByRole('button', { name: 'Send to the running doors' }).click()
    const sent = page.locator('.sent li')
    await sent.first().waitFor()
    expect(await sent.first().innerText()).toMatch(/Worker[^]*403/)
  })

  it.each([
    ['/a b', 'GET /a b matches no route and is refused.'],
    ['/a//b', 'GET /a//b can be read in two ways and is refused.'],
  ])('says of %s why it has no rule', async (path, words) => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await page.getByLabel('Request', { exact: true }).fill(path)
    await verdictOf(page, /is refused/)
    expect(await page.locator('.asked').innerText()).toContain(words)
  })

  it('sends an Authorization header beside the token', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await page.getByText('More headers').click()
    await page.getByLabel('Header lines').fill('Authorization: Basic eDp5')
    await verdictOf(page, /multiple_tokens/)
    await page.getByRole('button', { name: 'Send to the running doors' }).click()
    await page.locator('.sent li').first().waitFor()
    expect(await page.locator('.sent li').first().innerText()).toMatch(/Worker[^]*400/)
  })

  it('leaves nothing of a token in what the process prints', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    const printed = readFileSync(inject('log'), 'utf8')
    expect(printed).toContain('Console')
    expect(printed).not.toMatch(/eyJ|never-written/)
  })

  it('judges at another time, and says so', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await page.getByLabel('Clock').selectOption({ label: 'in 2 hours' })
    await verdictOf(page, /token_expired/)
    expect(await page.locator('#clock-note').innerText()).toContain('workerd')
    await page.getByLabel('Clock').selectOption({ label: 'now' })
    await verdictOf(page, /Allowed/)
    expect(await page.locator('#clock-note').isVisible()).toBe(false)
  })

  it('sends headers, methods and paths as they are written', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await page.getByText('More headers').click()
    await page.getByLabel('Header lines').fill('Authorization: Basic YTpi\nnot a header')
    await chooseToken(page, 'none')
    await verdictOf(page, /unsupported_scheme/)
    await page.getByLabel('Request', { exact: true }).fill('/nowhere?a=b')
    await verdictOf(page, /no_matching_route/)
    expect(await page.locator('.step.fail').innerText()).toContain('A route answers the request')
  })
})

describe('hostile input', () => {
  const HOSTILE = {
    sub: '<img src=x onerror=alert(1)><script>alert(2)</script>',
    scope: 'a \u202Eb\u2066 c',
    name: '\u001B[31mred\u0007\u0000 a\u200Bb',
    '"><svg onload=alert(3)>': ['</dd>', { '<b>': 1 }],
    __proto__: 'x',
  }

  it('is text, and nothing but text', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await page.getByLabel('Token', { exact: true }).fill(jwt(HOSTILE))
    await verdictOf(page, /401/)
    const anatomy = page.locator('.anatomy')
    const text = await anatomy.innerText()
    expect(text).toContain('<img src=x onerror=alert(1)><script>alert(2)</script>')
    expect(text).toContain('"><svg onload=alert(3)>')
    for (const name of ['U+202E', 'U+2066', 'U+001B', 'U+0007', 'U+0000', 'U+200B']) {
      expect(text).toContain(name)
    }
    for (const character of '\u202E\u2066\u001B\u0007\u200B') expect(text).not.toContain(character)
    expect(await page.locator('main img, main script, main svg').count()).toBe(0)
    const bidi = "getComputedStyle(document.querySelector('.claim .value .shown')).unicodeBidi"
    expect(await page.evaluate(bidi)).toBe('isolate')
  })

  it('as a path is shown and judged', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    for (const path of ['/<script>alert(1)</script>\u202Ex', '/%00/..%2f/%E2%80%AE']) {
      await page.getByLabel('Request', { exact: true }).fill(path)
      await verdictOf(page, /refused/)
    }
    expect(await page.locator('main script').count()).toBe(0)
  })

  it('of 1 MB is not taken, nor a character too many, and says so', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    for (const length of [1_048_576, 40_001]) {
      await page.evaluate(`{
        const clipboardData = new DataTransfer()
        clipboardData.setData('text', 'x'.repeat(${length}))
        const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
        document.getElementById('token').dispatchEvent(paste)
      }`)
      const note = page.locator('#token-note.bad').filter({ hasText: length.toLocaleString('en') })
      await note.waitFor()
      expect(await page.getByLabel('Token', { exact: true }).inputValue()).toBe('')
    }
    await verdictOf(page, /missing_token/)
  })

  it('that is too large for every door is explained as such', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await page.getByLabel('Token', { exact: true }).fill('x'.repeat(30_000))
    await verdictOf(page, /token_too_large/)
    expect(await page.locator('.anatomy').innerText()).toContain('30000 characters')
  })
})
