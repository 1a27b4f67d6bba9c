import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useWorkplace, type Json } from './command.ts'

const place = useWorkplace()
const FLAGS = [
  '--issuer',
  'https://tenant.example.com/',
  '--audience',
  "https://api.example.com/o'k",
]

describe('init', () => {
  it('writes what a platform needs, and a configuration that check accepts', async () => {
    const ran = await place.run(['init', ...FLAGS, '--platform', 'both', '--dir', 'both'])
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout).toMatch(
      /Next:\n +cd both\n +npm install <tarball> .*`npm pack`.*\n +npm pkg set type=module\n +npx edge-authorizer check\n/,
    )
    const written = (await readdir(join(place.folder, 'both'), { recursive: true })).sort()
    expect(written).toEqual([
      'authorizer.config.ts',
      'serverless.yml',
      'src',
      'src/authorizer.ts',
      'src/worker.ts',
      'wrangler.toml',
    ])
    // The package is not installed there: it finds itself.
    const config = join(place.folder, 'both/authorizer.config.ts')
    const checked = await place.run(['check', '--offline', '--json', '-c', config])
    expect(checked.stderr).toBe('')
    expect(checked.json()).toMatchObject({
      deployment: ['wrangler.toml', 'serverless.yml'],
      findings: [],
    })
    expect(checked.json().routes[0]).toEqual({ route: 'GET /health', asks: 'public' })
  })

  it('writes a Lambda project that its own check finds nothing wrong with', async () => {
    await place.run(['init', ...FLAGS, '--platform', 'lambda', '--dir', 'alone'])
    const words = ['check', '--offline', '--json', '-c', 'alone/authorizer.config.ts']
    expect((await place.run(words)).json().findings).toEqual([])
  })

  it('doubts an issuer of Auth0 without the slash at its end', async () => {
    const words = ['init', '--audience', 'a', '--platform', 'worker', '--dry-run', '--issuer']
    expect((await place.run([...words, 'https://t.auth0.com'])).stderr).toMatch(
      /t\.auth0\.com\/ un/,
    )
    expect((await place.run([...words, 'https://t.auth0.com/'])).stderr).toBe('')
  })

  it('says how to bundle the one file of the function', async () => {
    const words = ['init', ...FLAGS, '--platform', 'both', '--dry-run', '--json']
    const pieces = (await place.run(words)).json()
    const { text } = pieces.find(({ file }: Json) => file === 'serverless.yml')
    const [, entry] = /npx esbuild (\S+) --bundle/.exec(text) ?? []
    expect(pieces.map(({ file }: Json) => file)).toContain(entry)
  })

  it('never overwrites silently', async () => {
    const file = await place.write('kept/authorizer.config.ts', 'mine')
    const words = ['init', ...FLAGS, '--platform', 'worker', '--dir', 'kept']
    const kept = await place.run(words)
    expect(kept.code).toBe(1)
    expect(await readFile(file, 'utf8')).toBe('mine')
    expect(kept.stdout).toMatch(/left as it is {2}authorizer\.config\.ts/)
    expect(kept.stdout).toContain('export default defineConfig({')
    const forced = await place.run([...words, '--force'])
    expect([forced.code, (await readFile(file, 'utf8')).includes('defineConfig')]).toEqual([
      0,
      true,
    ])
  })

  it('writes into no file', async () => {
    await place.write('taken', '')
    const words = ['init', ...FLAGS, '--platform', 'worker', '--dir', 'taken']
    const ran = await place.run(words)
    expect([ran.code, ran.stderr]).toEqual([64, expect.stringMatching(/ENOTDIR[^]+Fix: Name/)])
  })

  it('says what it would do', async () => {
    const words = ['init', ...FLAGS, '--platform', 'lambda', '--dir', 'dry', '--dry-run', '--json']
    const ran = await place.run(words)
    expect(ran.json().map(({ file, action }: Json) => `${action} ${file}`)).toEqual([
      'write authorizer.config.ts',
      'write src/authorizer.ts',
      'write serverless.yml',
    ])
    await expect(readdir(join(place.folder, 'dry'))).rejects.toThrow(/ENOENT/)
  })

  it.each([
    [['explain'], /needs a token, a method and a path[^]+Fix: Write/],
    [['init'], /init needs --issuer, --audience, --platform/],
    [['init', ...FLAGS, '--platform', 'moon'], /"moon" is no platform/],
    [
      ['init', '--issuer', 'http://a.example.com', '--audience', 'a', '--platform', 'worker'],
      /issuer must be an https URL.*\n +Fix: Write https:\/\/a\.example\.com\/\n/,
    ],
    [
      ['init', '--issuer', 't.auth0.com', '--audience', 'a', '--platform', 'worker'],
      /Fix: Write https:\/\/t\.auth0\.com\/\n/,
    ],
    [['init', ...FLAGS, '--platform', 'worker', '--config', 'a.ts'], /unknown option '--config'/],
  ])('%j is a mistake', async (words, message) => {
    const { code, stderr } = await place.run(words)
    expect(code).toBe(64)
    expect(stderr).toMatch(message)
  })
})

describe('a configuration that is a module', () => {
  it.each([
    ['throws', 'ts', '\nthrow new Error("no \\u001b[2J")', /broken\.ts:2: no \\u\{1b\}\[2J/],
    ['throws below', 'mts', 'const f = () => {\n  throw 0\n}\nf()', /broken\.mts: 0/],
    ['lacks a default export', 'ts', 'export const a = 1', /no default export/],
    ['imports what is not there', 'ts', 'import "./gone.ts"', /Cannot find module/],
    ['has no valid syntax', 'ts', '\nexport default {', /broken\.ts:2: .*\n.*`node \S+broken\.ts`/],
    ['has none, as JavaScript', 'mjs', '\n\nexport default {', /broken\.mjs:3: /],
  ])('that %s is told in a line', async (_, ending, text, message) => {
    const config = await place.write(`broken.${ending}`, text)
    const { code, stderr } = await place.run(['routes', '-c', config])
    expect(code).toBe(64)
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(2)
  })

  it.each([
    ['', 0, /^$/],
    ['commonjs', 64, /^edge-auth.*\n {2}Fix: `npm pkg set type=module`.*\n$/],
  ])('in a package of type %j', async (type, code, message) => {
    await place.write('typed/package.json', type === '' ? {} : { type })
    const text = `import { defineConfig } from 'edge-authorizer'
export default defineConfig({ issuers: [{ issuer: 'https://a.example.com/', audience: 'a' }] })`
    const config = await place.write('typed/authorizer.config.ts', text)
    const ran = await place.run(['routes', '-c', config])
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringMatching(message)])
  })
})
