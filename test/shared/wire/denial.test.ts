/** What each code means on the wire, and the mend that goes with it (token-spec §2.3, RFC 9457). */
import { describe, expect, test } from 'vitest'
import { denial, type DenyCode, type Evidence } from '../../../shared/reasons.ts'
import { writeChallenges } from '../../../shared/wire/challenge.ts'
import { describeDenial } from '../../../shared/wire/denial.ts'
import { writeProblem } from '../../../shared/wire/problem.ts'
import { CODES } from '../../doors/codes.ts'

const ALL = Object.entries(CODES) as [DenyCode, (typeof CODES)[DenyCode]][]
const textOf = (code: DenyCode, evidence?: Evidence) => describeDenial(denial(code, evidence))

describe('a code', () => {
  test.each(ALL)('%s has its status and its error', (code, { status, error }) => {
    expect(textOf(code)).toMatchObject({ status, error })
    expect(textOf(code, { hidden: true })).toMatchObject({ status: 404, error })
  })

  test.each(ALL)('%s is told in words that may stand in a header', (code) => {
    expect(textOf(code).description).toBe(code.split('_').join(' '))
    // RFC 6750 §3.
    expect(textOf(code).description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  })
})

describe('a hint', () => {
  /** They say it all, or all that may be said; the page says the rest. */
  const SILENT: readonly DenyCode[] = [
    'multiple_tokens',
    'untrusted_key_header',
    'kid_invalid',
    'kid_missing',
    'key_unusable',
    'sender_constraint_unsupported',
    'org_not_allowed',
    'client_not_allowed',
    'principal_not_allowed',
    'actor_not_allowed',
    'resource_owner_mismatch',
  ]
  const DETAILED: readonly DenyCode[] = [
    'token_too_large',
    'idp_token',
    'alg_not_allowed',
    'claim_missing',
    'claim_type_invalid',
    'claim_invalid',
    'token_lifetime_exceeded',
    'token_too_old',
    'insufficient_scope',
    'claim_policy_failed',
  ]

  test('is the page of codes for a code that says it all, and a mend for any other', () => {
    const silent = ALL.filter(([code]) => textOf(code).hint === `See docs/codes.md#${code}`)
    expect(silent.map(([code]) => code)).toEqual(SILENT)
  })

  test('names what is wanted, to the letter', () => {
    const detailed = ALL.filter(([code]) => textOf(code, { detail: '$&' }).hint.includes('$&'))
    expect(detailed.map(([code]) => code)).toEqual(DETAILED)
  })

  test.each(ALL)('of the evidence goes before that of %s', (code) => {
    expect(textOf(code, { hint: 'Do this.', detail: 'x' }).hint).toBe('Do this.')
  })
})

describe('a challenge', () => {
  const challengesOf = (code: DenyCode, evidence?: Evidence) =>
    writeChallenges(textOf(code, evidence), denial(code, evidence), 'api')

  test('is bare without credentials', () => {
    expect(challengesOf('missing_token')).toEqual(['Bearer realm="api"'])
  })

  test.each([
    ['token_expired', 'error="invalid_token", error_description="token expired"'],
    [
      'insufficient_permissions',
      'error="insufficient_scope", error_description="insufficient permissions"',
    ],
    [
      'insufficient_scope',
      'error="insufficient_scope", error_description="insufficient scope", scope="a b"',
    ],
  ] as const)(
    'says the error of %s, and names scopes only where those are missing',
    (code, rest) => {
      expect(challengesOf(code, { detail: 'a b' })).toEqual([`Bearer realm="api", ${rest}`])
    },
  )

  test.each(['no_matching_route', 'path_ambiguous', 'csrf_rejected'] as const)(
    'is not made for %s: no token would help',
    (code) => expect(challengesOf(code)).toEqual([]),
  )
})

describe('a problem', () => {
  test.each([
    [400, 'Bad Request'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [404, 'Not Found'],
    [500, 'Internal Server Error'],
    [502, 'Bad Gateway'],
    [503, 'Service Unavailable'],
  ])('of status %i is called %s', (status, title) => {
    const text = writeProblem({ status, code: 'some_code_here', hint: 'Do this.' })
    const problem = { type: 'about:blank', title, status, code: 'some_code_here' }
    expect(text).toBe(
      `${JSON.stringify({ ...problem, detail: 'some code here', hint: 'Do this.' })}\n`,
    )
  })
})
