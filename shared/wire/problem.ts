/** The body a caller gets (RFC 9457). */
import type { Deny, Unavailable } from '../types.ts'

export const PROBLEM_TYPE = 'application/problem+json'

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly hint?: string
}

/** `about:blank`: the title is the status phrase; `code` says which of ours it is. */
export const writeProblem = ({ status, ...problem }: Problem): string =>
  JSON.stringify({ type: 'about:blank', title: TITLES[status], status, ...problem })

export function describeRefusal(refusal: Deny | Unavailable, hints: 'none' | 'full'): Problem {
  const { status, code } = refusal
  if (refusal.outcome === 'unavailable') {
    return { status, code, detail: 'The token could not be checked; try again later' }
  }
  const problem = { status, code, detail: refusal.description }
  return hints === 'full' ? { ...problem, hint: refusal.hint } : problem
}
