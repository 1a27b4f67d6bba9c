import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { SIZES, usePages, verdictOf } from './page.ts'

const open = usePages()

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[]
}

const RUN = "axe.run({ resultTypes: ['violations'] }).then((run) => run.violations)"

async function check(page: Page): Promise<readonly string[]> {
  const found = await page.evaluate<readonly Violation[]>(RUN)
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary}`),
  )
}

const VIEWS = [
  ['Explain', '.step.fail'],
  ['Matrix', '.square'],
  ['Cache', '.moment'],
  ['World', '.act'],
] as const

const EXCESS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

const LOOKS = (['phone', 'desk'] as const).flatMap((size) =>
  (['light', 'dark'] as const).map((colorScheme) => [size, colorScheme] as const),
)

describe.each(LOOKS)('on a %s, %s', (size, colorScheme) => {
  it('every view can be used by everybody, and fits', async () => {
    const page = await open('', { viewport: SIZES[size], colorScheme, reducedMotion: 'reduce' })
    await verdictOf(page, /Allowed/)
    await page.getByRole('button', { name: 'billing', exact: true }).click()
    await page.evaluate(AXE)
    for (const [name, part] of VIEWS) {
      await page.getByRole('tab', { name, exact: true }).click()
      await page.locator(part).first().waitFor()
      expect([name, await check(page)]).toEqual([name, []])
      expect([name, await page.evaluate(EXCESS)]).toEqual([name, 0])
    }
  })
})

it('every view fits any width in between, whatever the claims', async () => {
  const page = await open()
  await verdictOf(page, /Allowed/)
  await page.getByRole('button', { name: 'hostile', exact: true }).click()
  await verdictOf(page, /401/)
  for (const [name, part] of VIEWS) {
    await page.getByRole('tab', { name, exact: true }).click()
    await page.locator(part).first().waitFor()
    for (const width of [320, 600, 768, 900, 1024]) {
      await page.setViewportSize({ width, height: 900 })
      expect([name, width, await page.evaluate(EXCESS)]).toEqual([name, width, 0])
    }
  }
  await page.setViewportSize(SIZES.desk)
})

describe('the theme', () => {
  const ground = (page: Page) =>
    page.evaluate('getComputedStyle(document.documentElement).backgroundColor')

  it('follows the system until it is chosen, and the choice is remembered', async () => {
    const page = await open('', { colorScheme: 'dark' })
    const dark = await ground(page)
    await page.getByRole('button', { name: 'Switch to the light theme' }).click()
    const light = await ground(page)
    expect(light).not.toBe(dark)
    await page.reload()
    expect(await ground(page)).toBe(light)
    expect(await page.evaluate('JSON.stringify(localStorage)')).toBe('{"theme":"light"}')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.getByRole('button', { name: 'Switch to the dark theme' }).click()
    expect(await ground(page)).toBe(dark)
  })
})

describe('the keyboard', () => {
  it('reaches everything, and the focus can be seen', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    const names: string[] = []
    for (let press = 0; press < 40; press += 1) {
      await page.keyboard.press('Tab')
      const [name, outline] = await page.evaluate<[string, string]>(
        '[document.activeElement.id || document.activeElement.className || document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]',
      )
      expect([name, outline]).not.toEqual([name, 'none'])
      names.push(name)
    }
    const order = [
      'skip',
      'tab-explain',
      'clock',
      'theme',
      'chip',
      'token',
      'method',
      'path',
      'route',
    ]
    expect(order.map((name) => names.indexOf(name))).toEqual(
      order.map((name) => names.indexOf(name)).toSorted((a, b) => a - b),
    )
    expect(names).toEqual(expect.arrayContaining([...order, 'door-worker', 'SUMMARY']))
  })

  it('has a key for each view, the token, the path and the theme', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    const active = () => page.evaluate('document.activeElement.id')
    for (const [key, view] of [
      ['2', 'matrix'],
      ['3', 'cache'],
      ['4', 'world'],
      ['1', 'explain'],
    ]) {
      await page.keyboard.press(key ?? '')
      await page.locator(`#${view}:not([hidden])`).waitFor()
    }
    await page.keyboard.press('/')
    expect(await active()).toBe('token')
    await page.keyboard.press('2')
    expect(await page.locator('#explain').isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    await page.keyboard.press('p')
    expect(await active()).toBe('path')
  })

  it('moves between tabs and doors by arrows', async () => {
    const page = await open()
    await verdictOf(page, /Allowed/)
    await page.getByRole('tab', { name: 'Explain' }).focus()
    await page.keyboard.press('End')
    expect(await page.getByRole('tab', { name: 'World' }).getAttribute('aria-selected')).toBe(
      'true',
    )
    await page.keyboard.press('Home')
    await page.locator('#door-worker').focus()
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('#door-answer').innerText()).toContain('Policy')
  })
})
