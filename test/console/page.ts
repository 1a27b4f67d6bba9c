import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'

export const SIZES = {
  phone: { width: 375, height: 800 },
  desk: { width: 1440, height: 900 },
} as const

/** Slow machines are not wrong. */
const WAIT_MS = 20_000

export const origin = (): string => `http://127.0.0.1:${inject('port')}`

/** A new page for each call. Whatever a page complains of fails the test that opened it. */
export const usePages = () => {
  let browser: Browser
  const complaints: string[] = []
  beforeAll(async () => {
    browser = await chromium.connect(inject('browser'))
  })
  afterAll(() => browser.close())
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(complaints.splice(0)).toEqual([])
  })
  return async (view = '', options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ viewport: SIZES.desk, ...options })
    context.setDefaultTimeout(WAIT_MS)
    const page = await context.newPage()
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(message.text())
    })
    page.on('dialog', (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.goto(`${origin()}/${view}`)
    return page
  }
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
