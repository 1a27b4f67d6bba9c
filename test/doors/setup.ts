import { spawnSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'

const BUNDLES = ['dist/worker/index.js', 'dist/lambda/index.mjs']
const SOURCES = ['authorizer.config.ts', 'dev/build.ts', 'shared/**/*.ts', 'functions/**/*.ts']

/** These tests run what is deployed: it is built first where it is missing or older than its sources. */
export default function setup(): void {
  if (isBuilt()) return
  const bin = resolve('node_modules/.bin')
  const { status } = spawnSync(process.execPath, ['dev/build.ts'], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` },
  })
  if (status !== 0) throw new Error('dist/ could not be built; see above')
}

function isBuilt(): boolean {
  const built = BUNDLES.map(modifiedAt)
  return Math.min(...built) > Math.max(...globSync(SOURCES).map(modifiedAt))
}

function modifiedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity
}
