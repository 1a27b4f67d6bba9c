import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { origin, usePages, verdictOf } from './page.ts'

const open = usePages()

const act = (name: string) => post('act', { act: name })

const post = (path: string, question: object) =>
  fetch(`${origin()}/api/${path}`, {
    method: 'POST',
    headers: { origin: origin(), 'content-type': 'application/json' },
    body: JSON.stringify(question),
  })

/** The next test file finds the world whole, and doors that may ask the issuer. */
afterAll(async () => {
  for (const name of ['traffic-off', 'restore', 'mend-kv', 'restart']) await act(name)
})

describe('the matrix', () => {
  const square = (page: Page, name: string) => page.getByRole('button', { name })

  it('has a verdict for every token at every route, in words too', async () => {
    const page = await open('#matrix')
    await page.locator('.square').first().waitFor()
    expect(await page.locator('.square').count()).toBe(9 * 6)
    await square(page, 'read, GET /patients: 200, allow').waitFor()
    await square(page, 'read, GET /admin/{report+}: 403, insufficient_scope').waitFor()
    await square(page, 'outage, GET /me: 503, keys_unavailable').waitFor()
    await square(page, 'tampered, GET /me: 401, signature_invalid').waitFor()
    await square(page, 'unsigned, GET /me: 401, alg_not_allowed').waitFor()
    expect(await square(page, 'none, GET /health: 200, allow').innerText()).toBe('✓200')
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

describe('the world', () => {
  const lane = (page: Page, at: number, text: RegExp) =>
    page.locator('.lane').nth(at).filter({ hasText: text }).waitFor()
  const press = (page: Page, name: string) => page.getByRole('button', { name }).click()
  const [WORKER_FIRST, WORKER_FRESH, HTTP_FIRST, REST_FIRST] = [0, 1, 2, 4]

  it('shows decisions of the running doors as they are made', async () => {
    const page = await open('#world')
    const { hostname, port } = new URL(origin())
    const worker = `http://${hostname}:${Number(port) - 8}/patients/%3Cscript%3E`
    await page.locator('.lane').first().waitFor()
    await expect
      .poll(async () => {
        await fetch(worker)
        return page.getByRole('log').innerText()
      })
      .toMatch(/worker[^]*401[^]*GET \/patients\/%3Cscript%3E[^]*missing_token/)
  })

  it('keeps known callers through an outage of the issuer, and says who gets in again', async () => {
    const page = await open('#world')
    await press(page, 'Start the traffic')
    await lane(page, WORKER_FIRST, /200/)
    await lane(page, REST_FIRST, /200 by the cached policy/)
    await press(page, 'Stop the issuer')
    await lane(page, WORKER_FRESH, /no token: the issuer is down/)
    await lane(page, WORKER_FIRST, /200 key from memory/)
    await press(page, 'Start the doors cold')
    // No tier is left to the function; the Worker has the Cache API, and API Gateway its policy.
    await lane(page, HTTP_FIRST, /500 keys_unavailable/)
    await lane(page, WORKER_FIRST, /200 key from (?:cache|memory)/)
    await lane(page, REST_FIRST, /200 by the cached policy/)
    await press(page, 'Restore the issuer')
    await lane(page, WORKER_FRESH, /200/)
    const log = page.getByRole('log').filter({ hasText: 'the issuer is back' })
    await log.waitFor()
    expect(await log.innerText()).toContain('new instances at both doors')
    await press(page, 'Stop the traffic')
  })

  it('goes on without KV, and rotates and revokes keys', async () => {
    const page = await open('#world')
    await press(page, 'Break KV')
    await page.locator('.fact.bad').filter({ hasText: 'KV broken' }).waitFor()
    await press(page, 'Start the traffic')
    await lane(page, WORKER_FIRST, /200/)
    const key = () => page.locator('.fact').filter({ hasText: 'Signs with' }).innerText()
    const before = await key()
    await press(page, 'Announce the next key')
    await press(page, 'Rotate keys')
    await expect.poll(key).not.toBe(before)
    const rotated = await key()
    await press(page, 'Retire old keys')
    await press(page, 'Revoke the key in use')
    await expect.poll(key).not.toBe(rotated)
    const log = await page.getByRole('log').innerText()
    expect(log).toMatch(/withdrawn at once[^]*withdrawn[^]*signs from now on[^]*signs nothing yet/)
    await press(page, 'Mend KV')
    await page.locator('.fact').filter({ hasText: 'KV sound' }).waitFor()
    await press(page, 'Stop the traffic')
  })

  it('is left alone once nobody looks', async () => {
    const page = await open('#world')
    await press(page, 'Start the traffic')
    await lane(page, WORKER_FRESH, /\d{3}/)
    await page.goto('about:blank')
    const isOn = async () => Object(await (await post('world', {})).json()).state.isTrafficOn
    await expect.poll(isOn).toBe(false)
  })

  it('says what it cannot do, instead of failing silently', async () => {
    await act('stop')
    const page = await open('#world')
    await press(page, 'Start the traffic')
    const alert = page.getByRole('alert').filter({ hasText: 'No traffic' })
    await alert.waitFor()
    expect(await alert.innerText()).toContain('the issuer')
    await act('restore')
  })
})
