import type { AuthorizerEvent, DecisionEvent } from '../shared/observe.ts'
import { memberOf, parseJson } from '../shared/json.ts'

/** A line of a door's own log (contract §4, "Decision log"), or null: somebody else's words. */
export function readLogLine(line: string): AuthorizerEvent | null {
  const value = parseJson(line)
  const event = memberOf(value, 'event')
  // Written by our own functions a moment ago; the member that tells them apart is enough.
  const isOurs = event === 'decision' || event === 'keys' || event === 'opaque'
  return isOurs ? (value as AuthorizerEvent) : null
}

export const isDecision = (event: AuthorizerEvent): event is DecisionEvent =>
  event.event === 'decision'
