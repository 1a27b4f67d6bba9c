/** Each fault of a `wrangler.toml` or `wrangler.jsonc`: the line, and that the mend silences it. */
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser'
import { describe, expect, test } from 'vitest'
import { lintDeployment } from '../../../cli/lint/lint.ts'
import type { DeploymentFile } from '../../../cli/lint/lint.ts'
import { WORKER } from '../../../cli/lint/rules/worker.ts'
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

  test('is found in JSON as well, and silent there once mended', () => {
    expect(lint(asJsonc(faulty)).map((finding) => finding.rule)).toEqual(lines.map(() => rule))
    expect(lint(asJsonc(mended))).toEqual([])
  })
})

const asJsonc = ({ text }: DeploymentFile): DeploymentFile => ({
  name: 'wrangler.jsonc',
  text: `// The Worker\n${JSON.stringify(getStaticTOMLValue(parseTOML(text)), null, 2)}`,
})

test('every rule has a fixture', () => {
  const covered = new Set(wranglerFixtures.map(({ rule }) => rule))
  expect(WORKER.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([])
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

test("says nothing of a cache that is behind the guard, or of the top level's where it does not count", () => {
  const behind = `${BASE}\n[exports]\nStatic = { type = "worker", cache = { enabled = true } }`
  expect(worker(behind)).toEqual([])
  const guard = 'default = { type = "worker", cache = { enabled = false } }'
  expect(worker(`${BASE}\n[cache]\nenabled = true\n[exports]\n${guard}`)).toEqual([])
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

const JSONC = `{
  // What wrangler writes for a new Worker.
  "$schema": "node_modules/wrangler/config-schema.json",
  "main": "dist/worker/index.js",
  "compatibility_date": "2026-07-01",
  "kv_namespaces": [
    { "binding": "AUTH_KV" },
  ],
  "routes": [
    /* one team's part */
    { "pattern": "api.example.com/v1/*", "zone_name": "example.com" },
    "api.example.com/*",
  ],
  "workers_dev":
    true,
}`

test.each(['wrangler.jsonc', 'wrangler.json', 'config/wrangler.staging.json'])(
  'reads %s with its comments, and mends it in its own words',
  (name) => {
    const findings = lintDeployment({ config, files: [{ name, text: JSONC }] })
    expect(findings.map(({ line, rule, mend }) => [line, rule, mend])).toEqual([
      [
        11,
        'worker-route-partial',
        'Set `"pattern": "api.example.com/*"`, and let `routes` of the configuration say what is public.',
      ],
      [14, 'worker-second-address', 'Set `"workers_dev": false`.'],
    ])
  },
)

test('mends a list in the words of either file', () => {
  const mendOf = (name: string, text: string) =>
    lintDeployment({ config, files: [{ name, text }] }).map(({ mend }) => mend)[0]
  expect(mendOf('wrangler.toml', 'main = "a.js"')).toContain(
    'routes = [{ pattern = "api.example.com/*", zone_name = "example.com" }]',
  )
  expect(mendOf('wrangler.jsonc', '{ "main": "a.js" }')).toContain(
    '"routes": [{ "pattern": "api.example.com/*", "zone_name": "example.com" }]',
  )
})

test.each([
  ['{\n  "main": \n}', 3, 'value expected'],
  ['', 1, 'It is empty'],
  ['// nothing\n', 2, 'It is empty'],
])('says where JSON ends to be JSON: %j', (text, line, message) => {
  const [finding] = lintDeployment({ config, files: [{ name: 'wrangler.jsonc', text }] })
  expect(finding).toMatchObject({ rule: 'file-unreadable', line })
  expect(finding?.message).toContain(message)
})
