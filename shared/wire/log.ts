/** One JSON line per event, for an operator's log. Events hold no token, so neither do lines. */
import type { AuthorizerEvent } from '../observe.ts'

export type LogLevel = 'all' | 'denied' | 'none'

/** `denied` leaves out what went well: allowed requests and refreshed keys. */
export function createLog(
  level: LogLevel,
  platform: string,
  write: (line: string) => void,
): (event: AuthorizerEvent) => void {
  return (event) => {
    const wentWell = event.outcome === 'allow' || event.outcome === 'refreshed'
    if (level === 'all' || (level === 'denied' && !wentWell)) {
      write(JSON.stringify({ ...event, platform }))
    }
  }
}
