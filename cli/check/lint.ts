/** The deployment that lies beside a configuration, read and judged. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../shared/config/types.ts'
import { readText } from '../load/file.ts'
import { findingAtLine } from './finding.ts'
import type { CheckFinding } from './finding.ts'

/** Of each kind all that are there, but of the Worker's the one that wrangler would take. */
const NAMES = ['serverless.yml', 'serverless.yaml', 'template.yaml', 'template.yml']
const WORKER_NAMES = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml']

/** `named`: in place of those that are usual. */
export async function lintBeside(
  configPath: string,
  config: Config,
  named: readonly string[],
): Promise<{ readonly files: readonly string[]; readonly findings: readonly CheckFinding[] }> {
  const folder = dirname(configPath)
  const present = (names: readonly string[]) =>
    names.map((name) => join(folder, name)).filter((path) => existsSync(path))
  const usual = [...present(WORKER_NAMES).slice(0, 1), ...present(NAMES)]
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
