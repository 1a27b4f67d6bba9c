/** `npm run build`: both functions as one minified module each, and the library with its types. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { toJsonSchema } from '@valibot/to-json-schema'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'
import { configSchema } from '../shared/config/schema.ts'

const COMMON: BuildOptions = {
  bundle: true,
  format: 'esm',
  target: 'es2024',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  // A configuration may be written as users of the package write theirs.
  alias: { 'edge-authorizer': './shared/index.ts' },
}

/** `neutral`: a `node:` import anywhere in the Worker's code fails the build. */
const buildWorker = () =>
  build({
    ...COMMON,
    entryPoints: ['functions/worker/index.ts'],
    outfile: 'dist/worker/index.js',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser', 'import'],
    external: ['cloudflare:workers'],
  })

const buildLambda = () =>
  build({
    ...COMMON,
    entryPoints: ['functions/lambda/index.ts'],
    outfile: 'dist/lambda/index.mjs',
    platform: 'node',
  })

function buildLibrary(): void {
  const tsc = spawnSync('tsc', ['-b', 'functions/worker', 'functions/lambda'], { stdio: 'inherit' })
  if (tsc.status !== 0) throw new Error('the library does not compile; see above')
}

/** The shape only: what members mean together no JSON Schema says. */
async function writeSchema(): Promise<void> {
  const schema = toJsonSchema(configSchema, { errorMode: 'ignore' })
  await mkdir('dist/lib', { recursive: true })
  await writeFile('dist/lib/config.schema.json', `${JSON.stringify(schema, null, 2)}\n`)
}

export async function buildAll(): Promise<void> {
  rmSync('dist', { recursive: true, force: true })
  rmSync('.build', { recursive: true, force: true })
  await Promise.all([buildWorker(), buildLambda()])
  buildLibrary()
  await writeSchema()
}

if (import.meta.main) await buildAll()
