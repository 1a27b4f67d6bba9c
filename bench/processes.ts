/** Fresh Node processes, one at a time. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface Launch {
  readonly arguments: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface Ended {
  /** From spawn to exit. */
  readonly ms: number
  readonly output: string
}

/** Throws where the process fails; kills one that takes longer than `limitMs`. */
export async function launch(
  { arguments: given, environment = {} }: Launch,
  limitMs = 30_000,
): Promise<Ended> {
  const start = performance.now()
  const child = spawn(process.execPath, given, {
    env: { ...environment, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: limitMs,
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const ms = performance.now() - start
  if (code !== 0) throw new Error(`a process ended with ${code}: ${given.join(' ')}`)
  return { ms, output }
}
