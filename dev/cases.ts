import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../shared/config/types.ts'
import { sampleScopes } from './scopes.ts'
import type { TokenName } from './tokens.ts'

/** A request worth making, and what both doors make of it. */
export interface Case {
  readonly status: number
  readonly code: string
  /** Where API Gateway cannot say the same. */
  readonly gatewayStatus?: number
  readonly story: string
  readonly path: string
  readonly token: TokenName | null
}

interface SampleCase extends Case {
  readonly route: keyof typeof SAMPLE_ROUTES
}

/** What the cases below were written for. */
const SAMPLE_ROUTES = {
  'GET /health': 'public',
  // Of `init`.
  'GET /me': 'authenticated',
  'GET /patients': { scopes: 'read:patients' },
  'GET /admin/{report+}': { scopes: 'read:admin' },
} as const

const ME = { path: '/me', route: 'GET /me' } as const
const PATIENTS = { path: '/patients', route: 'GET /patients' } as const

const CASES: readonly SampleCase[] = [
  {
    ...PATIENTS,
    status: 200,
    code: 'allow',
    story: 'Ada has read:patients; the upstream learns who she is',
    token: 'read',
  },
  {
    ...PATIENTS,
    status: 200,
    code: 'allow',
    story: 'Ada again, with an opaque token: its issuer is asked, once a minute',
    token: 'user',
  },
  {
    ...PATIENTS,
    status: 200,
    code: 'allow',
    story: 'an opaque token of a machine',
    token: 'machine',
  },
  {
    status: 200,
    code: 'allow',
    story: 'a public route asks for no token',
    path: '/health',
    route: 'GET /health',
    token: null,
  },
  {
    ...ME,
    status: 200,
    code: 'allow',
    story: 'any good token will do; the upstream learns who it is',
    token: 'read',
  },
  { ...PATIENTS, status: 401, code: 'missing_token', story: 'no token', token: null },
  { ...ME, status: 401, code: 'missing_token', story: 'no token', token: null },
  {
    ...PATIENTS,
    status: 401,
    code: 'audience_mismatch',
    story: 'a good token, but for the billing API',
    token: 'billing',
  },
  {
    ...PATIENTS,
    status: 401,
    code: 'audience_mismatch',
    story: 'Ada logged in without naming an audience: an opaque token for no API',
    token: 'opaque',
  },
  {
    status: 403,
    code: 'insufficient_scope',
    story: 'Ada lacks read:admin',
    path: '/admin/visits',
    route: 'GET /admin/{report+}',
    token: 'read',
  },
  {
    ...PATIENTS,
    status: 503,
    code: 'keys_unavailable',
    gatewayStatus: 500,
    story: 'the issuer of this token is down',
    token: 'outage',
  },
]

/** Those that the rules still bear out, each story once: whoever edits the sample is not promised what it said. */
export function casesFor(rules: Config): readonly Case[] {
  const { routes = {} } = rules
  const borneOut = CASES.filter(({ route }) =>
    isDeepStrictEqual(routes[route], SAMPLE_ROUTES[route]),
  )
  const isSample = borneOut.some(({ code }) => code === 'insufficient_scope')
  const all = isSample ? borneOut : [...ownCases(rules), ...borneOut]
  return all.filter(({ story }, at) => at === all.findIndex((one) => one.story === story))
}

/** Of rules of one's own: a path that `read` opens, and one that it does not. */
function ownCases(rules: Config): readonly Case[] {
  const held = sampleScopes(rules).read
  const cases = Object.entries(rules.routes ?? {}).flatMap(([pattern, policy]): Case[] => {
    const [, path] = /^GET (\/[^{}]*)$/.exec(pattern) ?? []
    if (path === undefined || typeof policy !== 'object') return []
    const { scopes = [], ...others } = policy
    if (scopes.length === 0 || Object.keys(others).length > 0) return []
    const lacking = [scopes].flat().find((scope) => !held.includes(scope))
    const common = { path: encodeURI(path), token: 'read' } as const
    if (lacking === undefined) {
      const story = `Ada has ${held.join(' ')}; the upstream learns who she is`
      return [{ ...common, status: 200, code: 'allow', story }]
    }
    const story = `Ada lacks ${lacking}`
    return [{ ...common, status: 403, code: 'insufficient_scope', story }]
  })
  return [200, 403].flatMap((status) => cases.find((one) => one.status === status) ?? [])
}
