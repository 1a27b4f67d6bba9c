/** Server-sent events: what the hub tells, as it tells it, to one open page. */
import type { ServerResponse } from 'node:http'
import { HEADERS } from './headers.ts'
import type { Hub } from './hub.ts'

/** More pages than anybody has open. */
const MOST_PAGES = 16
/** A page that does not read is let go. */
const BACKLOG_BYTES = 1_048_576

export function createEvents(hub: Hub, whenAlone: () => void) {
  let pages = 0
  return (response: ServerResponse): void => {
    if (pages >= MOST_PAGES) return void response.writeHead(503, HEADERS).end()
    pages += 1
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' })
    response.write('retry: 1000\n\n')
    const leave = hub.subscribe((event) => {
      if (response.writableLength > BACKLOG_BYTES) response.destroy()
      else response.write(`data: ${JSON.stringify(event)}\n\n`)
    })
    response.on('close', () => {
      leave()
      pages -= 1
      if (pages === 0) whenAlone()
    })
  }
}
