import { setTimeout as sleep } from 'node:timers/promises'
import type { AuthorizerEvent, DecisionEvent } from '../../../shared/index.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

/** A line of the decision log, by which every front door tells the exact code. */
export type LogEntry = AuthorizerEvent & { readonly platform?: string }
export type LoggedDecision = DecisionEvent & { readonly platform?: string }

export const isDecision = (entry: LogEntry): entry is LoggedDecision => entry.event === 'decision'

/** Nothing for a line that is none of ours. */
export function readLogLine(line: string): readonly LogEntry[] {
  try {
    return [JSON.parse(line) as LogEntry]
  } catch {
    return []
  }
}

/** What a function has logged since it was last asked. Lines may come in a moment after the answer. */
export interface LineLog {
  add(line: string): void
  /** Takes all lines up to the next decision, and waits for it. */
  takeDecision(): Promise<{ readonly decision: LoggedDecision; readonly lines: readonly string[] }>
  /** All there are. */
  take(): readonly string[]
}

export function createLineLog(): LineLog {
  const lines: string[] = []
  const isDecisionLine = (line: string) => readLogLine(line).some(isDecision)
  return {
    add: (line) => void lines.push(line),
    take: () => lines.splice(0),
    async takeDecision() {
      const deadline = Date.now() + PATIENCE_MS
      while (!lines.some(isDecisionLine)) {
        if (Date.now() > deadline) throw new Error(`no decision in the log: ${lines.join('\n')}`)
        await sleep(1)
      }
      const taken = lines.splice(0, lines.findIndex(isDecisionLine) + 1)
      const decision = taken.flatMap(readLogLine).find(isDecision)
      if (!decision) throw new Error('unreachable')
      return { decision, lines: taken }
    },
  }
}
