import { readFileSync } from 'node:fs'
import { Log, LogLevel, Miniflare, Response, type WorkerdStructuredLog } from 'miniflare'
import { parseJson } from '../shared/json.ts'
import { findBundle } from './bundle.ts'
import { Fault } from './fault.ts'
import type { Feed } from './feed.ts'
import { findRoot } from './root.ts'
import { reportTrace, TAIL_MODULE } from './tail.ts'

export interface WorkerOptions {
  readonly port: number
  readonly variables: Readonly<Record<string, string>>
  readonly feed: Feed
}

export interface RunningWorker {
  readonly origin: string
  /** A new instance with an empty memory; what the Cache API and KV hold stays. */
  restart(kv: KvState): Promise<void>
  close(): Promise<void>
}

/** `broken`: every call of the namespace throws. */
export type KvState = 'sound' | 'broken'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The built Worker in workerd, with a real KV namespace and Cache API, both in memory. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { port, feed } = options
  const settings = (kv: KvState) => ({
    host: '127.0.0.1',
    port,
    // No request to anywhere, no file that outlives the run, no word but ours.
    cf: false,
    telemetry: { enabled: false },
    enableDevRegistry: false,
    log: new Log(LogLevel.NONE),
    handleStructuredLogs({ level, message }: WorkerdStructuredLog) {
      if (level === 'error') feed.trouble('worker', message)
    },
    workers: [describeGuard(options, kv), describeTail(feed), describeBrokenKv()],
  })
  const miniflare = keepSignals(() => new Miniflare(settings('sound')))
  await miniflare.ready.catch(async (error: unknown) => {
    await miniflare.dispose()
    throw error
  })
  return {
    origin: `http://127.0.0.1:${port}`,
    restart: (kv) => miniflare.setOptions(settings(kv)),
    close: () => miniflare.dispose(),
  }
}

function describeGuard({ variables }: WorkerOptions, kv: KvState) {
  const code = readFileSync(findBundle('worker/index.js'), 'utf8')
  const texts = Object.entries(variables).map(([name, value]) => [name, { type: 'text', value }])
  return {
    config: {
      name: 'edge-authorizer',
      ...describeModule(code),
      env: { AUTH_KV: NAMESPACES[kv], ...Object.fromEntries(texts) },
      tailConsumers: [{ worker: 'tail' }],
    },
  }
}

function describeTail(feed: Feed) {
  const handler = async (request: { text(): Promise<string> }) => {
    reportTrace(parseJson(await request.text()), feed)
    return new Response(null, { status: 204 })
  }
  const env = { FEED: { type: 'fetcher', handler } }
  return { config: { name: 'tail', ...describeModule(TAIL_MODULE), env } }
}

const describeBrokenKv = () => ({
  config: { name: 'broken-kv', ...describeModule(BROKEN_KV_MODULE), env: {} },
})

const NAMESPACES = {
  sound: { type: 'kv', id: 'keys' },
  broken: { type: 'worker', worker: 'broken-kv' },
} as const

const BROKEN_KV_MODULE = `import { WorkerEntrypoint } from 'cloudflare:workers'
export default class extends WorkerEntrypoint {
  get() { throw new Error('KV is down') }
  put() { throw new Error('KV is down') }
}`

const describeModule = (contents: string) => ({
  ...readCompatibility(),
  manifest: { mainModule: 'index.js', modules: { 'index.js': { type: 'esm', contents } } },
})

/** What wrangler.toml says of the runtime is what a deployed Worker gets. */
function readCompatibility() {
  const text = readFileSync(new URL('wrangler.toml', findRoot()), 'utf8')
  const [, date] = /^compatibility_date = "([\d-]+)"/m.exec(text) ?? []
  const [, flags = ''] = /^compatibility_flags = \[(.*)\]/m.exec(text) ?? []
  if (date === undefined) throw new Fault('wrangler.toml has no compatibility_date')
  return { compatibilityDate: date, compatibilityFlags: flags.match(/[a-z]\w*/g) ?? [] }
}

/** On a signal Miniflare would end this process itself, at once and with 130; there is more to close. */
function keepSignals<T>(create: () => T): T {
  const known = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)))
  const created = create()
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) {
      if (!known.has(listener)) process.off(signal, listener)
    }
  }
  return created
}
