/** Each fault of a `wrangler.toml`: the line, and that the mend silences it. */
import { describe, expect, test } from 'vitest'
import { lintDeployment, WORKER_RULES } from '../../../cli/lint/lint.ts'
import type { DeploymentFile } from '../../../cli/lint/lint.ts'
import type { Config } from '../../../shared/config/types.ts'
import { wranglerFixtures } from './fixture.ts'

const config: Config = {
  issuers: [{ issuer: 'https://issuer.example/', audience: 'https://api.example.com' }],
}
const lint = (file: DeploymentFile) =>
  lintDeployment({ config, files: [file] }).map(({ rule, line }) => ({ rule, line }))

describe.each(wranglerFixtures)('$name', ({ rule, faulty, mended, lines }) => {
  test('is found on its line, and nothing else is', () => {
    expect(lines.length).toBeGreaterThan(0)
    expect(lint(faulty)).toEqual(lines.map((line) => ({ rule, line })))
  })

  test('is silent once mended', () => {
    expect(lint(mended)).toEqual([])
  })
})

test('every rule has a fixture', () => {
  const covered = new Set(wranglerFixtures.map(({ rule }) => rule))
  expect(WORKER_RULES.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([])
})

const worker = (text: string) => lint({ name: 'wrangler.toml', text })
const BASE = wranglerFixtures.find(({ name }) => name === 'worker-cache')?.mended.text ?? ''

test.each([
  ['a whole host of a zone', 'routes = [{ pattern = "*.example.com/*", zone_name = "a" }]'],
  ['a custom domain', 'routes = [{ pattern = "api.example.com", custom_domain = true }]'],
  ['a route as text', 'route = "api.example.com/*"'],
])('says nothing of %s', (_, line) => {
  expect(worker(BASE.replace(/^routes.*$/m, line))).toEqual([])
})

test('says nothing of a Worker that only other Workers call', () => {
  expect(worker(BASE.replace(/^routes.*$/m, ''))).toEqual([])
})

test('says nothing of an upstream on this machine, or one that is bound', () => {
  expect(worker(`${BASE}\n[vars]\nUPSTREAM_URL = "http://127.0.0.1:8080"`)).toEqual([])
  expect(worker(`${BASE}\n[[services]]\nbinding = "UPSTREAM"\nservice = "api"`)).toEqual([])
})

test('names the line where TOML ends to be TOML', () => {
  expect(worker('name = "guard"\nmain = ')).toEqual([{ rule: 'file-unreadable', line: 2 }])
})
