/**
 * Deployments with one fault each, and the mend in the same file: a line that ends in `#!` is the one
 * that is complained of, one with `#-` is what the mend takes away, one that begins with `#+` is what
 * it adds. To YAML and to TOML all of these are comments.
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

export function readFixture(name: string, text: string, file: string): Fixture {
  const lines = text.split('\n')
  const mended = lines
    .filter((line) => !/#-!?$/.test(line))
    .map((line) => line.replace(/^#\+/, '  '))
  return {
    name,
    rule: name.split('.')[0] ?? name,
    faulty: { name: file, text },
    mended: { name: file, text: mended.join('\n') },
    lines: lines.flatMap((line, index) => (/#-?!$/.test(line) ? [index + 1] : [])),
  }
}

const FOLDER = new URL('serverless/', import.meta.url)

/** Each of them is a service that osls accepts. */
export const serverlessFixtures: readonly Fixture[] = readdirSync(FOLDER)
  .sort()
  .map((file) =>
    readFixture(
      file.replace(/\.yml$/, ''),
      readFileSync(new URL(file, FOLDER), 'utf8'),
      'serverless.yml',
    ),
  )
