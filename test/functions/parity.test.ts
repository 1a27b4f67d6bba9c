/** One rule set, one verdict: every front door says the same of the same token and request. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createHandler } from '../../functions/lambda/library.ts'
import type { Handler } from '../../functions/lambda/library.ts'
import { createGuard } from '../../functions/worker/guard.ts'
import { createAuthorizer } from '../../shared/index.ts'
import type { AuthRequest, Config, Decision } from '../../shared/index.ts'
import { arnOf, buildEvent, type EventKind } from '../doors/support/events.ts'
import { evaluate, statementsOf } from './lambda/evaluate.ts'
import { call, caller, ruleSet } from './lambda/rule-sets.ts'
import type { Call, RuleSet } from './lambda/rule-sets.ts'
import { environment, mint, trustSecret, verifyAtOnce } from './lambda/tokens.ts'

const RUNS = 10_000
const SEED = 20_261_125
/** Rule sets that the runs are about; to load a function costs more than to ask it. */
const RULE_SETS = 500
const ORIGIN = 'https://api.example.com'

const lines: string[] = []
const nothingCached = { match: async () => undefined, put: async () => undefined }
beforeAll(() => {
  verifyAtOnce()
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  vi.stubGlobal('caches', { open: async () => nothingCached })
})
afterAll(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A verdict in the words of the core. */
interface Verdict {
  readonly outcome: string
  readonly code: string | null
  readonly route: string | null
  readonly status: number
}

type Ask = (asked: Call, token: string | null) => Promise<Verdict>

type Doors = Readonly<Record<string, Ask>>

const statusOf = (decision: Decision): number =>
  decision.outcome === 'allow' ? 200 : decision.status

/** Every door logs its decision; what it answers is told in `status`. */
function readLog(status: number): Verdict {
  const { outcome, code, route } = JSON.parse(lines.pop() ?? '{}')
  lines.length = 0
  return { outcome, code, route, status }
}

const headersOf = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` }

const requestOf = ({ method, path }: Call, token: string | null): Request =>
  new Request(ORIGIN + path, { method, headers: headersOf(token) })

function openDoors(config: Config): Doors {
  const authorizer = createAuthorizer(config, {
    environment,
    observe: (event) => void lines.push(JSON.stringify(event)),
  })
  const judge = async (request: AuthRequest | Request) =>
    readLog(statusOf(await authorizer.authorize(request)))
  const guard = createGuard(config, { ...environment, UPSTREAM: upstream })
  const simple = createHandler(config, environment)
  const iam = createHandler({ ...config, apiGateway: { httpApiResponse: 'iam' } }, environment)
  return {
    'core, AuthRequest': ({ method, path }, token) =>
      judge({ method, path, headers: headersOf(token) }),
    'core, Request': (asked, token) => judge(requestOf(asked, token)),
    Worker: async (asked, token) => {
      const response = await guard.fetch(
        requestOf(asked, token),
        {},
        { waitUntil: () => undefined },
      )
      return readLog(response.status)
    },
    'REST TOKEN': askFunction(simple, 'rest-token'),
    'REST REQUEST': askFunction(simple, 'rest-request'),
    'HTTP API 1.0': askFunction(simple, 'http-1.0'),
    'HTTP API 2.0, simple': askFunction(simple, 'http-2.0'),
    'HTTP API 2.0, IAM': askFunction(iam, 'http-2.0'),
    'core, $connect': (_, token) =>
      judge({ method: 'GET', path: '$connect', webSocket: true, headers: headersOf(token) }),
    WebSocket: askFunction(simple, 'websocket'),
  }
}

const upstream = { fetch: async () => new Response() } as unknown as Parameters<
  typeof createGuard
>[1]['UPSTREAM'] &
  object

/** What API Gateway answers: contract §4, Lambda. */
const askFunction =
  (handler: Handler, kind: EventKind): Ask =>
  async ({ method, path }, token) => {
    const headers = Object.entries(headersOf(token))
    const answer = await handler(buildEvent(kind, { method, path, headers }) as never).catch(
      (error: Error) => error,
    )
    if (answer instanceof Error) return readLog(answer.message === 'Unauthorized' ? 401 : 500)
    if ('isAuthorized' in answer) return readLog(answer.isAuthorized ? 200 : 403)
    const isAllowed = evaluate(statementsOf(answer), arnOf(kind, { method, path }))
    return readLog(isAllowed ? 200 : 403)
  }

/** How API Gateway says what the core says: there is no 400 and no 404. */
const GATEWAY: Readonly<Record<number, number>> = {
  200: 200,
  400: 401,
  401: 401,
  403: 403,
  404: 403,
}

const expectedAt = (door: string, verdict: Verdict): Verdict =>
  /^(?:REST|HTTP|WebSocket)/.test(door)
    ? { ...verdict, status: GATEWAY[verdict.status] ?? 500 }
    : verdict

/** What a door cannot carry, or reads otherwise. */
function isCarried(door: string, { path }: Call, token: string | null): boolean {
  // A `Request` has its dot segments and backslashes resolved, and what ASCII lacks encoded.
  const isRequest = door === 'Worker' || door === 'core, Request'
  if (isRequest && new URL(ORIGIN + path).pathname !== path) return false
  // Without a token API Gateway answers 401 and asks nobody.
  if (door === 'REST TOKEN' && token === null) return false
  // An HTTP API may decode a path twice, and both readings have to be allowed.
  return !door.startsWith('HTTP') || !/%(?:25|3f)/i.test(path)
}

function openSound(config: Config): readonly (readonly [Config, Doors])[] {
  try {
    return [[config, openDoors(config)]]
  } catch {
    return [] // two patterns of one shape
  }
}

const withoutConnect = (config: Config | undefined): RuleSet => {
  const { $connect: _, ...routes } = config?.routes ?? {}
  return routes
}

/** A WebSocket API asks by one of the rules, too. */
function withConnect(routes: RuleSet): RuleSet {
  const rule = Object.values(routes).find((one) => typeof one === 'string' || !one.bind)
  return rule === undefined ? routes : { ...routes, $connect: rule }
}

test(`all doors agree (${RUNS} runs, seed ${SEED})`, async () => {
  const counts: Record<string, number> = {}
  const settings = fc.tuple(ruleSet, fc.constantFrom('deny' as const, 'authenticated' as const))
  const opened = fc
    .sample(settings, { numRuns: RULE_SETS, seed: SEED })
    .flatMap(([routes, otherwise]) =>
      openSound({ issuers: trustSecret, routes: withConnect(routes), otherwise, log: 'all' }),
    )
  const session = fc
    .nat(opened.length - 1)
    .chain((index) => fc.tuple(fc.constant(index), call(withoutConnect(opened[index]?.[0]))))
  const credentials = fc.oneof(
    { weight: 12, arbitrary: caller.map(mint) },
    fc.constantFrom(null, 'opaque', 'eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24.AAAA'),
    caller.map((claims) => mint({ ...claims, lifetime: -60 })),
    caller.map((claims) => `${mint(claims).slice(0, -8)}AAAAAAAA`),
  )
  await fc.assert(
    fc.asyncProperty(session, credentials, async ([index, asked], token) => {
      const [config, doors] = opened[index] ?? expect.fail()
      const reference = await doors['core, AuthRequest']?.(asked, token)
      if (!reference) return expect.fail()
      const name = reference.code ?? reference.outcome
      counts[name] = (counts[name] ?? 0) + 1
      const connect = await doors['core, $connect']?.(asked, token)
      for (const [door, ask] of Object.entries(doors)) {
        if (door === 'core, $connect' || !isCarried(door, asked, token)) continue
        const verdict = await ask(asked, token)
        if (isUnnameable(verdict, reference, asked)) continue
        expect({ door, routes: config.routes, ...verdict }).toEqual({
          door,
          routes: config.routes,
          ...expectedAt(door, (door === 'WebSocket' ? connect : null) ?? reference),
        })
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  process.stdout.write(`${JSON.stringify(counts)}\n`)
  // Each code that a rule, a route or a token can lead to was met.
  expect(Object.keys(counts).toSorted()).toEqual(MET)
})

/** An allowed path that holds an IAM wildcard, and that no policy can name: it is refused. */
const isUnnameable = ({ code }: Verdict, { outcome }: Verdict, { path }: Call): boolean =>
  outcome === 'allow' && code === 'path_ambiguous' && /[*?]/.test(path)

const MET = [
  'actor_not_allowed',
  'allow',
  'claim_policy_failed',
  'client_not_allowed',
  'insufficient_permissions',
  'insufficient_scope',
  'malformed_token',
  'missing_token',
  'no_matching_route',
  'opaque_token',
  'org_not_allowed',
  'path_ambiguous',
  'principal_not_allowed',
  'resource_owner_mismatch',
  'signature_invalid',
  'token_expired',
  'token_lifetime_exceeded',
  'wrong_token_type',
]
