/** The configuration that a command is about: found, read, and checked. */
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readConfig } from '../../shared/config/read.ts'
import { ConfigError } from '../../shared/config/fault.ts'
import type { Config } from '../../shared/config/types.ts'
import type { Environment } from '../../shared/ports.ts'
import { EXIT } from '../exit.ts'
import { CliFault } from '../fault.ts'
import { printable } from '../printable.ts'
import { parseJsonFile, readText } from './file.ts'
import { importConfig } from './import.ts'

/** In this order, in the current folder. */
const NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `authorizer.config.${ending}`)

export interface LoadedConfig {
  readonly path: string
  readonly config: Config
}

export const configHere = (): string | undefined => NAMES.find((name) => existsSync(name))

export const findConfig = (given: string | undefined): string => {
  const found = given ?? configHere()
  if (found !== undefined) return resolve(found)
  throw new CliFault(
    'There is no authorizer.config.ts here.',
    'Make one with `edge-authorizer init`, or name one with --config.',
  )
}

/** As the file has it: not checked. */
export async function readConfigFile(path: string): Promise<unknown> {
  if (!/\.[cm]?[jt]s$/.test(path)) return parseJsonFile(await readText(path), path)
  if (!existsSync(path)) {
    throw new CliFault(`${printable(path)}: there is no such file.`, 'Check the path.')
  }
  return importConfig(path, `${(await stat(path)).mtimeMs}`)
}

/** Throws with every fault. The environment replaces what it would at run time. */
export async function loadConfig(
  given: string | undefined,
  environment: Environment = process.env,
): Promise<LoadedConfig> {
  const path = findConfig(given)
  const written = await readConfigFile(path)
  try {
    return { path, config: readConfig(written, environment) }
  } catch (error) {
    throw error instanceof ConfigError ? describe(error, path) : error
  }
}

function describe({ faults }: ConfigError, path: string): CliFault {
  const lines = faults.map(({ path: at, message }) => `  ${printable(at)}: ${printable(message)}`)
  return new CliFault(
    [`${printable(path)} is wrong:`, ...lines].join('\n'),
    `\`edge-authorizer check --config ${path}\` has a fix for each.`,
    EXIT.config,
  )
}
