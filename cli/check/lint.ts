/** The lint of deployments, and the files it is shown: those beside the configuration. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../shared/config/types.ts'
import { readText } from '../load/file.ts'
import type { CheckFinding } from './finding.ts'

export interface DeploymentFile {
  readonly name: string
  readonly text: string
}

export interface LintFinding {
  readonly rule: string
  readonly severity: 'error' | 'warning'
  readonly file: string
  readonly line: number
  readonly message: string
  readonly mend: string
}

export type LintDeployment = (input: {
  readonly config: Config
  readonly files: readonly DeploymentFile[]
}) => readonly LintFinding[]

const NAMES = [
  'wrangler.toml',
  'serverless.yml',
  'serverless.yaml',
  'template.yaml',
  'template.yml',
]

/** `named`: in place of those that are usual. */
export async function lintBeside(
  configPath: string,
  config: Config,
  { lint, named }: { readonly lint: LintDeployment; readonly named: readonly string[] },
): Promise<{ readonly files: readonly string[]; readonly findings: readonly CheckFinding[] }> {
  const folder = dirname(configPath)
  const usual = NAMES.map((name) => join(folder, name)).filter((path) => existsSync(path))
  const paths = named.length > 0 ? named : usual
  const files = await Promise.all(
    paths.map(async (name) => ({ name: relative(name, folder), text: await readText(name) })),
  )
  const findings = lint({ config, files }).map(({ file, line, ...rest }) => ({
    ...rest,
    place: `${file}:${line}`,
  }))
  return { files: files.map(({ name }) => name), findings }
}

const relative = (path: string, folder: string): string =>
  path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path
