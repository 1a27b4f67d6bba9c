import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'

/** An HTTP server on 127.0.0.1 whose port can go away and come back. */
export interface LoopbackServer {
  readonly origin: string
  /** Closes the port and every connection: callers see ECONNREFUSED. */
  shut(): Promise<void>
  /** Opens the same port again. */
  reopen(): Promise<void>
}

/** Port 0 takes any free one, which the server then keeps across `shut` and `reopen`. */
export async function listenOnLoopback(
  port: number,
  listener: RequestListener,
): Promise<LoopbackServer> {
  const server = createServer(listener)

  async function listen(wanted: number): Promise<number> {
    server.listen(wanted, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new TypeError('not a TCP server')
    return address.port
  }

  const bound = await listen(port)
  return {
    origin: `http://127.0.0.1:${bound}`,
    async shut() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    async reopen() {
      if (!server.listening) await listen(bound)
    },
  }
}
