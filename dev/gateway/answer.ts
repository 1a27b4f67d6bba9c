import type { Api } from './api.ts'
import { WEBSOCKET_RESULT_MAX_BYTES } from './limits.ts'
import { isRecord, readPolicy, type Policy } from './policy.ts'
import { err, ok, type Result } from './result.ts'

/** What an authorizer hands on: any JSON on HTTP 2.0, strings, numbers and booleans elsewhere. */
export type Context = Readonly<Record<string, unknown>>

/** What the authorizer function answered, checked once; this is also what the cache keeps. */
export type Answer =
  | {
      readonly form: 'policy'
      readonly principalId: string
      readonly policy: Policy
      readonly context: Context
    }
  | { readonly form: 'simple'; readonly isAuthorized: boolean; readonly context: Context }

const isScalar = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

/**
 * AG-OUT: an object or array in the context fails the call on REST and WebSocket. HTTP 1.0 is held
 * to the same (UNVERIFIED). `claims` is a reserved key on HTTP APIs; 500 for it is UNVERIFIED.
 */
const readContext = (api: Api, value: unknown): Result<Context, string> => {
  if (value === undefined || value === null) return ok({})
  if (!isRecord(value)) return err('context must be an object')
  if (api.family === 'http' && 'claims' in value) return err('context key "claims" is reserved')
  const nested = Object.entries(value).find(([, item]) => !isScalar(item))?.[0]
  if (nested !== undefined && api.kind !== 'http-2.0') {
    return err(`context value "${nested}" must be a string, number or boolean`)
  }
  return ok(value)
}

/** AG-HTTP: with simple responses on, an IAM policy is the wrong shape. */
const readSimple = (api: Api, value: Context): Result<Answer, string> => {
  const { isAuthorized } = value
  if (typeof isAuthorized !== 'boolean') return err('isAuthorized must be true or false')
  const context = readContext(api, value['context'])
  return context.ok ? ok({ form: 'simple', isAuthorized, context: context.value }) : context
}

/** AG-OUT: `principalId` and `policyDocument` are required. */
const readPolicyAnswer = (api: Api, value: Context): Result<Answer, string> => {
  const { principalId } = value
  if (typeof principalId !== 'string') return err('principalId must be a string')
  const policy = readPolicy(value['policyDocument'])
  if (!policy.ok) return policy
  const context = readContext(api, value['context'])
  if (!context.ok) return context
  return ok({ form: 'policy', principalId, policy: policy.value, context: context.value })
}

/** Reads the function's answer, or says what is wrong with it; wrong is always a 500. */
export const readAnswer = (api: Api, value: unknown): Result<Answer, string> => {
  if (!isRecord(value)) return err('the answer is not an object')
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (api.family === 'websocket' && bytes > WEBSOCKET_RESULT_MAX_BYTES) {
    return err(`the answer is ${bytes} bytes, over ${WEBSOCKET_RESULT_MAX_BYTES}`)
  }
  return api.authorizer?.simpleResponses ? readSimple(api, value) : readPolicyAnswer(api, value)
}
