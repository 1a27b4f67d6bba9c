/** What a platform brings. Tiny on purpose: each has one implementation per platform and one in tests. */
import type { JWK } from 'jose'
import { startTimer } from './deadline.ts'
import type { AuthorizerEvent } from './observe.ts'
import type { Result } from './reasons.ts'

export interface Ports {
  /** Requests to issuers. Default: the platform's `fetch`. */
  readonly http?: Http
  /** Shared tiers for keys, and for verdicts where `verdictSecret` is set; nearest first. Default: none. */
  readonly stores?: readonly Store[]
  /** Where secrets are read from by name. Default: empty. */
  readonly environment?: Environment
  /** Told of every decision, and of trouble with keys or with whoever is asked; never of a token. */
  readonly observe?: (event: AuthorizerEvent) => void
  /** Epoch milliseconds; a decision goes by its start. Default: `Date.now`. */
  readonly clock?: () => number
  /** Default: `setTimeout`. */
  readonly timer?: Timer
  /**
   * May requests await one another's promises? True on Lambda and Node. False on Workers, where the
   * runtime cancels a promise with the request that made it: there they share data only.
   */
  readonly sharesPromises?: boolean
  /**
   * Does everything stand still behind an answer, until the next request? True on Lambda: an exchange
   * left to itself would not survive that.
   */
  readonly freezes?: boolean
  /** Largest token accepted where the configuration does not say. Default: 16384 bytes. */
  readonly maxTokenBytes?: number
}

/** Calls back once, after so many milliseconds, unless cancelled. */
export type Timer = (callback: () => void, milliseconds: number) => () => void

/** With a transport chosen: there is no default that suits every platform. */
export type EnginePorts = Ports & { readonly http: Http }

/** Each with its default where it has one. */
export type SettledPorts = EnginePorts &
  Required<Pick<Ports, 'stores' | 'environment' | 'timer' | 'sharesPromises' | 'freezes'>>

export function settlePorts(given: EnginePorts): SettledPorts {
  const { stores = [], environment = {}, timer = startTimer } = given
  const { sharesPromises = true, freezes = false } = given
  return { ...given, stores, environment, timer, sharesPromises, freezes }
}

/** Variables and secrets by name; on a Worker, bindings among them. */
export type Environment = Readonly<Record<string, unknown>>

/** What one decision needs of the request's surroundings. */
export interface RequestContext {
  /** Keeps the platform alive for work that outlives the answer: `ctx.waitUntil` on Workers. */
  readonly waitUntil?: (work: Promise<unknown>) => void
}

export interface HttpRequest {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** For the whole exchange, body included. */
  readonly timeoutMs: number
  /** Of the body; one byte more is a fault, never a truncation. */
  readonly maxBytes: number
}

export interface HttpResponse {
  readonly status: number
  /** Looked up by lower-case name. */
  readonly header: (name: string) => string | null
  /** Decoded as UTF-8. */
  readonly text: string
}

/** `network`: also an answer that is not UTF-8. */
export type HttpFault = 'timeout' | 'network' | 'too_large'

/** One exchange. Never follows a redirect, sends no cookies, never throws. */
export type Http = (request: HttpRequest) => Promise<HttpResponse | HttpFault>

/**
 * A shared tier: text under a key, for a while. It may lose, delay, or return old values, and may
 * throw: of a `StoreError` the message is logged, of any other that there was one. Whoever reads it
 * judges what it gives. Times are epoch seconds and seconds.
 */
export interface Store {
  /** As events and logs call it. */
  readonly name: string
  /** null: nothing there, or no longer. */
  get(key: string, now: number): Promise<string | null>
  put(key: string, value: string, lifetime: StoreLifetime): Promise<void>
}

export interface StoreLifetime {
  readonly now: number
  readonly ttlSeconds: number
}

/** What a token says of the key it wants. Both come from outside: map keys only. */
export interface KeyRequest {
  readonly alg: string
  readonly kid: string | undefined
}

/** A public key, or a shared secret, as a JWK; jose imports it once. */
export type VerificationKey = JWK

export interface FoundKeys {
  /** One to three; the token is good if any of them verifies it. */
  readonly keys: readonly VerificationKey[]
  /** Which tier answered: `memory`, a store's name, `issuer`, or `secret`. */
  readonly tier: string
  /** Are these still the issuer's keys, with no need to ask anybody? */
  readonly holds: (now: number) => boolean
}

export type FindKeys = (
  wanted: KeyRequest,
  now: number,
  context: RequestContext,
) => Promise<Result<FoundKeys>>
