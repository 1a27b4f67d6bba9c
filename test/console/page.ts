import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { PATIENCE_MS } from '../support/patience.ts'

export const SIZES = {
  phone: { width: 375, height: 800 },
  desk: { width: 1440, height: 900 },
} as const

export const origin = (): string => `http://127.0.0.1:${inject('port')}`

/**
 * A page just loaded, for each call; one with options of its own is in a context of its own. Whatever
 * a page complains of fails the test that opened it.
 */
export const usePages = () => {
  let browser: Browser
  let usual: Page | null = null
  const complaints: string[] = []
  const openPage = async (options: BrowserContextOptions): Promise<Page> => {
    const context = await browser.newContext({ viewport: SIZES.desk, ...options })
    context.setDefaultTimeout(PATIENCE_MS)
    const page = await context.newPage()
    listen(page, complaints)
    return page
  }
  beforeAll(async () => {
    browser = await chromium.connect(inject('browser'))
    usual = await openPage({})
  })
  afterAll(() => browser.close())
  afterEach(async () => {
    // Away from the console: a page that nobody looks at follows nothing.
    await usual?.goto('about:blank')
    for (const context of browser.contexts()) {
      if (context !== usual?.context()) await context.close()
    }
    expect(complaints.splice(0)).toEqual([])
  })
  return async (view = '', options?: BrowserContextOptions): Promise<Page> => {
    const page = options || !usual ? await openPage(options ?? {}) : usual
    await page.goto(`${origin()}/${view}`)
    return page
  }
}

function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    if (/^(?:error|warning)$/.test(message.type())) complaints.push(message.text())
  })
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
}

/** The verdict of the first view says so. */
export const verdictOf = (page: Page, text: RegExp): Promise<void> =>
  page.locator('.headline').filter({ hasText: text }).waitFor()

export const chooseToken = (page: Page, name: string): Promise<void> =>
  page
    .getByRole('group', { name: 'Sample tokens' })
    .getByRole('button', { name, exact: true })
    .click()

export const chooseRoute = (page: Page, pattern: string): Promise<void> =>
  page.locator('.route').filter({ hasText: pattern }).first().click()
