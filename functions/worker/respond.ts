/** What a caller gets who does not get through: a problem body, challenges, nothing cacheable. */
import type { Deny, Unavailable } from '../../shared/types.ts'
import { PROBLEM_TYPE, describeRefusal, writeProblem } from '../../shared/wire/problem.ts'
import type { Problem } from '../../shared/wire/problem.ts'

export function respondRefusal(
  request: Request,
  refusal: Deny | Unavailable,
  hints: 'none' | 'full',
): Response {
  const response = respondProblem(request, describeRefusal(refusal, hints))
  if (refusal.outcome === 'unavailable') {
    response.headers.set('retry-after', String(refusal.retryAfterSeconds))
    return response
  }
  for (const challenge of refusal.challenges) response.headers.append('www-authenticate', challenge)
  return response
}

/** A script of another origin may read why: the body names no object and no caller. */
export function respondProblem(request: Request, problem: Problem): Response {
  const headers = new Headers({ 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' })
  if (request.headers.has('origin')) {
    headers.set('access-control-allow-origin', '*')
    headers.set('access-control-expose-headers', 'WWW-Authenticate, Retry-After')
  }
  const body = request.method === 'HEAD' ? null : writeProblem(problem)
  return new Response(body, { status: problem.status, headers })
}
