/** What an explanation holds. Plain data, ready for JSON; strings may hold what a caller wrote. */
import type { AuthorizerAnswer } from '../../functions/lambda/respond.ts'
import type { DenyCode, UnavailableCode } from '../../shared/reasons.ts'

export type Code = DenyCode | UnavailableCode

/** Why a token may, or may not, call a route: one decision, taken apart. */
export interface Explanation {
  /** The time it was judged at, epoch seconds. */
  readonly now: number
  readonly request: ExplainedRequest
  readonly verdict: Verdict
  /** null: the request carries no single token. */
  readonly token: TokenView | null
  /** In the order of the checks; the first that fails decides. */
  readonly steps: readonly Step[]
  readonly doors: readonly Door[]
  readonly cache: CacheForecast
  /** What to do about it, in one sentence. */
  readonly mend: string
}

export interface ExplainedRequest {
  readonly method: string
  readonly path: string
  /** The pattern that answers it; null: none, or `otherwise` decides. */
  readonly route: string | null
}

export interface Verdict {
  readonly outcome: 'allow' | 'deny' | 'unavailable'
  /** 200 stands for whatever the upstream answers. */
  readonly status: number
  readonly code: Code | null
  readonly description: string
  readonly hint: string
  readonly challenges: readonly string[]
  readonly retryAfterSeconds: number | null
}

/** A token's text, taken apart and NOT verified: what it claims, not what is true. */
export interface TokenView {
  /** Enough to recognise it by; useless to whoever reads it. */
  readonly redacted: string
  readonly bytes: number
  readonly kind: 'jws' | 'jwe' | 'opaque'
  /** null: not readable. */
  readonly header: readonly Claim[] | null
  readonly claims: readonly Claim[] | null
  /** About the text as a whole. */
  readonly problems: readonly string[]
}

export interface Claim {
  readonly name: string
  /** As JSON reads it. */
  readonly value: unknown
  readonly type: JsonType
  readonly meaning: string | null
  /** Of a claim that holds a time. */
  readonly time: ClaimTime | null
  readonly problem: string | null
}

export type JsonType =
  'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'text list' | 'missing'

export interface ClaimTime {
  readonly iso: string
  /** `in 52 minutes`, `3 hours ago`. */
  readonly relative: string
}

export type StepName =
  | 'route'
  | 'extract'
  | 'classify'
  | 'introspection'
  | 'decode'
  | 'decrypt'
  | 'header'
  | 'issuer'
  | 'key'
  | 'signature'
  | 'claims'
  | 'kind'
  | 'audience'
  | 'time'
  | 'lifetime'
  | 'constraint'
  | 'revocation'
  | 'authorization'
  | 'enrichment'

export interface Step {
  readonly name: StepName
  readonly title: string
  /** Sections of RFCs; empty where none asks for it. */
  readonly source: string
  readonly verdict: 'pass' | 'fail' | 'not reached' | 'skipped'
  /** What is looked at, by name, and what the configuration wants of it. */
  readonly expects: readonly Expectation[]
  /** Of a step that is skipped, why. */
  readonly note: string
  readonly code: Code | null
}

export interface Expectation {
  readonly name: string
  readonly expected: string
}

export type GatewayKind =
  'rest-token' | 'rest-request' | 'http-1.0' | 'http-2.0-simple' | 'http-2.0-iam' | 'websocket'

export type Door = WorkerDoor | GatewayDoor

interface DoorVerdict {
  readonly title: string
  /** What the caller sees. 200 stands for whatever the upstream answers; null: see `notes`. */
  readonly status: number | null
  readonly code: Code | null
  readonly notes: readonly string[]
}

export interface WorkerDoor extends DoorVerdict {
  readonly door: 'worker'
  /** Of the refusal; empty where the request is forwarded. */
  readonly headers: readonly HeaderLine[]
  /** The problem body of the refusal. */
  readonly body: string | null
  /** null: nothing is forwarded. */
  readonly upstream: Forwarded | null
}

export type HeaderLine = readonly [name: string, value: string]

/** What the upstream receives, beside what the caller sent. */
export interface Forwarded {
  readonly added: readonly HeaderLine[]
  readonly removed: readonly string[]
}

export interface GatewayDoor extends DoorVerdict {
  readonly door: GatewayKind
  /** Without an identity source API Gateway answers by itself. */
  readonly isAsked: boolean
  /** The message of what the function throws. */
  readonly thrown: string | null
  /** What the function answers. */
  readonly answer: AuthorizerAnswer | null
  /** `request`: one policy cannot say what the token may do, so it speaks of this request alone. */
  readonly policyScope: 'api' | 'request' | null
  readonly policyBytes: number | null
}

/** What API Gateway's result cache says to the next requests with the same token. */
export interface CacheForecast {
  /** Whether the answer to this request is kept. */
  readonly isKept: boolean
  readonly note: string
  readonly rows: readonly CacheRow[]
}

export interface CacheRow {
  readonly route: string
  readonly method: string
  readonly path: string
  readonly cached: 'allow' | 'deny'
  readonly fresh: 'allow' | 'deny' | 'unavailable'
  readonly freshCode: Code | null
  readonly agrees: boolean
}
