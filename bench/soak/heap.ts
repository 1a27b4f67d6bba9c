import { once } from 'node:events'
import { WebSocket } from 'ws'
import { isObject, own, parseJson } from '../../shared/json.ts'

const MEGABYTE = 1_048_576

/**
 * Megabytes that an isolate of workerd still uses after a garbage collection, by its debugger. The
 * memory of the process tells less: it grows under a Worker that only forwards as well.
 */
export async function readHeap(inspector: URL, worker: string): Promise<number> {
  const socket = new WebSocket(new URL(`/core:user:${worker}`, inspector))
  await once(socket, 'open')
  try {
    await command(socket, 1, 'HeapProfiler.collectGarbage')
    const usage = await command(socket, 2, 'Runtime.getHeapUsage')
    return Number(own(usage, 'usedSize')) / MEGABYTE
  } finally {
    socket.close()
  }
}

/** There are events among the answers. */
async function command(socket: WebSocket, id: number, method: string) {
  const answered = new Promise<unknown>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = parseJson(data.toString())
      if (isObject(message) && message['id'] === id) resolve(message['result'])
    })
  })
  socket.send(JSON.stringify({ id, method }))
  const result = await answered
  return isObject(result) ? result : {}
}
