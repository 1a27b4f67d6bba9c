import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { transformSync } from 'esbuild'
import { isDecision, readLogLine, type LoggedDecision } from './decision-log.ts'

export type ToRuntime =
  | { readonly moveMs: number }
  | { readonly asksHeap: true }
  | { readonly id: number; readonly event: unknown }

export type FromRuntime =
  | { readonly type: 'loaded' }
  | { readonly type: 'failed'; readonly error: Thrown }
  | { readonly type: 'heap'; readonly bytes: number }
  | Invocation

/** What became of an event, with what was logged meanwhile. */
export type Invocation =
  | {
      readonly type: 'answered'
      readonly id: number
      readonly answer: unknown
      readonly lines: string[]
    }
  | {
      readonly type: 'threw'
      readonly id: number
      readonly error: Thrown
      readonly lines: string[]
    }

export interface Thrown {
  readonly name: string
  readonly message: string
}

/** The built function, loaded and warm. */
export interface LambdaEnvironment {
  invoke(event: unknown): Promise<Invocation>
  /** For API Gateway's model: answers or throws as the function does. */
  readonly handler: (event: never) => Promise<unknown>
  /** Of all invocations through `handler`, since last asked. */
  takeLines(): readonly string[]
  /** Time goes on from there. */
  moveClock(seconds: number): void
  /** Bytes that it still uses after a garbage collection. */
  measureHeap(): Promise<number>
  close(): Promise<unknown>
}

/** Without its types already: a thread that has to strip them takes half as long again to start. */
const RUNTIME = new URL(
  `data:text/javascript,${encodeURIComponent(
    transformSync(readFileSync(new URL('./lambda-runtime.ts', import.meta.url), 'utf8'), {
      loader: 'ts',
      format: 'esm',
    }).code,
  )}`,
)

/** Throws what loading the function throws: Lambda then fails the invocation. */
export async function startLambda(
  environment: Readonly<Record<string, string>>,
): Promise<LambdaEnvironment> {
  const bundle = pathToFileURL(resolve('dist/lambda/index.mjs')).href
  const thread = new Worker(RUNTIME, {
    env: { AWS_REGION: 'us-east-1', ...environment },
    workerData: { bundle },
    execArgv: [],
  })
  const waiting = new Map<number, (invocation: Invocation) => void>()
  let measured: ((bytes: number) => void) | undefined
  const loaded = Promise.withResolvers<void>()
  thread.on('error', loaded.reject)
  thread.on('message', (message: FromRuntime) => {
    if (message.type === 'loaded') loaded.resolve()
    else if (message.type === 'failed') loaded.reject(revive(message.error))
    else if (message.type === 'heap') measured?.(message.bytes)
    else waiting.get(message.id)?.(message)
  })
  await loaded.promise

  let last = 0
  const lines: string[] = []
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
  const post = (message: ToRuntime) => thread.postMessage(message)
  function invoke(event: unknown): Promise<Invocation> {
    const id = (last += 1)
    const { promise, resolve } = Promise.withResolvers<Invocation>()
    waiting.set(id, resolve)
    post({ id, event })
    return promise.finally(() => waiting.delete(id))
  }
  return {
    invoke,
    async handler(event) {
      const invocation = await invoke(event)
      lines.push(...invocation.lines)
      if (invocation.type === 'threw') throw revive(invocation.error)
      return invocation.answer
    },
    takeLines: () => lines.splice(0),
    measureHeap() {
      const { promise, resolve } = Promise.withResolvers<number>()
      measured = resolve
      post({ asksHeap: true })
      return promise
    },
    moveClock: (seconds) => post({ moveMs: seconds * 1000 }),
    close: () => thread.terminate(),
  }
}

function revive({ name, message }: Thrown): Error {
  return Object.assign(new Error(message), { name })
}

/** The one decision that an event leads to. */
export function decisionOf(lines: readonly string[]): LoggedDecision {
  const decisions = lines.flatMap(readLogLine).filter(isDecision)
  const [decision] = decisions
  if (!decision || decisions.length > 1) throw new Error(`${decisions.length} decisions in the log`)
  return decision
}
