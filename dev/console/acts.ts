/** What the buttons do to the embedded issuer and to the running doors. */
import type { Issuer } from '../issuer/start.ts'
import type { LoadedFunction } from '../lambda.ts'
import type { RunningWorker } from '../worker.ts'
import type { ActName, WorldState } from './api.ts'

export interface ActParts {
  readonly issuer: Issuer
  readonly worker: RunningWorker
  readonly authorizer: LoadedFunction
}

export interface Acts {
  readonly state: Omit<WorldState, 'isTrafficOn'>
  /** One after another, however fast they come. In words, what was done. */
  act(name: ActName): Promise<string>
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

const short = (kid: string): string => kid.slice(0, 6)

export function createActs({ issuer, worker, authorizer }: ActParts): Acts {
  const state: Mutable<Acts['state']> = {
    issuer: 'up',
    kv: 'sound',
    key: short(issuer.currentKid()),
  }
  let last: Promise<unknown> = Promise.resolve()

  const setKv = async (kv: WorldState['kv']) => {
    await worker.restart(kv)
    state.kv = kv
  }
  const TABLE: Readonly<Partial<Record<ActName, () => Promise<string>>>> = {
    async announce() {
      return `key ${short(await issuer.announce())} is published, and signs nothing yet`
    },
    async rotate() {
      return `key ${short(await issuer.rotate())} signs from now on; the old one stays published`
    },
    async retire() {
      issuer.retire()
      return 'the keys that no longer sign are withdrawn'
    },
    async revoke() {
      const revoked = issuer.currentKid()
      await issuer.revokeKey(revoked)
      return `key ${short(revoked)} is withdrawn at once; ${short(issuer.currentKid())} signs`
    },
    async stop() {
      await issuer.stop('refuse')
      state.issuer = 'down'
      return 'the issuer is gone: nobody listens on its port'
    },
    async restore() {
      await issuer.resume()
      state.issuer = 'up'
      return 'the issuer is back'
    },
    async 'break-kv'() {
      await setKv('broken')
      return 'a new Worker instance, whose KV throws at every call'
    },
    async 'restore-kv'() {
      await setKv('sound')
      return 'a new Worker instance, with its KV again'
    },
    async restart() {
      await Promise.all([worker.restart(state.kv), authorizer.restart()])
      return 'new instances at both doors: their memory is empty'
    },
  }
  return {
    state,
    act(name) {
      const run = async () => (await TABLE[name]?.()) ?? ''
      const done = last.then(run, run).finally(() => (state.key = short(issuer.currentKid())))
      last = done.catch(() => undefined)
      return done
    },
  }
}
