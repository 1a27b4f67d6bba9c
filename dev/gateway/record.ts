import type { ApiKind } from './api.ts'
import type { AuthorizerUse } from './authorize.ts'
import { RECORDS_MAX } from './limits.ts'
import type { RefusalType } from './refusal.ts'

/** What became of one request. Never a header, a query or an event: those hold tokens. */
export interface CallRecord {
  readonly kind: ApiKind
  readonly method: string
  /** As sent, without the query. */
  readonly path: string
  readonly routeKey: string | null
  readonly arn: string | null
  /** Null when the request was refused before an authorizer came into question. */
  readonly authorizer: AuthorizerUse | null
  readonly refusal: RefusalType | null
  readonly status: number
  /** Why the gateway answered 5xx, in words for the developer. */
  readonly cause: string | null
  /** Policy conditions that the model does not know and therefore did not honour. */
  readonly unknownConditions: readonly string[]
}

export interface CallLog {
  readonly calls: readonly CallRecord[]
  record(call: CallRecord): void
}

/** Keeps the latest records and tells the observer about each. */
export const createCallLog = (observe: (call: CallRecord) => void): CallLog => {
  const calls: CallRecord[] = []
  return {
    calls,
    record(call) {
      if (calls.length >= RECORDS_MAX) calls.shift()
      calls.push(call)
      observe(call)
    },
  }
}
