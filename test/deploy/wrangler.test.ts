import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTestHarness, type TestHarness } from 'wrangler'
import { copyProject, type Project } from './project.ts'

let project: Project
let printed: string

/** As somebody deploys who has just cloned: nothing is built, wrangler does it. */
beforeAll(async () => {
  // The harness runs in this process and would ask Cloudflare where it is.
  vi.stubEnv('CLOUDFLARE_CF_FETCH_ENABLED', 'false')
  vi.stubEnv('WRANGLER_SEND_METRICS', 'false')
  project = await copyProject()
  printed = await project.run('wrangler', ['deploy', '--dry-run', '--outdir', 'out'])
})

afterAll(() => project.remove())

const read = (...path: string[]) => readFile(join(project.root, ...path), 'utf8')
/** Beside the one about the dead proxy that we set. */
const warningsIn = (output: string) =>
  (output.match(/\[WARNING\].*/g) ?? []).filter((line) => !line.includes('Proxy environment'))

describe('wrangler deploy', () => {
  it('builds the Worker and uploads that module as it is, alone', async () => {
    expect(await read('out', 'index.js')).toBe(await read('dist', 'worker', 'index.js'))
    expect(await readdir(join(project.root, 'out'))).toEqual(['README.md', 'index.js'])
  })

  it('uploads nothing that imports a module of Node', async () => {
    const module = await read('out', 'index.js')
    const imported = [...module.matchAll(/\b(?:from|import)\s*\(?["']([^"']+)["']/g)]
    expect(imported.map(([, name]) => name)).toEqual(['cloudflare:workers'])
  })

  it('binds the key tier, and warns of nothing', () => {
    expect(printed).toMatch(/env\.AUTH_KV +KV Namespace/)
    expect(warningsIn(printed)).toEqual([])
  })

  it('takes every example in the comments of wrangler.toml', async () => {
    const text = await read('wrangler.toml')
    const examples = text.replace(/^\[build\]\n(?:.+\n)*/m, '').replaceAll(/^# (?=\[|\w+ = )/gm, '')
    await writeFile(join(project.root, 'examples.toml'), examples)
    const output = await project.run('wrangler', ['deploy', '--dry-run', '-c', 'examples.toml'])
    expect(output).toMatch(/env\.UPSTREAM \(patients-api\) +Worker/)
    for (const name of ['UPSTREAM_URL', 'ISSUER', 'AUDIENCE', 'AUTHORIZER_CONFIG']) {
      expect(output).toContain(`env.${name} (`)
    }
    expect(warningsIn(output)).toEqual([])
  })
})

describe('the deployed Worker', () => {
  let harness: TestHarness

  beforeEach(() => () => harness.close())

  const start = async (vars: Record<string, string> = {}) => {
    const worker = { configPath: 'wrangler.toml', prebuiltWorkerDir: 'out', vars }
    harness = createTestHarness({ root: project.root, workers: [worker] })
    await harness.listen()
    return (path: string) => harness.fetch(`http://api.example.com${path}`)
  }

  it('refuses a guarded route without a token', async () => {
    const get = await start()
    const response = await get('/patients')
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"')
    expect(await response.json()).toMatchObject({ status: 401, code: 'missing_token' })
  })

  it.each([
    ['ISSUER', 'ftp://issuer.example.com', 'issuers[0].issuer: '],
    ['AUTHORIZER_CONFIG', '{}', 'issuers: '],
    ['UPSTREAM_URL', 'origin', 'UPSTREAM_URL: '],
  ])(
    'with a wrong %s refuses everything, and tells only its log why',
    async (name, value, fault) => {
      const get = await start({ [name]: value })
      for (const path of ['/patients', '/health']) {
        const response = await get(path)
        expect(response.status).toBe(500)
        const body = await response.text()
        expect(JSON.parse(body)).toMatchObject({ status: 500, code: 'config_invalid' })
        expect(body).not.toContain(fault)
      }
      const errors = harness.getLogs().filter(({ level }) => level === 'error')
      expect(errors.map(({ message }) => message).join()).toContain(fault)
    },
  )
})

const PROBE = `export default {
  fetch: () =>
    import('node:crypto').then(() => new Response('there'), () => new Response('missing')),
}`

/** Does a Worker find a module of Node, given these lines of wrangler.toml? */
async function findModule(name: string, lines: RegExp): Promise<string> {
  const root = join(project.root, name)
  const text = await read('wrangler.toml')
  const settings = text.split('\n').filter((line) => lines.test(line))
  await mkdir(root)
  await writeFile(
    join(root, 'wrangler.toml'),
    [`name = "${name}"`, 'main = "probe.js"', 'no_bundle = true', ...settings].join('\n'),
  )
  await writeFile(join(root, 'probe.js'), PROBE)
  const harness = createTestHarness({ root, workers: [{ configPath: 'wrangler.toml' }] })
  try {
    await harness.listen()
    const response = await harness.fetch('/')
    return await response.text()
  } finally {
    await harness.close()
  }
}

describe('the compatibility date and flags', () => {
  it('keep modules of Node out, which the date alone would let in', async () => {
    expect(await findModule('date-alone', /^compatibility_date/)).toBe('there')
    expect(await findModule('date-and-flags', /^compatibility_/)).toBe('missing')
  })
})
