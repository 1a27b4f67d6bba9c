import type { DenyCode, UnavailableCode } from '../../../shared/index.ts'
import type { SettingName, World } from '../world.ts'

/** The name and value go over the wire as they are: latin1 text, in this order, repeated as given. */
export type Header = readonly [name: string, value: string]

/** A request as a client sends it. */
export interface Sent {
  /** GET */
  readonly method?: string
  /** Percent-encoded or not, exactly as it is sent. `/a` */
  readonly path?: string
  /** Without the question mark. */
  readonly query?: string
  readonly headers?: readonly Header[]
}

/** What became of a request: what the decision log says, and what the caller got. */
export interface Seen {
  readonly outcome: string
  readonly code: string | null
  readonly route: string | null
  /** What the caller got, in the words of `Door.answerTo`. */
  readonly answer: Answer
  /** Values of `WWW-Authenticate`, where the door shows them. */
  readonly challenges?: readonly string[]
  /** Where the door shows it. */
  readonly hint?: string | undefined
  /** `sub`, as it was handed on. */
  readonly subject?: string | undefined
  /** Everything that left the product: answer, context, policy, log. */
  readonly said: string
}

/**
 * A status; or, where an API Gateway function is called directly, whether it answered with a policy
 * (or a yes or no) for or against the request, or threw.
 */
export type Answer = number | 'allows' | 'does not allow' | 'throws Unauthorized' | 'throws'

export type Verdict =
  | { readonly outcome: 'allow' }
  | { readonly outcome: 'deny'; readonly code: DenyCode; readonly status: 400 | 401 | 403 | 404 }
  | { readonly outcome: 'unavailable'; readonly code: UnavailableCode }

/** What a request takes that not every door can carry. */
export type Need =
  | 'no credentials'
  | 'repeated field'
  | 'empty field first'
  | 'another field'
  | 'control character'
  | 'line break'
  | 'query'
  | 'path'
  | 'bad escape'
  | 'unresolved path'
  | 'preflight'
  | 'safe method'
  | 'handshake'
  | 'no handshake'
  | '20 KB'
  | '8 KB'

/** A front door as the cases see it. */
export interface Door {
  readonly name: string
  /** What it cannot carry, and why. */
  readonly lacks: Readonly<Partial<Record<Need, string>>>
  /** Scheme and host that the caller addresses. */
  readonly origin: string
  open(settings: World['settings']): Promise<OpenDoor>
  answerTo(verdict: Verdict): Answer
}

export interface OpenDoor {
  /** Starts what has yet to be started for that: a token would age meanwhile. */
  prepare?(setting: SettingName, route: string | null): Promise<unknown>
  /**
   * Under that configuration. `route`: the one that the case is about; a WebSocket API has only
   * `$connect`, which then takes its place.
   */
  ask(sent: Sent, setting: SettingName, route: string | null): Promise<Seen>
  close(): Promise<unknown>
}
