/** What a caller gets who does not get through: a problem body, challenges, nothing cacheable. */
import type { Deny, Unavailable } from '../../shared/types.ts'
import { PROBLEM_TYPE, writeProblem } from '../../shared/wire/problem.ts'
import type { Problem } from '../../shared/wire/problem.ts'

export function respondRefusal(
  request: Request,
  refusal: Deny | Unavailable,
  hints?: 'none' | 'full',
): Response {
  const { status, code } = refusal
  const isDenied = refusal.outcome === 'deny'
  const hint = isDenied && hints === 'full' ? refusal.hint : undefined
  const response = respondProblem(request, { status, code, hint })
  if (!isDenied) response.headers.set('retry-after', `${refusal.retryAfterSeconds}`)
  for (const challenge of isDenied ? refusal.challenges : []) {
    response.headers.append('www-authenticate', challenge)
  }
  return response
}

/** A script of another origin may read why: the body names no object and no caller. */
export function respondProblem(request: Request, problem: Problem): Response {
  const isCrossOrigin = request.headers.has('origin')
  return new Response(request.method === 'HEAD' ? null : writeProblem(problem), {
    status: problem.status,
    headers: {
      'content-type': PROBLEM_TYPE,
      'cache-control': 'no-store',
      ...(isCrossOrigin && {
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
      }),
    },
  })
}
