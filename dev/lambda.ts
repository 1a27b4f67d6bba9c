import { AsyncLocalStorage } from 'node:async_hooks'
import { pathToFileURL } from 'node:url'
import { memberOf } from '../shared/json.ts'
import { findBundle } from './bundle.ts'
import { Fault } from './fault.ts'
import type { LambdaFunction } from './gateway/api.ts'

/** What takes the lines that a function writes while it serves one event. */
export type TakeLine = (line: string) => void

export interface LoadedFunction {
  /** The function, with its log going to `take`. */
  logging(take: (event: unknown) => TakeLine): LambdaFunction
  /** A new instance with an empty memory serves from now on. */
  restart(): Promise<void>
}

/** Variables that this process may have inherited and that would change the verdicts. */
const FOREIGN = ['ISSUER', 'AUDIENCE', 'CACHE_TABLE']

/** The built bundle, imported as Lambda does: its environment in `process.env`, its log on the console. */
export async function loadFunction(
  environment: Readonly<Record<string, string>>,
): Promise<LoadedFunction> {
  for (const name of FOREIGN) delete process.env[name]
  Object.assign(process.env, environment)
  const path = findBundle('lambda/index.mjs')
  let handler = await importHandler(path)
  let starts = 0
  const invocation = divertConsole()
  return {
    logging: (take) => (event: unknown) => invocation.run(take(event), handler, event),
    async restart() {
      starts += 1
      handler = await importHandler(path, `?start=${starts}`)
    },
  }
}

type Handler = (event: unknown) => unknown

const isHandler = (value: unknown): value is Handler => typeof value === 'function'

/** Loading fails where the configuration is wrong, with a report of every fault. */
async function importHandler(path: string, query = ''): Promise<Handler> {
  let loaded: unknown
  try {
    loaded = await import(pathToFileURL(path).href + query)
  } catch (error) {
    const isReport = error instanceof Error && error.name === 'ConfigError'
    throw isReport ? new Fault(error.message) : error
  }
  const handler = memberOf(loaded, 'handler')
  if (isHandler(handler)) return handler
  throw new TypeError('dist/lambda/index.mjs exports no handler')
}

/** Lines written on behalf of an event go to whoever asked; all others stay where they were. */
function divertConsole(): AsyncLocalStorage<TakeLine> {
  const invocation = new AsyncLocalStorage<TakeLine>()
  const log = console.log
  console.log = (...words) => (invocation.getStore() ?? log)(words.map(String).join(' '))
  return invocation
}
