import { isObject, own } from '../shared/json.ts'
import { explain, type Feed } from './feed.ts'
import { isDecision, readLogLine } from './log.ts'

/**
 * A tail Worker is told of each request together with what was logged while it was served, which is
 * how `wrangler tail` knows too: a decision line alone names the route, not the request.
 */
export const TAIL_MODULE = `export default {
  async tail(items, { FEED }) {
    for (const { event, logs } of items) {
      if (!event?.request) continue
      const { method, url } = event.request
      const lines = logs.flatMap(({ message }) => message).map(String)
      const trace = { method, path: new URL(url).pathname, status: event.response?.status, lines }
      await FEED.fetch('http://feed', { method: 'POST', body: JSON.stringify(trace) })
    }
  },
}`

/** What the tail Worker sent of one request. */
export function reportTrace(trace: unknown, feed: Feed): void {
  if (!isObject(trace)) return
  const [status, lines] = [own(trace, 'status'), own(trace, 'lines')]
  const events = [lines].flat().flatMap((line) => readLogLine(String(line)) ?? [])
  for (const event of events) if (!isDecision(event)) feed.issuer('worker', event)
  const decision = events.find(isDecision)
  feed.visit({
    door: 'worker',
    method: String(own(trace, 'method')),
    path: String(own(trace, 'path')),
    status: typeof status === 'number' ? status : null,
    ...(decision ? explain(decision) : { verdict: '', reason: 'no decision was logged' }),
  })
}
