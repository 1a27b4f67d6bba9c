import { setTimeout as sleep } from 'node:timers/promises'
import { types } from 'node:util'
import type { LambdaFunction } from './api.ts'
import { err, ok, type Result } from './result.ts'

/** `errorMessage` of a failed invocation; null where the thrown thing was no Error. */
export interface Fault {
  readonly kind: 'thrown' | 'timeout'
  readonly message: string | null
  readonly cause: string
}

const describe = (error: unknown): Fault => {
  if (types.isNativeError(error)) {
    return { kind: 'thrown', message: error.message, cause: `${error.name}: ${error.message}` }
  }
  // A thrown string or object loses the `Unauthorized` match (middyjs/middy issue 1201).
  return { kind: 'thrown', message: null, cause: `threw a ${typeof error}, not an Error` }
}

/** JSON both ways, as an invocation is: nothing shared, no `undefined`, no dates. */
const callFunction = async (lambda: LambdaFunction, event: unknown): Promise<unknown> => {
  // The one cast: the function names the event it expects, the wire carries JSON.
  const answer = await lambda(JSON.parse(JSON.stringify(event)) as never)
  return JSON.parse(JSON.stringify(answer) ?? 'null') as unknown
}

/** Calls a function as the service does: synchronously, once, and not for ever. */
export const invokeFunction = async (
  lambda: LambdaFunction,
  event: unknown,
  timeoutMs: number,
): Promise<Result<unknown, Fault>> => {
  const deadline = new AbortController()
  const timeout = sleep(timeoutMs, undefined, { signal: deadline.signal }).then(
    () => err<Fault>({ kind: 'timeout', message: null, cause: `no answer in ${timeoutMs} ms` }),
    () => err<Fault>({ kind: 'timeout', message: null, cause: 'answered in time' }),
  )
  const answer = callFunction(lambda, event).then(ok, (error: unknown) => err(describe(error)))
  const result = await Promise.race([answer, timeout])
  deadline.abort()
  return result
}
