/** `routes`: the rule set as a table. */
import { createRules } from '../../shared/policy/rules.ts'
import { EXIT } from '../exit.ts'
import type { ExitCode } from '../exit.ts'
import { loadConfig } from '../load/config.ts'
import { renderRoutes } from '../render/routes.ts'
import { listRoutes } from '../routes/describe.ts'
import type { Shared } from './context.ts'

export async function showRoutes({ json, config, terminal }: Shared): Promise<ExitCode> {
  const rows = listRoutes(createRules((await loadConfig(config)).config))
  if (json) terminal.printJson(rows)
  else terminal.print(...renderRoutes(rows, terminal))
  return EXIT.ok
}
