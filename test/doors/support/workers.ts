import { readFile } from 'node:fs/promises'
import { Log, LogLevel, Miniflare, type WorkerdStructuredLog } from 'miniflare'
import { createLineLog, type LineLog } from './decision-log.ts'

/** A Worker of a run of workerd: the built guard unless it brings code of its own. */
export interface WorkerOptions {
  readonly code?: string
  /** Its clock can be moved: by a request for `/`, with the milliseconds as `x-move-clock`. */
  readonly hasMovableClock?: boolean
  /** Text, or JSON. */
  readonly variables?: Readonly<Record<string, unknown>>
  /** Binding → id of a namespace. */
  readonly kv?: Readonly<Record<string, string>>
  /** Binding → another Worker of the run, and its named entrypoint if it is not the default one. */
  readonly services?: Readonly<Record<string, { worker: string; entrypoint?: string }>>
}

export interface RunningWorkers {
  readonly log: LineLog
  portOf(name: string): number
  /** Of the run's debugger, where it was asked for. */
  inspector(): Promise<URL>
  close(): Promise<void>
}

/** As wrangler.toml deploys it: without Node's modules. */
const FLAGS = ['no_nodejs_compat', 'no_nodejs_compat_v2']
const COMPATIBILITY_DATE = '2026-11-17'

/** All in one workerd, each on a port of its own. `persist`: a folder in which KV survives the run. */
export async function startWorkers(
  workers: Readonly<Record<string, WorkerOptions>>,
  persist?: string,
  isInspected = false,
): Promise<RunningWorkers> {
  const guard = await readFile('dist/worker/index.js', 'utf8')
  const log = createLineLog()
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    enableDevRegistry: false,
    log: new Log(LogLevel.NONE),
    handleStructuredLogs: ({ message }: WorkerdStructuredLog) => log.add(message),
    ...(isInspected && { inspectorPort: 0 }),
    ...(persist !== undefined && { resourcePersistencePath: persist }),
    workers: Object.entries(workers).map(([name, options]) => describe(name, options, guard)),
  })
  await miniflare.ready
  const ports = new Map<string, number>()
  for (const name of Object.keys(workers)) {
    ports.set(name, Number((await miniflare.unsafeGetDirectURL(name)).port))
  }
  return {
    log,
    portOf: (name) => ports.get(name) ?? 0,
    inspector: () => miniflare.getInspectorURL(),
    close: () => miniflare.dispose(),
  }
}

function describe(name: string, options: WorkerOptions, guard: string) {
  const { code = guard, variables = {}, kv = {}, services = {} } = options
  const modules = options.hasMovableClock
    ? { 'index.js': MOVABLE, 'clock.js': CLOCK, 'guard.js': code }
    : { 'index.js': code }
  return {
    config: {
      name,
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: FLAGS,
      manifest: {
        mainModule: 'index.js',
        modules: mapValues(modules, (contents) => ({ type: 'esm' as const, contents })),
      },
      env: {
        ...mapValues(variables, describeVariable),
        ...mapValues(kv, (id) => ({ type: 'kv' as const, id })),
        ...mapValues(services, ({ worker, entrypoint }) => ({
          type: 'worker' as const,
          worker,
          ...(entrypoint !== undefined && { exportName: entrypoint }),
        })),
      },
    },
    dev: { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] },
  }
}

const CLOCK = `const realNow = Date.now
let movedMs = 0
Date.now = () => realNow() + movedMs
export const move = (milliseconds) => void (movedMs += milliseconds)`

/** The clock comes first: the guard takes hold of it while it is loaded. */
const MOVABLE = `import { move } from './clock.js'
import guard from './guard.js'
export default {
  fetch(request, env, context) {
    const milliseconds = request.headers.get('x-move-clock')
    if (milliseconds === null) return guard.fetch(request, env, context)
    move(Number(milliseconds))
    return new Response(null, { status: 204 })
  },
}`

const describeVariable = (value: unknown) =>
  typeof value === 'string'
    ? { type: 'text' as const, value }
    : { type: 'json' as const, value: JSON.parse(JSON.stringify(value)) as object }

const mapValues = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
