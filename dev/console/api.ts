/** What the console's page asks its server, and what it is answered: JSON, by POST, each path once. */
import type { Code, Explanation } from '../../cli/explain/explanation.ts'
import type { Place } from '../ports.ts'

export type Outcome = 'allow' | 'deny' | 'unavailable'

/** `POST /api/world`: where everything is, and what there is to choose from. */
export interface World {
  readonly doors: readonly Address[]
  readonly issuer: string
  readonly samples: readonly Sample[]
  readonly routes: readonly RouteView[]
  readonly state: WorldState
}

export interface Address {
  readonly place: Place
  readonly title: string
  readonly url: string
}

export interface Sample {
  readonly name: string
  readonly story: string
}

export interface RouteView {
  readonly pattern: string
  /** What it asks of a token, in a line. */
  readonly asks: string
  /** A request that this route answers. */
  readonly method: string
  readonly path: string
}

export interface WorldState {
  readonly issuer: 'up' | 'down'
  readonly kv: 'sound' | 'broken'
  /** The signing key in use. */
  readonly key: string
  readonly isTrafficOn: boolean
}

/** `POST /api/token`. */
export interface TokenQuestion {
  readonly sample: string
}

export interface TokenAnswer {
  readonly token: string
}

/** `POST /api/explain`. */
export interface ExplainQuestion {
  /** null: none is sent. */
  readonly token: string | null
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly clockSeconds: number
}

export type ExplainAnswer = Explanation

/** `POST /api/send`: to the doors that run, which go by no clock but their own. */
export type SendQuestion = Omit<ExplainQuestion, 'clockSeconds'>

export interface SentAnswer {
  readonly title: string
  /** null: it could not be sent, or nobody answered. */
  readonly status: number | null
}

/** `POST /api/matrix`. */
export interface MatrixQuestion {
  readonly clockSeconds: number
}

export interface Matrix {
  readonly samples: readonly Sample[]
  readonly rows: readonly MatrixRow[]
}

export interface MatrixRow {
  readonly route: RouteView
  /** One for each sample, in their order. */
  readonly cells: readonly MatrixCell[]
}

export interface MatrixCell {
  readonly outcome: Outcome
  readonly status: number
  readonly code: Code | null
  readonly mend: string
}

/** `POST /api/timeline`. */
export interface TimelineQuestion {
  readonly kind: TimelineKind
  readonly ttlSeconds: number
  readonly calls: readonly TimelineCall[]
  readonly clockSeconds: number
}

export type TimelineKind = 'rest-token' | 'rest-request' | 'http-1.0' | 'http-2.0'

export interface TimelineCall {
  /** null: no token. */
  readonly sample: string | null
  readonly method: string
  readonly path: string
  /** Seconds since the call before. */
  readonly after: number
}

export interface Timeline {
  readonly moments: readonly Moment[]
}

export interface Moment {
  /** Seconds since the first call. */
  readonly at: number
  /** What API Gateway did. */
  readonly use: 'open-route' | 'identity-missing' | 'identity-invalid' | 'invoked' | 'cached' | null
  readonly status: number
  /** What a call would get that nothing was remembered for. */
  readonly freshStatus: number
  /** Of the decision, where the function was asked. */
  readonly code: Code | null
  /** The cache holds an answer for this token until then; null: it holds none. */
  readonly keptUntil: number | null
}

/** `POST /api/act`: breaks a part of the world, or restores it. */
export type ActName =
  | 'rotate'
  | 'announce'
  | 'retire'
  | 'revoke'
  | 'stop'
  | 'restore'
  | 'break-kv'
  | 'restore-kv'
  | 'restart'
  | 'traffic-on'
  | 'traffic-off'

export interface ActQuestion {
  readonly act: ActName
}

/** Any refusal. */
export interface Problem {
  readonly problem: string
}

/** `GET /api/events`, server-sent: what happens, as it happens. */
export type WorldEvent =
  | { readonly type: 'visit'; readonly at: number; readonly visit: SeenVisit }
  | { readonly type: 'keys'; readonly at: number; readonly door: Place; readonly text: string }
  | { readonly type: 'beat'; readonly at: number; readonly beats: readonly Beat[] }
  | { readonly type: 'act'; readonly at: number; readonly act: ActName; readonly text: string }
  | { readonly type: 'state'; readonly at: number; readonly state: WorldState }

export interface SeenVisit {
  readonly door: Place
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly verdict: string
  readonly reason: string
}

/** One call of the traffic. */
export interface Beat {
  readonly lane: LaneName
  /** null: there was no call. */
  readonly status: number | null
  readonly verdict: Outcome | 'none'
  readonly reason: string
}

export type LaneName = `${'worker' | 'http-2.0' | 'rest-token'}/${'old' | 'fresh'}`
