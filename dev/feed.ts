import { styleText } from 'node:util'
import type { DecisionEvent, KeysEvent, OpaqueEvent } from '../shared/observe.ts'
import { PLACES, type Place } from './ports.ts'

/** One request at one door, after it was answered. */
export interface Visit {
  readonly door: Place
  readonly method: string
  /** As sent. A query is not shown: it may hold a token. */
  readonly path: string
  /** What the caller got; null where the caller left first. */
  readonly status: number | null
  readonly verdict: string
  /** Why, in a word or two. */
  readonly reason: string
}

/** What happens at the doors, one line each, as it happens. */
export interface Feed {
  visit(visit: Visit): void
  /** What an issuer said, or did not. */
  issuer(door: Place, event: KeysEvent | OpaqueEvent): void
  trouble(door: Place, text: string): void
}

const DOOR_COLUMNS = 12
const TARGET_COLUMNS = 32
const VERDICT_COLUMNS = 11

export function createFeed(write: (line: string) => void): Feed {
  const tell = (door: Place, text: string) =>
    write(`  ${styleText('dim', clock())}  ${PLACES[door].padEnd(DOOR_COLUMNS)}  ${text}`)
  return {
    visit: (visit) => tell(visit.door, describeVisit(visit)),
    issuer: (door, event) => tell(door, styleText('dim', describeIssuer(event))),
    trouble: (door, text) => tell(door, styleText('red', text)),
  }
}

const clock = (): string => new Date().toTimeString().slice(0, 8)

function describeVisit({ method, path, status, verdict, reason }: Visit): string {
  const target = shorten(`${method} ${printable(path)}`).padEnd(TARGET_COLUMNS)
  const colour = colourOf(status)
  const judged = styleText(colour, verdict.padEnd(VERDICT_COLUMNS))
  return `${styleText(colour, String(status ?? '---'))}  ${target}  ${judged}  ${reason}`.trimEnd()
}

/** Verdict and reason of a decision as the log has it. */
export const explain = ({ outcome, code, keyTier }: DecisionEvent) => ({
  verdict: outcome,
  reason: code ?? (keyTier === null ? 'public' : `key from ${keyTier}`),
})

const describeIssuer = ({ event, issuer, outcome, detail }: KeysEvent | OpaqueEvent): string =>
  event === 'opaque'
    ? `no word from ${issuer} about a token: ${outcome} (${detail})`
    : outcome === 'refreshed'
      ? `fetched the keys of ${issuer}`
      : `no keys of ${issuer} (${detail})`

function colourOf(status: number | null): 'green' | 'yellow' | 'red' {
  if (status === null || status >= 500) return 'red'
  return status >= 400 ? 'yellow' : 'green'
}

/** A terminal obeys control characters; a path is the caller's. */
const printable = (path: string): string => path.replace(/[^\x21-\x7e]/g, '?')

const shorten = (text: string): string =>
  text.length <= TARGET_COLUMNS ? text : `${text.slice(0, TARGET_COLUMNS - 1)}…`
