import type { Config, KeysConfig } from '../../../shared/index.ts'
import type { ScriptedIssuer } from '../../support/scripted-issuer.ts'
import { AUDIENCE } from '../world.ts'

/** A front door as far as keys go: instances of the product that come and go, and a store they share. */
export interface KeyDoor {
  readonly name: string
  /** What a caller gets whose token could not be judged. */
  readonly outage: Answer
  /** Does a renewal go on behind an answer? */
  readonly renewsBehind: boolean
  createTier(): Promise<SharedTier>
  /** A cold isolate or execution environment. */
  start(options: InstanceOptions): Promise<Instance>
}

export interface InstanceOptions {
  readonly issuers: readonly ScriptedIssuer[]
  readonly keys?: KeysConfig
  readonly tier?: SharedTier
}

export interface Instance {
  ask(token: string): Promise<Asked>
  /** Moves the clock. */
  advance(seconds: number): Promise<void>
  /** Leaves time for what is written behind an answer. */
  close(): Promise<unknown>
}

export interface Asked {
  /** The code, or `allow`. */
  readonly verdict: string
  /** Where the key came from. */
  readonly tier: string | null
  readonly answer: Answer
}

export type Answer = number | 'answers' | 'throws' | 'throws Unauthorized'

/** What is wrong with a store: every read fails, or finds this text. */
export type Fault = 'throws' | 'hangs' | { readonly text: string }

/** A store that outlives the instances. */
export interface SharedTier {
  /** As decisions name it. */
  readonly name: string
  /** For instances that are started from now on. */
  break(fault: Fault): void
  close(): Promise<unknown>
}

export const configOf = ({ issuers, keys }: InstanceOptions): Config => ({
  issuers: issuers.map(({ issuer }) => ({ issuer, audience: AUDIENCE })),
  log: 'all',
  ...(keys && { keys }),
})
