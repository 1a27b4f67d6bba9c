/** One isolate or Lambda environment: the real key code behind its ports. */
import type { KeyOptions } from '../../shared/keys/options.ts'
import { createKeyResolver } from '../../shared/keys/resolver.ts'
import { createTiers } from '../../shared/keys/tiers.ts'
import { KEYS_COOLDOWN_SECONDS, KEYS_STALE_SECONDS } from '../../shared/limits.ts'
import type { FindKeys, Http, RequestContext, Store, Timer } from '../../shared/ports.ts'
import type { Clock } from './clock.ts'
import { ISSUER } from './issuer.ts'
import type { Answer, Visit } from './truth.ts'

export interface Instance {
  /** `tell` is called once, in time or at once. */
  visit(visit: Visit, tell: (answer: Answer) => void): void
}

export interface Ground {
  readonly clock: Clock
  readonly http: Http
  readonly stores: readonly Store[]
}

/** Simulated seconds are seconds of this day, so that no time is near zero. */
const EPOCH_SECONDS = Date.UTC(2026, 0, 1) / 1000

export function createIsolate(ground: Ground): Instance {
  const issuer = watchIssuer(ground.http)
  const resolver = resolve({ ...ground, http: issuer.http }, ground.clock.timer, WORKER)
  // What outlives an answer goes on: promises need no help for that here.
  return { visit: visitor(ground.clock, resolver, issuer, { waitUntil: () => {} }) }
}

/**
 * A Lambda environment stands still between invocations: what comes in then, answers and timers
 * alike, is noticed with the next request.
 */
export function createEnvironment({ clock, http, stores }: Ground): Instance {
  const ice = createIce(clock)
  const issuer = watchIssuer((request) => ice.thawed(http(request)))
  const frozen = stores.map((store) => ({
    name: store.name,
    get: (key: string, now: number) => ice.thawed(store.get(key, now)),
    put: (...args: Parameters<Store['put']>) => ice.thawed(store.put(...args)),
  }))
  const timer: Timer = (callback, milliseconds) =>
    clock.timer(() => ice.whenThawed(callback), milliseconds)
  const resolver = resolve({ clock, http: issuer.http, stores: frozen }, timer, LAMBDA)
  const visit = visitor(clock, resolver, issuer, {})
  return {
    visit(request, tell) {
      ice.thaw()
      visit(request, (answer) => {
        ice.freeze(answer.at)
        tell(answer)
      })
    },
  }
}

type Platform = Pick<KeyOptions, 'sharesPromises' | 'freezes'>
const WORKER: Platform = { sharesPromises: false, freezes: false }
const LAMBDA: Platform = { sharesPromises: true, freezes: true }

function resolve({ http, stores }: Ground, timer: Timer, platform: Platform): FindKeys {
  const options = {
    issuer: ISSUER,
    jwksUri: undefined,
    staleSeconds: KEYS_STALE_SECONDS,
    cooldownSeconds: KEYS_COOLDOWN_SECONDS,
    http,
    timer,
    ...platform,
    tell: () => {},
  }
  return createKeyResolver(options, createTiers(options, stores))
}

interface IssuerWatch {
  readonly http: Http
  /** Exchanges begun, and exchanges under way. */
  begun: number
  open: number
}

function watchIssuer(http: Http): IssuerWatch {
  const watch: IssuerWatch = {
    begun: 0,
    open: 0,
    async http(request) {
      watch.begun += 1
      watch.open += 1
      const answer = await http(request)
      watch.open -= 1
      return answer
    },
  }
  return watch
}

/** Asks for the key of a token. It has waited on the issuer if an exchange fell into its own time. */
function visitor(clock: Clock, find: FindKeys, issuer: IssuerWatch, context: RequestContext) {
  return ({ at, kid }: Visit, tell: (answer: Answer) => void): void => {
    const [begun, isOpen] = [issuer.begun, issuer.open > 0]
    const before = clock.appointments()
    const answering = find({ alg: 'ES256', kid }, EPOCH_SECONDS + at / 1000, context)
    // An answer without an appointment is there at once, though its promise may settle later.
    const isInstant = clock.appointments() === before
    answering.then((result) => {
      const now = isInstant ? at : clock.now()
      const hasAsked = isOpen || issuer.begun > begun
      const isRight = result.ok && result.value.keys.every((key) => key.x === kid)
      if (result.ok && !isRight) throw new Error(`a wrong key for ${kid}`)
      const outcome = result.ok ? 'allow' : result.error.outcome
      tell({ outcome, at: now, hasWaited: now > at && hasAsked })
    })
  }
}

interface Ice {
  thaw(): void
  /** Once nothing is being answered any more. */
  freeze(time: number): void
  whenThawed(callback: () => void): void
  thawed<T>(work: Promise<T>): Promise<T>
}

/** An invocation ends a little after its answer. */
const INVOCATION_MS = 2

function createIce(clock: Clock): Ice {
  let held: (() => void)[] = []
  let answering = 0
  let awakeUntil = 0

  const whenThawed = (callback: () => void) => {
    if (answering > 0 || clock.now() < awakeUntil) callback()
    else held.push(callback)
  }
  return {
    thaw() {
      answering += 1
      if (held.length === 0) return
      const woken = held
      held = []
      clock.timer(() => woken.forEach((callback) => callback()), 0.1)
    },
    freeze(time) {
      answering -= 1
      awakeUntil = time + INVOCATION_MS
    },
    whenThawed,
    thawed: (work) =>
      new Promise((resolve, reject) => {
        work.then(
          (value) => whenThawed(() => resolve(value)),
          (error: unknown) => whenThawed(() => reject(error)),
        )
      }),
  }
}
