/** What is shipped is built before it is tested, where it is missing or older than its sources. */
import { spawnSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { buildCommand, buildPage } from '../../dev/build.ts'

const FUNCTIONS = ['dist/worker/index.js', 'dist/lambda/index.mjs', 'dist/lib/config.schema.json']
const THEIR_SOURCES = ['authorizer.config.ts', 'dev/build.ts', '{shared,functions}/**/*.ts']
const PAGE = ['main.js', 'style.css', 'index.html'].map((name) => `dist/console/${name}`)

export default async function setup(): Promise<void> {
  if (isOlder(FUNCTIONS, THEIR_SOURCES)) return buildAll()
  if (isOlder(['dist/cli/main.js'], [...THEIR_SOURCES, '{cli,dev}/**/*.ts'])) await buildCommand()
  if (isOlder(PAGE, ['dev/console/page/**/*.{ts,css,html}'])) await buildPage()
}

function buildAll(): void {
  const bin = resolve('node_modules/.bin')
  const { status } = spawnSync(process.execPath, ['dev/build.ts'], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` },
  })
  if (status !== 0) throw new Error('dist/ could not be built; see above')
}

const isOlder = (files: readonly string[], sources: readonly string[]): boolean =>
  Math.min(...files.map(modifiedAt)) <= Math.max(...globSync(sources).map(modifiedAt))

const modifiedAt = (file: string): number =>
  statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity
