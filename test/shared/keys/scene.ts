/**
 * The key service with time, network and stores simulated: hours pass in milliseconds, and every
 * request that an issuer would have seen is counted. No signature is checked here.
 */
import { createKeyResolver } from '../../../shared/keys/resolver.ts'
import { createTiers } from '../../../shared/keys/tiers.ts'
import type { KeyOptions } from '../../../shared/keys/options.ts'
import type {
  FindKeys,
  Http,
  HttpFault,
  HttpResponse,
  RequestContext,
  Store,
  Timer,
} from '../../../shared/ports.ts'

export const ISSUER = 'https://issuer.example/'
export const START = 1_800_000_000

/** Time, which moves only when told to, from one event to the next. */
export interface Time {
  now(): number
  timer: Timer
  sleep(seconds: number): Promise<void>
  advance(seconds: number): Promise<void>
  /** Moves on until something has come of it; tells how many seconds that took. */
  until<T>(work: Promise<T>): Promise<readonly [outcome: T, seconds: number]>
}

interface Alarm {
  readonly at: number
  readonly ring: () => void
}

function createTime(): Time {
  let now = START
  const alarms = new Set<Alarm>()
  const timer: Timer = (ring, milliseconds) => {
    const alarm = { at: now + milliseconds / 1000, ring }
    alarms.add(alarm)
    return () => void alarms.delete(alarm)
  }
  const flush = () => new Promise<void>((resolve) => void setImmediate(resolve))
  const step = (limit: number) => {
    let next: Alarm | undefined
    for (const alarm of alarms) if (!next || alarm.at < next.at) next = alarm
    if (!next || next.at > limit) return false
    alarms.delete(next)
    now = Math.max(now, next.at)
    next.ring()
    return true
  }
  return {
    now: () => now,
    timer,
    sleep: (seconds) => new Promise((resolve) => void timer(resolve, seconds * 1000)),
    async advance(seconds) {
      const end = now + seconds
      do await flush()
      while (step(end))
      now = end
    },
    async until(work) {
      const startedAt = now
      const progress = { isOver: false }
      const watched = work.finally(() => void (progress.isOver = true))
      for (await flush(); !progress.isOver; await flush()) step(Infinity)
      return [await watched, now - startedAt]
    },
  }
}

export interface SceneIssuer {
  /** Key ids that it publishes. */
  kids: string[]
  /** How long an answer takes. */
  seconds: number
  /** Instead of an answer. */
  fault: HttpFault | 'hang' | undefined
  /** Instead of the key set. */
  answer: ((url: string) => Partial<HttpResponse>) | undefined
  headers: Record<string, string>
  jwksUri: string
  /** Since `clear`. */
  readonly log: readonly Asked[]
  clear(): void
  readonly http: Http
}

export interface Asked {
  readonly at: number
  readonly url: string
  readonly ifNoneMatch: string | undefined
}

const MODULUS = `w${'A'.repeat(341)}`
export const publicKey = (kid: string) => ({ kty: 'RSA', kid, n: MODULUS, e: 'AQAB' })

export function createIssuer({ now, sleep }: Time): SceneIssuer {
  const log: Asked[] = []
  const issuer: SceneIssuer = {
    kids: ['first'],
    seconds: 0.1,
    fault: undefined,
    answer: undefined,
    headers: {},
    jwksUri: `${ISSUER}keys`,
    log,
    clear: () => void log.splice(0),
    async http({ url, headers, timeoutMs, maxBytes }) {
      log.push({ at: now(), url, ifNoneMatch: headers?.['if-none-match'] })
      const isTooSlow = issuer.fault === 'hang' || issuer.seconds * 1000 >= timeoutMs
      await sleep(isTooSlow ? timeoutMs / 1000 : issuer.seconds)
      if (isTooSlow) return 'timeout'
      if (issuer.fault === 'network') return issuer.fault
      const answer = { status: 200, text: describe(issuer, url), ...issuer.answer?.(url) }
      const isUnchanged = headers?.['if-none-match'] === (issuer.headers['etag'] ?? '')
      const status = isUnchanged && answer.status === 200 ? 304 : answer.status
      if (answer.text.length > maxBytes) return 'too_large'
      return { header: (name) => issuer.headers[name] ?? null, ...answer, status }
    },
  }
  return issuer
}

const describe = ({ kids, jwksUri }: SceneIssuer, url: string): string =>
  JSON.stringify(
    url.includes('.well-known')
      ? { issuer: ISSUER, jwks_uri: jwksUri }
      : { keys: kids.map(publicKey) },
  )

export interface SceneStore extends Store {
  readonly texts: Map<string, string>
  seconds: number
  /** Written at once, read this much later. */
  lagSeconds: number
  fault: 'throws' | 'hangs' | 'refuses writes' | { readonly text: string } | undefined
  /** Reads and writes, failed ones included. */
  reads: number
  writes: number
}

export function createStore({ now, sleep }: Time, name = 'kv'): SceneStore {
  const versions: { readonly from: number; readonly key: string; readonly value: string }[] = []
  const texts = new Map<string, string>()
  const fail = async () => {
    if (store.fault === 'hangs') await new Promise(() => undefined)
    await sleep(store.seconds)
    if (store.fault === 'throws') throw new Error('the store is down')
  }
  const store: SceneStore = {
    name,
    texts,
    seconds: 0.01,
    lagSeconds: 0,
    fault: undefined,
    reads: 0,
    writes: 0,
    async get(key) {
      store.reads += 1
      await fail()
      if (typeof store.fault === 'object') return store.fault.text
      if (store.lagSeconds === 0) return texts.get(key) ?? null
      const seen = versions.findLast((one) => one.key === key && one.from <= now())
      return seen?.value ?? null
    },
    async put(key, value) {
      store.writes += 1
      await fail()
      if (store.fault === 'refuses writes') throw new Error('429')
      texts.set(key, value)
      versions.push({ from: now() + store.lagSeconds, key, value })
    },
  }
  return store
}

export interface InstanceOptions extends Partial<KeyOptions> {
  readonly stores?: readonly Store[]
  /** Seconds by which its clock is ahead. */
  readonly ahead?: number
  readonly context?: RequestContext
}

export interface SceneInstance {
  /** `allow`, or the code. */
  ask(kid: string): Promise<string>
  /** Which tier the last key came from. */
  readonly tier: string
  /** What was told of keys. */
  readonly told: readonly string[]
  ahead: number
}

export interface Scene {
  readonly time: Time
  readonly issuer: SceneIssuer
  start(options?: InstanceOptions): SceneInstance
}

export function createScene(): Scene {
  const time = createTime()
  const issuer = createIssuer(time)
  return { time, issuer, start: (options = {}) => startInstance(time, issuer, options) }
}

function startInstance(
  time: Time,
  issuer: SceneIssuer,
  { stores = [], ahead = 0, context = {}, ...given }: InstanceOptions,
): SceneInstance {
  const told: string[] = []
  const options: KeyOptions = {
    issuer: ISSUER,
    jwksUri: undefined,
    staleSeconds: 3600,
    cooldownSeconds: 30,
    http: issuer.http,
    timer: time.timer,
    sharesPromises: true,
    freezes: false,
    tell: (outcome, detail = '') => void told.push(`${outcome} ${detail}`.trim()),
    ...given,
  }
  const find: FindKeys = createKeyResolver(options, createTiers(options, stores))
  const instance = {
    told,
    ahead,
    tier: '',
    async ask(kid: string) {
      const found = await find({ alg: 'RS256', kid }, time.now() + instance.ahead, context)
      if (found.ok) instance.tier = found.value.tier
      return found.ok ? 'allow' : found.error.code
    },
  }
  return instance
}
