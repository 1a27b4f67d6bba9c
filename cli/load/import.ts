/** A configuration that is a module: imported as Node would, with `edge-authorizer` always found. */
import * as module from 'node:module'
import { pathToFileURL } from 'node:url'
import { memberOf } from '../../shared/json.ts'
import { CliFault, codeOf, messageOf } from '../fault.ts'
import { printable, shorten } from '../printable.ts'
import { readsTypeScript, typeScriptMend } from './node.ts'
import { placeOf } from './place.ts'

/** `version`: another one reads the file again. */
export async function importConfig(path: string, version: string): Promise<unknown> {
  if (/\.[cm]?ts$/.test(path) && !readsTypeScript()) {
    throw new CliFault(`Node ${process.version} cannot read ${printable(path)}.`, typeScriptMend)
  }
  findOurselves()
  const loaded = await quietly(() => load(`${pathToFileURL(path).href}?${version}`, path))
  const config = memberOf(loaded, 'default')
  if (config !== undefined) return config
  throw new CliFault(
    `${printable(path)}: no default export.`,
    'End it with `export default defineConfig({ … })`.',
  )
}

async function load(url: string, path: string): Promise<unknown> {
  try {
    return await import(url)
  } catch (error) {
    const [reason = ''] = messageOf(error).split('\n')
    const place = printable(placeOf(error, path))
    throw new CliFault(`${place}: ${shorten(printable(reason), 200)}`, mendOf(error, path))
  }
}

function mendOf(error: unknown, path: string): string {
  if (error instanceof SyntaxError && IN_COMMONJS.test(error.message)) return MODULE_MEND
  return MENDS[codeOf(error)] ?? `Fix the file; \`node ${path}\` shows the place.`
}

/** What npm writes into a new package.json, `"type": "commonjs"`, makes of a module. */
const IN_COMMONJS =
  /^(?:Cannot use import statement|Unexpected token 'export'|Cannot use 'import\.)/
const MODULE_MEND = '`npm pkg set type=module`, or name the file .mts (.mjs).'

const MENDS: Readonly<Record<string, string>> = {
  ERR_MODULE_NOT_FOUND:
    'Install what the file imports, and write relative imports with their ending.',
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    'Use types only: no enum, no namespace, no parameter property.',
  ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING: 'Keep the file outside of node_modules.',
}

let isFound = false

/** Run by `npx` the package is not installed beside the file that imports it. */
function findOurselves(): void {
  if (isFound || !('registerHooks' in module)) return
  isFound = true
  module.registerHooks({
    resolve(specifier, context, next) {
      if (!/^edge-authorizer(?:\/|$)/.test(specifier)) return next(specifier, context)
      try {
        return next(specifier, context)
      } catch {
        return { url: import.meta.resolve(specifier), shortCircuit: true }
      }
    },
  })
}

/** Node warns where a file is a module and no package.json says so; that is no news here. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', ignore)
  try {
    return await work()
  } finally {
    // Warnings come in a tick of their own.
    await new Promise(setImmediate)
    process.off('warning', ignore)
    for (const listener of listeners) process.on('warning', listener)
  }
}

const ignore = () => undefined
