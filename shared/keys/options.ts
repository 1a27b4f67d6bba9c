/** Where one issuer's keys come from, and for how long they are good. */
import type { KeysEvent } from '../observe.ts'
import type { Http, Timer } from '../ports.ts'

/** What it takes to ask the issuer itself. */
export interface IssuerOptions {
  readonly issuer: string
  /** Configured; else found by discovery. */
  readonly jwksUri: string | undefined
  /** Configured upper bound; else what the issuer says. */
  readonly freshSeconds?: number
  readonly http: Http
}

/** How long keys are trusted past freshness, and how long an issuer is left alone. */
export interface KeyTimes {
  readonly staleSeconds: number
  readonly cooldownSeconds: number
}

export interface KeyOptions extends IssuerOptions, KeyTimes {
  /** Seals records in shared tiers. */
  readonly storeSecret?: string | undefined
  readonly timer: Timer
  /** May requests await one another's promises? */
  readonly sharesPromises: boolean
  /** Does everything stand still behind an answer, until the next request? */
  readonly freezes: boolean
  readonly tell: (outcome: KeysEvent['outcome'], detail?: string) => void
}
