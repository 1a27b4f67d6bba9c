/** The last file: what is broken here takes the doors up to a minute to notice. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { origin, usePages } from './page.ts'

const open = usePages()

const act = (name: string) => post('act', { act: name })

const post = (path: string, question: object) =>
  fetch(`${origin()}/api/${path}`, {
    method: 'POST',
    headers: { origin: origin(), 'content-type': 'application/json' },
    body: JSON.stringify(question),
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
    await expect
      .poll(() => page.getByRole('log').innerText())
      .toMatch(/withdrawn at once[^]*withdrawn[^]*signs from now on[^]*signs nothing yet/)
    await press(page, 'Restore KV')
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
    expect(await alert.innerText()).toContain('the issuer is stopped; restore it')
    await act('restore')
  })

  it('goes on saying so once it follows what happens', async () => {
    await act('stop')
    const page = await open('#explain')
    const alert = page.getByRole('alert').filter({ hasText: 'the issuer' })
    await alert.waitFor()
    await page.waitForTimeout(1000)
    expect(await alert.isVisible()).toBe(true)
    await act('restore')
  })
})
