import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { SIZES, usePages, verdictOf } from './page.ts'

const open = usePages()

describe('the matrix', () => {
  const square = (page: Page, name: string) => page.getByRole('button', { name })

  it('has a verdict for every token at every route, in words too', async () => {
    const page = await open('#matrix')
    await page.locator('.square').first().waitFor()
    expect(await page.locator('.square').count()).toBe(11 * 6)
    await square(page, 'read, GET /patients: 200, allow').waitFor()
    await square(page, 'read, GET /admin/{report+}: 403, insufficient_scope').waitFor()
    await square(page, 'outage, GET /me: 503, keys_unavailable').waitFor()
    await square(page, 'tampered, GET /me: 401, signature_invalid').waitFor()
    await square(page, 'unsigned, GET /me: 401, alg_not_allowed').waitFor()
    expect(await square(page, 'none, GET /health: 200, allow').innerText()).toBe('✓200')
  })

  it('shows a reason at once, and the sign of the square that is chosen', async () => {
    const page = await open('#matrix')
    await square(page, 'none, GET /me: 401, missing_token')
      .and(page.locator('[aria-pressed=true]'))
      .waitFor()
    const chosen = square(page, 'read, GET /me: 200, allow')
    await chosen.click()
    const colours = await page.evaluate(
      `[...document.querySelectorAll('[aria-pressed=true].square, [aria-pressed=true].square > *')]
        .map((part) => getComputedStyle(part).color)`,
    )
    expect(colours).toHaveLength(3)
    expect(new Set(Object.values(Object(colours))).size).toBe(1)
  })

  it('is left for the view that the address bar names', async () => {
    const page = await open('#matrix')
    await page.evaluate("location.hash = 'cache'")
    await page.getByRole('tab', { name: 'Cache', selected: true }).waitFor()
    expect(await page.getByRole('tabpanel', { name: 'Cache' }).isVisible()).toBe(true)
  })

  it('tells the reason of a square, and leads to its explanation', async () => {
    const page = await open('#matrix')
    await square(page, 'billing, GET /patients: 401, audience_mismatch').click()
    const reason = page.getByRole('complementary', { name: 'Reason' })
    expect(await reason.innerText()).toMatch(/401[^]*audience_mismatch[^]*audience=/)
    await page.getByRole('button', { name: 'Explain step by step' }).click()
    await verdictOf(page, /audience_mismatch/)
    expect(await page.evaluate('location.hash')).toBe('#explain')
  })

  it('is walked by arrows', async () => {
    const page = await open('#matrix')
    await page.locator('.square').first().focus()
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'Enter'])
      await page.keyboard.press(key)
    const pressed = page.locator('.square[aria-pressed=true]')
    expect(await pressed.getAttribute('aria-label')).toBe('read, GET /patients: 200, allow')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Explain step by step')
  })
})

describe('the cache', () => {
  const told = async (page: Page, sum: string) => {
    await page.locator('.sum').filter({ hasText: sum }).waitFor()
    return page.locator('.moment').allInnerTexts()
  }

  it('shows which call asked the function, and which was answered by the policy', async () => {
    const page = await open('#cache')
    const moments = await told(page, '4 calls, 1 of them asked the function')
    expect(moments[0]).toMatch(/the function was asked/)
    expect(moments.at(-1)).toMatch(/403[^]*answered by the cached policy/)
  })

  it('forgets after the TTL', async () => {
    const page = await open('#cache')
    await page.getByRole('button', { name: 'The TTL runs out' }).click()
    const moments = await told(page, '6 calls, 2 of them asked the function')
    expect(moments.map((text) => /function was asked/.test(text))).toEqual([
      true,
      false,
      false,
      false,
      true,
      false,
    ])
    await page.getByLabel('TTL, seconds').fill('0')
    expect(await told(page, '6 calls, 6 of them asked the function')).toHaveLength(6)
  })

  it('holds the TTL to what API Gateway takes', async () => {
    const page = await open('#cache')
    const ttl = page.getByLabel('TTL, seconds')
    await ttl.fill('99999')
    await ttl.blur()
    expect(await ttl.inputValue()).toBe('3600')
  })

  it('has room for the route of a call on a phone', async () => {
    const page = await open('#cache', { viewport: SIZES.phone })
    const request = page.locator('.calls').getByLabel('Request').first()
    await request.waitFor()
    expect((await request.boundingBox())?.width).toBeGreaterThan(250)
  })

  it('keeps nothing of an outage', async () => {
    const page = await open('#cache')
    await page.getByRole('button', { name: 'Outage' }).click()
    const moments = await told(page, '4 calls, 3 of them asked the function')
    expect(moments[1]).toMatch(/500[^]*the function was asked: keys_unavailable/)
  })

  it('takes calls away and adds them', async () => {
    const page = await open('#cache')
    await told(page, '4 calls')
    await page.getByRole('button', { name: 'Remove this call' }).first().click()
    await told(page, '3 calls')
    await page.getByRole('button', { name: 'Add a call' }).click()
    await told(page, '4 calls')
    await page.getByLabel('Token', { exact: true }).last().selectOption('no token')
    await told(page, '4 calls')
    const last = page.locator('.moment').last().filter({ hasText: 'no token' })
    await last.waitFor()
    expect(await last.innerText()).toContain('API Gateway refuses: no token')
  })
})
