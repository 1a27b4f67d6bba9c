/**
 * Deployments with one fault each, and the mend in the same file: a line that ends in `!` is one that
 * is complained of, one with `#-` is what the mend takes away, one that begins with `#+` is what it
 * adds. To YAML and to TOML all of these are comments.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { DeploymentFile } from '../../../cli/lint/lint.ts'

export interface Fixture {
  /** `ttl-unset`, or `ttl-unset.rest` where a rule has several. */
  readonly name: string
  readonly rule: string
  readonly faulty: DeploymentFile
  readonly mended: DeploymentFile
  /** From 1. */
  readonly lines: readonly number[]
}

/** Each of them is a service that osls accepts. */
export const serverlessFixtures = readFixtures('serverless', 'serverless.yml')
export const wranglerFixtures = readFixtures('wrangler', 'wrangler.toml')

function readFixtures(folder: string, file: string): readonly Fixture[] {
  const root = new URL(`${folder}/`, import.meta.url)
  return readdirSync(root)
    .sort()
    .map((name) => readFixture(name, readFileSync(new URL(name, root), 'utf8'), file))
}

function readFixture(path: string, text: string, file: string): Fixture {
  const name = path.replace(/\.\w+$/, '')
  const lines = text.split('\n')
  const mended = lines
    .filter((line) => !/#-!?$/.test(line))
    .map((line) => line.replace(/^#\+/, file.endsWith('.yml') ? '  ' : ''))
  return {
    name,
    rule: name.split('.')[0] ?? name,
    faulty: { name: file, text },
    mended: { name: file, text: mended.join('\n') },
    lines: lines.flatMap((line, index) => (/#-?!$/.test(line) ? [index + 1] : [])),
  }
}
