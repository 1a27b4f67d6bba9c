/** A Worker that is set up wrongly says all that is wrong at once, and lets nothing through. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createGuard } from '../../../functions/worker/library.ts'

const SOUND = { issuers: [{ issuer: 'https://issuer.example/', audience: 'api' }] }
const WRONG_URL = 'https://origin.example.com/path'

const logged: string[] = []

beforeEach(() => {
  vi.stubGlobal('caches', {})
  vi.spyOn(console, 'error').mockImplementation((line) => void logged.push(String(line)))
})

afterEach(() => {
  logged.length = 0
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test.each([
  ['the upstream', SOUND, { UPSTREAM_URL: WRONG_URL }, ['UPSTREAM_URL']],
  ['a text for a binding', SOUND, { UPSTREAM: 'https://a.example' as never }, ['UPSTREAM']],
  ['the configuration', { ...SOUND, log: 'some' as 'all' }, {}, ['log']],
  [
    'the upstream and the configuration',
    { ...SOUND, log: 'some' as 'all' },
    { UPSTREAM_URL: WRONG_URL, AUDIENCE: ',' },
    ['UPSTREAM_URL', 'issuers[0].audience', 'log'],
  ],
])('of %s, in one report', async (_, config, environment, paths) => {
  const guard = createGuard(config, environment)
  expect(logged).toHaveLength(1)
  const found = [...(logged[0] ?? '').matchAll(/^ {2}(\S+): /gm)].map(([, path]) => path)
  expect(found.sort()).toEqual(paths)
  const context = { waitUntil: () => undefined }
  const response = await guard.fetch(new Request('https://api.example/'), environment, context)
  expect(response.status).toBe(500)
  expect(await response.json()).toMatchObject({ code: 'config_invalid' })
  await expect(guard.authorize(new Request('https://api.example/'), context)).rejects.toThrow(
    'config_invalid',
  )
})

test.each([
  [{}],
  [{ UPSTREAM_URL: '' }],
  [{ UPSTREAM: '' as never }],
  [{ UPSTREAM_URL: 'https://origin.example.com/' }],
  [{ UPSTREAM_URL: 'http://127.0.0.1:8080' }],
  [{ UPSTREAM_URL: WRONG_URL, UPSTREAM: {} as never }],
])('and nothing of %j', (environment) => {
  createGuard(SOUND, environment)
  expect(logged).toEqual([])
})

test.each([
  'origin.example.com',
  'ftp://origin.example.com',
  'see https://origin.example.com',
  'https://',
  'https:///',
  'https://origin.example.com//',
  'https://origin.example.com?a',
  'https://origin.example.com#a',
  'https://user@origin.example.com',
  'https://origin.example.com\\',
  'https://origin.example .com',
  'https://origin.example.com ',
  'https://origin.example.com:65536',
  'https://[origin]',
])('an upstream is not %j', (UPSTREAM_URL) => {
  createGuard(SOUND, { UPSTREAM_URL })
  expect(logged).toEqual([expect.stringContaining('UPSTREAM_URL: must be an origin, for example')])
})

test('what is no fault of the configuration is thrown', () => {
  vi.unstubAllGlobals()
  expect(() => createGuard(SOUND, {})).toThrow(ReferenceError)
})
