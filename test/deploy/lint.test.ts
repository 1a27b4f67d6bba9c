/** The lint reads what osls makes of a service as it reads the service itself. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import authorizerConfig from '../../authorizer.config.ts'
import { writePieces } from '../../cli/init/pieces.ts'
import { lintDeployment } from '../../cli/lint/lint.ts'
import type { Config } from '../../shared/config/types.ts'
import { serverlessFixtures } from '../cli/lint/fixture.ts'
import { copyProject, type Project } from './project.ts'

let project: Project

beforeAll(async () => {
  project = await copyProject()
  // It is packaged, and not read.
  await mkdir(join(project.root, 'dist/lambda'), { recursive: true })
  await writeFile(join(project.root, 'dist/lambda/index.mjs'), '')
})

afterAll(() => project.remove())

async function packageTemplate(folder: string): Promise<{ name: string; text: string }> {
  await project.run('sls', ['package', '--package', folder])
  const name = 'cloudformation-template-update-stack.json'
  return { name, text: await readFile(join(project.root, folder, name), 'utf8') }
}

it('has nothing to say of this project, packaged', async () => {
  const files = [await packageTemplate('plain'), { name: 'wrangler.toml', text: WRANGLER }]
  expect(lintDeployment({ config: authorizerConfig, files })).toEqual([])
})

/** Its Worker serves what the samples do not. */
const WRANGLER = await readFile(new URL('../../wrangler.toml', import.meta.url), 'utf8')

const config: Config = {
  issuers: [{ issuer: 'https://issuer.example/', audience: 'https://api.example.com' }],
  routes: { 'GET /users': { scopes: 'read:users' } },
}

describe.each(
  ['gateway-response-late', 'simple-without-route-key'].flatMap((wanted) =>
    serverlessFixtures.filter(({ name }) => name === wanted),
  ),
)('$name', ({ rule, faulty }) => {
  it('is found in the package as in the service', async () => {
    // What is not packaged has no need to be there.
    const text = faulty.text.replace(
      /^service: /m,
      'package: { patterns: ["!**", dist/lambda/index.mjs] }\nservice: ',
    )
    await writeFile(join(project.root, 'serverless.yml'), text)
    const files = [await packageTemplate(rule)]
    const rules = (given: readonly { name: string; text: string }[]) =>
      lintDeployment({ config, files: given }).map((finding) => finding.rule)
    expect(rules(files)).toContain(rule)
    expect(rules(files).sort()).toEqual([...rules([faulty])].sort())
  })
})

it('has nothing to say of what init writes, packaged', async () => {
  const issuer = 'https://issuer.example/'
  const pieces = writePieces({ issuer, audience: 'a', platforms: ['lambda'] })
  const service = pieces.find(({ file }) => file === 'serverless.yml')?.text ?? ''
  // It packages what was bundled.
  const text = service.replace('dist/*.mjs', 'dist/lambda/index.mjs')
  await writeFile(join(project.root, 'serverless.yml'), text)
  const { issuers } = config
  const routes = { 'GET /health': 'public', 'GET /me': 'authenticated' } as const
  const files = [await packageTemplate('init')]
  expect(lintDeployment({ config: { issuers, routes }, files })).toEqual([])
})
