/** The deployment that lies beside a configuration, read and judged. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../shared/config/types.ts'
import { readText } from '../load/file.ts'
import { findingAtLine } from './finding.ts'
import type { CheckFinding } from './finding.ts'

/** Of each kind the one that its tool would take: wrangler, osls, SAM. */
const KINDS = [
  ['json', 'jsonc', 'toml'].map((ending) => `wrangler.${ending}`),
  ['yml', 'yaml', 'json', 'js', 'mjs', 'cjs', 'ts'].map((ending) => `serverless.${ending}`),
  ['template.yaml', 'template.yml'],
]

/** `named`: in place of those that are usual. */
export async function lintBeside(
  configPath: string,
  config: Config,
  named: readonly string[],
): Promise<{ readonly files: readonly string[]; readonly findings: readonly CheckFinding[] }> {
  const folder = dirname(configPath)
  const usual = KINDS.flatMap((names) => {
    const path = names.map((name) => join(folder, name)).find((one) => existsSync(one))
    return path ?? []
  })
  const paths = named.length > 0 ? named : usual
  const files = await Promise.all(
    paths.map(async (name) => ({ name: relative(name, folder), text: await readText(name) })),
  )
  // Loaded here: few commands read YAML, and no other reads TOML or JSON with comments.
  const { lintDeployment } = await import('../lint/lint.ts')
  const findings = lintDeployment({ config, files }).map(findingAtLine)
  return { files: files.map(({ name }) => name), findings }
}

const relative = (path: string, folder: string): string =>
  path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path
