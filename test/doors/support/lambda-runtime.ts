/**
 * A Lambda execution environment, as a thread of its own: loads the built bundle with its own
 * environment, and hands it one event after another. Its clock may be moved.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromRuntime, ToRuntime } from './lambda-environment.ts'

const { bundle } = workerData as { readonly bundle: string }
const port = parentPort
if (!port) throw new Error('this is a thread')
const post = (message: FromRuntime) => port.postMessage(message)

const realNow = Date.now
let movedMs = 0
Date.now = () => realNow() + movedMs

const invocation = new AsyncLocalStorage<string[]>()
const stray: string[] = []
console.log = (...words) => void (invocation.getStore() ?? stray).push(words.map(String).join(' '))

const describe = (error: unknown) =>
  error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'not an Error', message: String(error) }

try {
  const { handler } = (await import(bundle)) as { handler: (event: unknown) => unknown }
  port.on('message', (message: ToRuntime) => {
    if ('moveMs' in message) {
      movedMs += message.moveMs
      return
    }
    if ('asksHeap' in message) {
      post({ type: 'heap', bytes: measureHeap() })
      return
    }
    void invoke(handler, message)
  })
  post({ type: 'loaded' })
} catch (error) {
  post({ type: 'failed', error: describe(error) })
  port.close()
}

/** What is still used after a garbage collection. */
function measureHeap(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

async function invoke(
  handler: (event: unknown) => unknown,
  { id, event }: { readonly id: number; readonly event: unknown },
): Promise<void> {
  const lines: string[] = []
  try {
    const answer = await invocation.run(lines, async () => handler(event))
    post({ type: 'answered', id, answer: JSON.parse(JSON.stringify(answer)), lines })
  } catch (error) {
    post({ type: 'threw', id, error: describe(error), lines })
  }
}
