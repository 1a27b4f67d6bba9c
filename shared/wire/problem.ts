/** The body a caller gets (RFC 9457). */

export const PROBLEM_TYPE = 'application/problem+json'

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
}

export interface Problem {
  readonly status: number
  readonly code: string
  readonly hint?: string | undefined
}

/** `about:blank`: the title is the status phrase; `detail` is the code in words. */
export function writeProblem({ status, code, hint }: Problem): string {
  const detail = code.replaceAll('_', ' ')
  const body = { type: 'about:blank', title: TITLES[status], status, code, detail, hint }
  return `${JSON.stringify(body)}\n`
}
