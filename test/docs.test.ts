/** What the documentation says of options, codes and files is so. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderConfiguration } from '../dev/docs.ts'
import { convertConfig } from '../dev/schema.ts'
import { CODES } from './doors/codes.ts'

test('docs/configuration.md is what `npm run docs` writes', async () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(await renderConfiguration())
})

describe('docs/configuration.md, written by hand', () => {
  const page = readFileSync('docs/configuration.md', 'utf8')
  const { properties: schema } = JSON.parse(JSON.stringify(convertConfig()))

  test('has every option of identityProviders[], and no other', () => {
    const [, section = ''] = page.split('### `identityProviders[]`')
    const rows = [...section.matchAll(/^\|[^|]*\| `(\w+)`/gm)].map(([, name = '']) => name)
    const forms: readonly object[] = schema.identityProviders.items.anyOf
    const options = forms.flatMap((form) =>
      Object.keys('properties' in form ? (form.properties ?? {}) : {}),
    )
    expect(new Set(['provider', ...rows])).toEqual(new Set(options))
  })

  test('names every algorithm', () => {
    const row = page.split('\n').find((line) => line.startsWith('| `algorithms`')) ?? ''
    const known: readonly string[] = schema.issuers.items.properties.algorithms.items.enum
    expect(known).toHaveLength(14)
    expect(known.filter((name) => !new RegExp(String.raw`\b${name}\b`).test(row))).toEqual([])
  })
})

describe('docs/codes.md', () => {
  const page = readFileSync('docs/codes.md', 'utf8')
  const rowOf = (code: string) => page.split('\n').find((line) => line.includes(`id="${code}"`))

  test.each(Object.entries(CODES))('has %s with its status', (code, { status }) => {
    const [, , written = ''] = rowOf(code)?.split('|') ?? []
    expect(written.trim()).toMatch(new RegExp(`^${status}\\b`))
  })

  test('names no code twice', () => {
    const anchors = [...page.matchAll(/id="(\w+)"/g)].map(([, code]) => code)
    expect(new Set(anchors).size).toBe(anchors.length)
  })
})

describe('a link', () => {
  const pages = globSync(['*.md', '{docs,bench}/**/*.md'])
  const read = (file: string) => readFileSync(file, 'utf8')
  /** As GitHub names a heading. */
  const slugOf = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-')
  const anchorsOf = (file: string) => [
    ...[...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slugOf(heading)),
    ...[...read(file).matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id),
  ]

  test.each(pages)('of %s leads somewhere', (page) => {
    const text = read(page).replaceAll(/^ *```[^]*?^ *```/gm, '')
    const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
    })
    expect(broken).toEqual([])
  })
})
