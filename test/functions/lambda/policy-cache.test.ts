/** A policy that API Gateway keeps gives every later request the verdict that a fresh call would give. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createHandler } from '../../../functions/lambda/library.ts'
import type { Handler } from '../../../functions/lambda/library.ts'
import type { Config } from '../../../shared/index.ts'
import { evaluate, matches, statementsOf } from './evaluate.ts'
import type { Statement } from './evaluate.ts'
import {
  call,
  caller,
  guardedCaller,
  guardedRuleSet,
  ordinaryRuleSet,
  ruleSet,
} from './rule-sets.ts'
import type { Call, Caller, RuleSet } from './rule-sets.ts'
import { environment, mint, trustSecret, verifyAtOnce } from './tokens.ts'

const RUNS = 10_000
const SEED = 20_261_124
/** Rule sets that the runs are about; to load a function costs more than to ask it. */
const RULE_SETS = RUNS / 4
const STAGE = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/'

const lines: string[] = []
beforeAll(() => {
  verifyAtOnce()
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
})
afterAll(() => void vi.restoreAllMocks())

type Otherwise = NonNullable<Config['otherwise']>

const configFor = (routes: RuleSet, otherwise: Otherwise): Config => ({
  issuers: trustSecret,
  routes,
  otherwise,
  log: 'all',
})

interface Loaded {
  readonly config: Config
  readonly handler: Handler
}

/** Of two patterns of one shape there is no function. */
function load(config: Config): readonly Loaded[] {
  try {
    return [{ config, handler: createHandler(config, environment) }]
  } catch {
    return []
  }
}

interface Answer {
  readonly allowed: boolean
  /** Why the policy speaks of one request only. */
  readonly reason: string | undefined
  readonly route: string | null
  readonly code: string | null
  readonly statements: readonly Statement[]
}

const eventOf = (token: string | null, { method, path }: Call) => ({
  type: 'TOKEN' as const,
  methodArn: STAGE + method + path,
  authorizationToken: token === null ? '' : `Bearer ${token}`,
})

async function ask(handler: Handler, token: string | null, asked: Call): Promise<Answer> {
  const event = eventOf(token, asked)
  const answer = await handler(event).catch((error: Error) => {
    expect(error.message).toBe('Unauthorized')
    return null
  })
  const { route, policyReason: reason, outcome, code } = JSON.parse(lines.pop() ?? '{}')
  const statements = statementsOf(answer)
  const allowed = evaluate(statements, event.methodArn)
  expect(allowed).toBe(outcome === 'allow')
  return { allowed, reason, route, code, statements }
}

interface Counts {
  /** Requests that a pattern matches, asked of the kept policy and of a fresh call. */
  compared: number
  /** Of these, allowed. */
  allowed: number
  /** Oddly spelled ones, that the kept policy must not let in. */
  odd: number
  /** Requests that no pattern matches, and how many of them the kept policy lets through. */
  unmatched: number
  letThrough: number
  policies: number
  /** Those that speak of the present request alone. */
  fallbacks: Record<string, number>
}

/** `kept`, or why the policy could not be. */
async function compare(
  handler: Handler,
  token: string | null,
  [first, ...later]: readonly Call[],
  counts: Counts,
): Promise<string> {
  if (first === undefined) return 'kept'
  const kept = await ask(handler, token, first)
  if (kept.statements.length === 0) return 'kept' // thrown, so never kept
  counts.policies += 1
  if (kept.reason !== undefined) return kept.reason
  if (counts.policies % 20 === 0) expectMinimal(kept.statements)
  for (const next of later) {
    const cached = evaluate(kept.statements, STAGE + next.method + next.path)
    const fresh = await ask(handler, token, next)
    if (fresh.route === null && fresh.code !== 'path_ambiguous') {
      counts.unmatched += 1
      if (cached && !fresh.allowed) counts.letThrough += 1
    } else if (next.isOdd) {
      counts.odd += 1
      if (!fresh.allowed) expect({ ...next, allowed: cached }).toEqual({ ...next, allowed: false })
    } else {
      counts.compared += 1
      if (fresh.allowed) counts.allowed += 1
      expect({ ...next, allowed: cached }).toEqual({ ...next, allowed: fresh.allowed })
    }
  }
  return 'kept'
}

/** No resource is matched by another one of its effect, taken as a text. */
function expectMinimal(statements: readonly Statement[]): void {
  for (const { Effect, Resource } of statements) {
    const texts = Resource.filter((one) => !one.startsWith(`${STAGE}*`))
    const redundant = texts.filter((one) =>
      texts.some((other) => other !== one && matches(other, one.replaceAll('?*', 'Ω'))),
    )
    expect({ Effect, redundant }).toEqual({ Effect, redundant: [] })
  }
}

interface Given {
  readonly ruleSets: fc.Arbitrary<RuleSet>
  readonly callers: fc.Arbitrary<Caller>
  readonly otherwise: readonly Otherwise[]
}

async function holds({ ruleSets, callers, otherwise }: Given): Promise<Counts> {
  const counts: Counts = {
    compared: 0,
    allowed: 0,
    odd: 0,
    unmatched: 0,
    letThrough: 0,
    policies: 0,
    fallbacks: {},
  }
  const settings = fc.tuple(ruleSets, fc.constantFrom(...otherwise))
  const loaded = fc
    .sample(settings, { numRuns: RULE_SETS, seed: SEED })
    .flatMap(([routes, rest]) => load(configFor(routes, rest)))
  const session = fc.nat(loaded.length - 1).chain((index) => {
    const routes = loaded[index]?.config.routes ?? {}
    return fc.tuple(fc.constant(index), fc.array(call(routes), { minLength: 2, maxLength: 6 }))
  })
  await fc.assert(
    fc.asyncProperty(session, fc.option(callers, { freq: 9 }), async ([index, calls], claims) => {
      lines.length = 0
      const { config, handler } = loaded[index] ?? expect.fail()
      const token = claims && mint(claims)
      const kept = await compare(handler, token, calls, counts).catch((error: Error) => {
        throw new Error(JSON.stringify(config.routes), { cause: error })
      })
      if (kept !== 'kept') counts.fallbacks[kept] = (counts.fallbacks[kept] ?? 0) + 1
    }),
    { numRuns: RUNS, seed: SEED },
  )
  process.stdout.write(`${JSON.stringify(counts)}\n`)
  return counts
}

/** Of the policies, those that for this reason speak of one request alone. */
const shareOf = ({ fallbacks, policies }: Counts, reason: string): number =>
  (fallbacks[reason] ?? 0) / policies

const title = `agrees with a fresh call (${RUNS} runs, seed ${SEED})`

test(`${title}: patterns that collide, rules at random`, async () => {
  const otherwise = ['deny', 'deny', 'deny', 'authenticated'] as const
  const counts = await holds({ ruleSets: ruleSet, callers: caller, otherwise })
  expect(counts.compared).toBeGreaterThan(RUNS)
  expect(counts.letThrough / counts.unmatched).toBeLessThan(0.01)
  // IAM cannot say these, see `compile.ts`: to find so many takes such rule sets as nobody has.
  expect(shareOf(counts, 'allowed_route_inside_denied')).toBeLessThan(0.15)
  expect(shareOf(counts, 'own_object_inside_denied')).toBeLessThan(0.04)
  expect(shareOf(counts, 'too_intricate')).toBeLessThan(0.02)
  expect(shareOf(counts, 'too_large')).toBeLessThan(0.02)
})

test(`${title}: ordinary patterns, rules at random`, async () => {
  const counts = await holds({ ruleSets: ordinaryRuleSet, callers: caller, otherwise: ['deny'] })
  expect(counts.compared).toBeGreaterThan(RUNS)
  expect(counts.letThrough).toBe(0)
  expect(shareOf(counts, 'allowed_route_inside_denied')).toBeLessThan(0.03)
  expect(shareOf(counts, 'own_object_inside_denied')).toBeLessThan(0.02)
  expect(counts.fallbacks).not.toHaveProperty('too_intricate')
  expect(counts.fallbacks).not.toHaveProperty('too_large')
})

test(`${title}: ordinary patterns, ordinary rules`, async () => {
  const callers = guardedCaller
  const counts = await holds({ ruleSets: guardedRuleSet, callers, otherwise: ['deny'] })
  expect(counts.compared).toBeGreaterThan(RUNS)
  expect(counts.letThrough).toBe(0)
  // A path that was spelled oddly is answered for itself; there is no other reason.
  expect(Object.keys(counts.fallbacks)).toEqual(['unusual_request'])
  expect(shareOf(counts, 'unusual_request')).toBeLessThan(0.01)
})
