/** A policy that API Gateway keeps gives every later request the verdict that a fresh call would give. */
import { SignJWT } from 'jose'
import fc from 'fast-check'
import { afterAll, expect, test, vi } from 'vitest'
import { matchPattern } from '../../../dev/gateway/pattern.ts'
import { createHandler } from '../../../functions/lambda/library.ts'
import type { Handler } from '../../../functions/lambda/library.ts'
import type { Config } from '../../../shared/index.ts'
import { AUDIENCE, ISSUER, SECRET, call, caller, ordinaryRuleSet, ruleSet } from './rule-sets.ts'
import type { Call, Caller, RuleSet } from './rule-sets.ts'

const RUNS = 10_000
const SEED = 20_261_124
const STAGE = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/'

const lines: string[] = []
const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
afterAll(() => log.mockRestore())

const tokens = new Map<string, string>()

async function mint(claims: Caller): Promise<string> {
  const key = JSON.stringify(claims)
  const known = tokens.get(key)
  if (known !== undefined) return known
  const token = await new SignJWT({ ...claims, azp: 'service' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET))
  tokens.set(key, token)
  return token
}

function createFor(routes: RuleSet, otherwise: 'deny' | 'authenticated'): Handler | null {
  const config: Config = {
    issuers: [{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['HS256'], secret: { env: 'S' } }],
    routes,
    otherwise,
    log: 'all',
  }
  try {
    return createHandler(config, { S: SECRET })
  } catch {
    return null // two patterns of one shape
  }
}

interface Answer {
  readonly allowed: boolean
  readonly policy: 'api' | 'request' | undefined
  readonly route: string | null
  readonly statements: readonly Statement[]
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Resource: readonly string[]
}

const arnOf = ({ method, path }: Call): string => STAGE + method + path

async function ask(handler: Handler, token: string | null, asked: Call): Promise<Answer> {
  const methodArn = arnOf(asked)
  const authorizationToken = token === null ? '' : `Bearer ${token}`
  const answer = await handler({ type: 'TOKEN', methodArn, authorizationToken }).catch(
    (error: Error) => {
      expect(error.message).toBe('Unauthorized')
      return null
    },
  )
  const { route, policy, outcome } = JSON.parse(lines.pop() ?? '{}')
  const statements: readonly Statement[] =
    answer && 'policyDocument' in answer
      ? JSON.parse(JSON.stringify(answer.policyDocument.Statement))
      : []
  const allowed = evaluate(statements, methodArn)
  expect(allowed).toBe(outcome === 'allow')
  return { allowed, policy, route, statements }
}

/** As IAM does: an explicit Deny wins, no match is a deny. */
function evaluate(statements: readonly Statement[], arn: string): boolean {
  const says = (effect: Statement['Effect']) =>
    statements.some(
      ({ Effect, Resource }) => Effect === effect && Resource.some((one) => matchPattern(one, arn)),
    )
  return says('Allow') && !says('Deny')
}

interface Counts {
  /** Requests that a pattern matches, asked of the kept policy and of a fresh call. */
  compared: number
  /** Of these, how many the kept policy lets through although a fresh call does not. */
  unmatched: number
  letThrough: number
  policies: number
  fallbacks: number
}

async function compare(
  handler: Handler,
  token: string | null,
  [first, ...later]: readonly Call[],
  counts: Counts,
) {
  if (first === undefined) return
  const kept = await ask(handler, token, first)
  if (kept.statements.length === 0) return // thrown, so never kept
  counts.policies += 1
  if (kept.policy === 'request') {
    counts.fallbacks += 1
    return
  }
  for (const next of later) {
    const cached = evaluate(kept.statements, arnOf(next))
    const fresh = await ask(handler, token, next)
    if (fresh.route === null) {
      counts.unmatched += 1
      if (cached && !fresh.allowed) counts.letThrough += 1
      continue
    }
    counts.compared += 1
    expect({ ...next, allowed: cached }).toEqual({ ...next, allowed: fresh.allowed })
  }
}

async function holds(
  ruleSets: fc.Arbitrary<RuleSet>,
  otherwise: readonly ('deny' | 'authenticated')[],
): Promise<Counts> {
  const counts: Counts = { compared: 0, unmatched: 0, letThrough: 0, policies: 0, fallbacks: 0 }
  const session = ruleSets.chain((routes) =>
    fc.tuple(fc.constant(routes), fc.array(call(routes), { minLength: 2, maxLength: 6 })),
  )
  await fc.assert(
    fc.asyncProperty(
      session,
      fc.constantFrom(...otherwise),
      fc.option(caller, { freq: 9 }),
      async ([routes, calls], fallback, claims) => {
        lines.length = 0
        const handler = createFor(routes, fallback)
        fc.pre(handler !== null)
        if (handler) await compare(handler, claims && (await mint(claims)), calls, counts)
      },
    ),
    { numRuns: RUNS, seed: SEED },
  )
  process.stdout.write(`${JSON.stringify(counts)}\n`)
  return counts
}

test(`agrees with a fresh call: colliding patterns (${RUNS} runs, seed ${SEED})`, async () => {
  const counts = await holds(ruleSet, ['deny', 'deny', 'deny', 'authenticated'])
  expect(counts.compared).toBeGreaterThan(RUNS)
  expect(counts.fallbacks / counts.policies).toBeLessThan(0.25)
}, 300_000)

test(`agrees with a fresh call: ordinary rule sets (${RUNS} runs, seed ${SEED})`, async () => {
  const counts = await holds(ordinaryRuleSet, ['deny'])
  expect(counts.compared).toBeGreaterThan(RUNS)
  expect(counts.fallbacks / counts.policies).toBeLessThan(0.1)
}, 300_000)
