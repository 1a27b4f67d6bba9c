/** `npm run build`: both functions as one minified module each, and the library with its types. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'
import { minify } from 'terser'
import { writeSchema } from './schema.ts'

const COMMON: BuildOptions = {
  bundle: true,
  format: 'esm',
  target: 'es2024',
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
  // A configuration may be written as users of the package write theirs.
  alias: { 'edge-authorizer': './shared/index.ts' },
}

/** `neutral`: a `node:` import anywhere in the Worker's code fails the build. */
export const WORKER: BuildOptions = {
  ...COMMON,
  entryPoints: ['functions/worker/index.ts'],
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['workerd', 'worker', 'browser', 'import'],
  external: ['cloudflare:workers'],
}

export const LAMBDA: BuildOptions = {
  ...COMMON,
  entryPoints: ['functions/lambda/index.ts'],
  inject: ['functions/lambda/headers.ts'],
  platform: 'node',
}

/** The command line: packages stay outside, and what one command alone needs is a file of its own. */
const COMMAND: BuildOptions = {
  entryPoints: ['cli/main.ts'],
  outdir: 'dist/cli',
  platform: 'node',
  packages: 'external',
  splitting: true,
  write: true,
}

/** The console's page, for a browser; `npm start` serves it on loopback, and nothing else does. */
const PAGE: BuildOptions = {
  entryPoints: ['dev/console/page/main.ts', 'dev/console/page/style.css'],
  outdir: 'dist/console',
  platform: 'browser',
  // Nothing but a browser of these days has to read it.
  target: 'es2022',
  minify: true,
  write: true,
}

export async function buildPage(): Promise<void> {
  await build({ ...COMMON, ...PAGE })
  await copyFile('dev/console/page/index.html', 'dist/console/index.html')
}

/** esbuild bundles; terser minifies, because its output is a twentieth smaller once compressed. */
async function buildFunction(options: BuildOptions, outfile: string): Promise<void> {
  const { outputFiles } = await build(options)
  const { code } = await minify(outputFiles?.[0]?.text ?? '', {
    module: true,
    ecma: 2020,
    compress: { passes: 3, hoist_funs: true, inline: 1, pure_getters: true, unsafe_arrows: true },
  })
  await mkdir(dirname(outfile), { recursive: true })
  await writeFile(outfile, code ?? '')
}

export async function buildCommand(): Promise<void> {
  rmSync('dist/cli', { recursive: true, force: true })
  await build({ ...COMMON, ...COMMAND })
}

function buildLibrary(): void {
  const tsc = spawnSync('tsc', ['-b', 'functions/worker', 'functions/lambda'], { stdio: 'inherit' })
  if (tsc.status !== 0) throw new Error('the library does not compile; see above')
}

export async function buildAll(): Promise<void> {
  rmSync('dist', { recursive: true, force: true })
  rmSync('.build', { recursive: true, force: true })
  await Promise.all([
    buildFunction(WORKER, 'dist/worker/index.js'),
    buildFunction(LAMBDA, 'dist/lambda/index.mjs'),
    buildCommand(),
    buildPage(),
  ])
  buildLibrary()
  await writeSchema('dist/lib/config.schema.json')
}

if (import.meta.main) await buildAll()
