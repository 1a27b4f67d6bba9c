/** `routes`: the rule set as a table, beside another one, and out of a description of the API. */
import { readConfig } from '../../shared/config/read.ts'
import type { Config } from '../../shared/config/types.ts'
import { createRules } from '../../shared/policy/rules.ts'
import { exitOf, findingAtLine } from '../check/finding.ts'
import { EXIT } from '../exit.ts'
import type { ExitCode } from '../exit.ts'
import { CliFault, messageOf } from '../fault.ts'
import { configHere, loadConfig } from '../load/config.ts'
import { readGiven } from '../load/file.ts'
import { printable } from '../printable.ts'
import { renderDiff } from '../render/diff.ts'
import { renderImport } from '../render/import.ts'
import { renderRoutes } from '../render/routes.ts'
import { listRoutes } from '../routes/describe.ts'
import { diffRoutes } from '../routes/diff/diff.ts'
import type { ImportOptions } from '../routes/openapi/import.ts'
import type { Policy } from '../routes/openapi/security.ts'
import { findUnmatched } from '../routes/openapi/unmatched.ts'
import type { Context } from './context.ts'

export async function showRoutes({ json, config, terminal }: Context): Promise<ExitCode> {
  const rows = listRoutes(createRules((await loadConfig(config)).config))
  if (json) terminal.printJson(rows)
  else terminal.print(...renderRoutes(rows, terminal))
  return EXIT.ok
}

/** Of the environment the secrets alone: two files are compared as they are written. */
const withoutReplacements = () => ({
  ...process.env,
  AUTHORIZER_CONFIG: undefined,
  ISSUER: undefined,
  AUDIENCE: undefined,
})

export async function compareFiles(
  before: string,
  after: string,
  { json, terminal }: Context,
): Promise<ExitCode> {
  const environment = withoutReplacements()
  const [old, now] = await Promise.all([
    loadConfig(before, environment),
    loadConfig(after, environment),
  ])
  const changes = diffRoutes(old.config, now.config)
  if (json) terminal.printJson(changes)
  else terminal.print(...renderDiff(changes, terminal))
  return changes.length === 0 ? EXIT.ok : EXIT.denied
}

export async function importFrom(
  given: string,
  options: ImportOptions,
  context: Context,
): Promise<ExitCode> {
  const prefix = readPrefix(options.prefix)
  const { importOpenApi, routesOf } = await import('../routes/openapi/import.ts')
  const source = await readGiven(given)
  const file = source.name
  const found = importOpenApi(source, { prefix })
  if (found.kind === 'unreadable') {
    const place = `${printable(file)}:${found.line}`
    throw new CliFault(
      `${place}: ${printable(found.message)}.`,
      'Give it an OpenAPI description, YAML or JSON.',
    )
  }
  const rules = await findRules(context.config)
  const unmatched = rules ? findUnmatched(file, found.operations, rules) : []
  const findings = [...found.findings, ...unmatched].map(findingAtLine)
  const report = { routes: checked(routesOf(found), file), findings }
  if (context.json) context.terminal.printJson(report)
  else context.terminal.print(...renderImport(report, context.terminal))
  return exitOf(findings)
}

/** Paths begin with a slash of their own, so it ends with none. */
function readPrefix(given = ''): string {
  if (given === '' || given.startsWith('/')) return given.replace(/\/+$/, '')
  throw new CliFault(
    `The prefix ${printable(given)} begins with no slash.`,
    `Write --prefix /${given}`,
  )
}

/** What is printed can be pasted: the configuration's own schema takes it. */
function checked(routes: Readonly<Record<string, Policy>>, file: string): typeof routes {
  const issuers: Config['issuers'] = [{ issuer: 'https://issuer.example.com/', audience: 'a' }]
  try {
    readConfig({ issuers, routes }, {})
    return routes
  } catch (error) {
    const reason = printable(messageOf(error))
    throw new CliFault(`${printable(file)}: ${reason}`, 'Fix the scopes or the paths.')
  }
}

/** null: there is no configuration yet. */
async function findRules(given: string | undefined) {
  const path = given ?? configHere()
  return path === undefined ? null : createRules((await loadConfig(path)).config)
}
