/** The package as it is published, with its own dependencies and no others. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findPorts } from '../dev/child.ts'
import { useWorkplace } from './command.ts'

const place = useWorkplace()
const modules = join(place.folder, 'node_modules')
const home = join(modules, 'edge-authorizer')
const program = join(home, 'dist/cli/main.js')

const npm = (...words: string[]): string => {
  const { status, stdout, stderr } = spawnSync('npm', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

beforeAll(() => {
  const packed = npm('pack', '--json', '--ignore-scripts', '--pack-destination', place.folder)
  const [{ filename }] = JSON.parse(packed)
  mkdirSync(home, { recursive: true })
  const archive = join(place.folder, filename)
  spawnSync('tar', ['-xzf', archive, '-C', home, '--strip-components=1'])
  const [, ...needed] = npm('ls', '--omit=dev', '--all', '--parseable').trim().split('\n')
  for (const path of needed.filter((name) => !name.includes('typescript'))) {
    cpSync(path, join(modules, relative('node_modules', path)), { recursive: true })
  }
})

describe('the installed package', () => {
  it('has the command, for anybody to run', () => {
    const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    expect(bin).toEqual({ 'edge-authorizer': 'dist/cli/main.js' })
    expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(statSync(program).mode & 0o111).not.toBe(0)
  })

  it('says which one it is', async () => {
    const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    expect(await place.run(['--version'], { program })).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    })
  })

  it('judges a token by a configuration in TypeScript that imports the package', async () => {
    const config = `import { defineConfig } from 'edge-authorizer'
export default defineConfig({
  issuers: [{ issuer: 'https://tenant.example.com/', audience: 'a' as string }],
  routes: { 'GET /a': { scopes: 'read:a' } },
})`
    await place.write('authorizer.config.ts', config)
    const { stdout: input } = await place.run(['token', '--scope', 'read:a'], { program })
    const words = ['explain', '-', 'GET', '/a', '--test-keys']
    const ran = await place.run(words, { program, input })
    expect(ran.code).toBe(0)
    expect(ran.stderr).toMatch(/^judged with the keys of .*, which no deployment trusts\n$/)
    expect(ran.stdout).toContain('✓ allowed   GET /a')
  })

  it('reads deployments and descriptions with its own dependencies', async () => {
    await place.write('authorizer.config.json', {
      issuers: [{ issuer: 'https://tenant.example.com/', audience: 'a' }],
      routes: { 'GET /a': 'authenticated' },
    })
    await place.write('wrangler.toml', 'name = "a"\n[cache]\nenabled = true\n')
    const words = ['check', '--offline', '-c', 'authorizer.config.json']
    const ran = await place.run(words, { program })
    expect(ran.stdout).toMatch(/✗ error {2}wrangler\.toml:3 {2}worker-cache/)
    await place.write('api.yaml', 'openapi: 3.1.0\npaths: {}\n')
    const imported = await place.run(['routes', 'import', 'api.yaml'], { program })
    expect(imported.stdout).toMatch(/^routes: \{\n\},\n/)
  })

  it('says what `dev` needs beside it', async () => {
    const ran = await place.run(['dev', '--once'], { program })
    expect(ran.code).toBe(64)
    expect(ran.stderr).toMatch(/not installed\.\n {2}Fix: npm install --save-dev miniflare@\^5/)
  })

  describe('with packages for `dev`', () => {
    const put = (version: string) => {
      const miniflare = { name: 'miniflare', version, type: 'module', exports: './index.js' }
      return place.write('node_modules/miniflare/package.json', miniflare)
    }
    beforeAll(async () => {
      for (const name of ['oidc-provider', 'ws']) {
        symlinkSync(resolve('node_modules', name), join(modules, name))
      }
      const code = `export class Log {}
export const LogLevel = {}
export class Response {}
export class Miniflare { constructor() { throw new Error('no such option') } }`
      await place.write('node_modules/miniflare/index.js', code)
    })
    const develop = async (...words: string[]) => {
      const { worker } = await findPorts()
      const issuers = [{ issuer: 'https://a.example.com/', audience: 'https://b.example.com' }]
      await place.write('authorizer.config.json', { issuers })
      return place.run(
        ['dev', '--port', String(worker), '-c', 'authorizer.config.json', ...words],
        { program },
      )
    }

    it.each([[[]], [['--once']]])('ends where a part does not start: %j', async (words) => {
      await put('5.0.0')
      const ran = await develop(...words)
      expect([ran.code, ran.stdout]).toEqual([70, ''])
      expect(ran.stderr).toMatch(/a bug in this program: no such option/)
    })

    it('names the one that is of another major version', async () => {
      await put('4.20261101.0')
      const ran = await develop()
      expect(ran.code).toBe(64)
      expect(ran.stderr).toMatch(/needs miniflare \^5\S+; installed is 4\.20261101\.0\.\n/)
    })
  })

  it('documents its exit codes', async () => {
    const ran = await place.run(['--help'], { program })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/0 +allowed.*\n +1 +denied.*\n +2 +an issuer.*\n +64 /)
  })
})
