/** `routes`: the rule set as a table, beside another one, and out of a description of the API. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { readConfig } from '../../shared/config/read.ts'
import type { Config } from '../../shared/config/types.ts'
import { createRules } from '../../shared/policy/rules.ts'
import { EXIT } from '../exit.ts'
import type { ExitCode } from '../exit.ts'
import { CliFault } from '../fault.ts'
import { loadConfig } from '../load/config.ts'
import { readText } from '../load/file.ts'
import { printable } from '../printable.ts'
import { renderDiff } from '../render/diff.ts'
import { renderImport } from '../render/import.ts'
import { renderRoutes } from '../render/routes.ts'
import { listRoutes } from '../routes/describe.ts'
import { diffRules } from '../routes/diff.ts'
import { importRoutes } from '../routes/openapi.ts'
import type { Import } from '../routes/openapi.ts'
import { findUnmatched } from '../routes/unmatched.ts'
import type { Shared } from './context.ts'

export async function showRoutes({ json, config, terminal }: Shared): Promise<ExitCode> {
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

export async function diffRoutes(
  before: string,
  after: string,
  { json, terminal }: Shared,
): Promise<ExitCode> {
  const [old, now] = await Promise.all(
    [before, after].map((path) => loadConfig(path, withoutReplacements())),
  )
  if (!old || !now) return EXIT.usage
  const changes = diffRules(createRules(old.config), createRules(now.config))
  if (json) terminal.printJson(changes)
  else terminal.print(...renderDiff(changes, terminal))
  return changes.length === 0 ? EXIT.ok : EXIT.denied
}

export interface ImportOptions {
  readonly prefix: string
}

export async function importFrom(
  file: string,
  { prefix }: ImportOptions,
  shared: Shared,
): Promise<ExitCode> {
  const found = importRoutes(parse(await readText(file), file), prefix)
  if (typeof found === 'string') {
    throw new CliFault(`${printable(file)}: ${printable(found)}.`, 'Convert it to OpenAPI 3.x.')
  }
  const rules = await findRules(shared.config)
  const described = [...Object.keys(found.routes), ...found.notes.map(({ route }) => route)]
  const unmatched = rules ? findUnmatched([...new Set(described)], rules) : []
  const whole = { routes: checked(found, file), notes: [...found.notes, ...unmatched] }
  if (shared.json) shared.terminal.printJson(whole)
  else shared.terminal.print(...renderImport(whole, shared.terminal))
  return whole.notes.some(({ kind }) => kind !== 'public') ? EXIT.denied : EXIT.ok
}

function parse(text: string, file: string): unknown {
  const document = parseDocument(text)
  const [error] = document.errors
  if (!error) return document.toJS({ maxAliasCount: 100 })
  const [reason = ''] = error.message.split('\n')
  throw new CliFault(`${printable(file)}: ${printable(reason)}`, 'Mend the YAML or JSON.')
}

/** What is printed can be pasted: the configuration's own schema takes it. */
function checked({ routes }: Import, file: string): Import['routes'] {
  const issuers: Config['issuers'] = [{ issuer: 'https://issuer.example.com/', audience: 'a' }]
  try {
    readConfig({ issuers, routes }, {})
    return routes
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    throw new CliFault(`${printable(file)}: ${printable(reason)}`, 'Mend the scopes or the paths.')
  }
}

/** null: there is no configuration yet. */
async function findRules(given: string | undefined) {
  const isThere = ['ts', 'mts', 'js', 'mjs', 'json'].some((ending) =>
    existsSync(resolve(`authorizer.config.${ending}`)),
  )
  return given === undefined && !isThere ? null : createRules((await loadConfig(given)).config)
}
