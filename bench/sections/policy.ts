/** From a verified token to the policy of all that it may call: 200 routes, a token of 10 scopes. */
import { createEngine } from '../../shared/authorize.ts'
import type { Engine } from '../../shared/authorize.ts'
import { parseMethodArn } from '../../functions/lambda/arn.ts'
import type { MethodArn } from '../../functions/lambda/arn.ts'
import { inspect } from '../../functions/lambda/inspect.ts'
import type { Inspection } from '../../functions/lambda/inspect.ts'
import { createCompiler } from '../../functions/lambda/policy/compile.ts'
import { isWithinLimits, writeDocument } from '../../functions/lambda/policy/document.ts'
import { createRuleBook, grantTo } from '../../functions/lambda/policy/grant.ts'
import { createPolicySource } from '../../functions/lambda/policy/source.ts'
import { duel, inSequence } from '../duel.ts'
import type { Contender } from '../duel.ts'
import { POLICY } from '../names.ts'
import { requestOf } from '../ours.ts'
import { createRuleSet, SCOPE_AREAS } from '../rule-set.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'
import { AUDIENCE, describeUser, ISSUER } from '../tokens.ts'
import { createSigner } from '../../test/support/signer.ts'

const ROUTES = 200
const SCOPES = 10
/** Strides through the areas that share no factor with their number, less the first. */
const STEPS = [1, 2, 4, 5, 7, 8, 10, 11]
/** No two with the same grants, and more than the function remembers. */
const TOKENS = (SCOPE_AREAS - 1) * STEPS.length
const SECRET = 'a secret of thirty-two bytes or more, for the bench'
const ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/live'

export const policy: Section = {
  name: 'policy',
  async run({ pace, tell }) {
    tell(POLICY.column)
    const engine = createBenchEngine()
    const inspections = await inspectTokens(engine)
    const frame = {
      name: 'policy',
      title: 'Compiling an API Gateway policy',
      unit: 'µs',
      corner: 'policy for a',
      note: 'The whole way from a verified token to the policy document, its size checked. The first one also works out how the routes overlap.',
    } as const
    return [layOut(frame, await duel(contendersOf(engine, inspections), pace))]
  },
}

const arnOf = (path: string): MethodArn => {
  const arn = parseMethodArn(`${ARN}/GET${path}`)
  if (arn === null) throw new Error('the ARN cannot be read')
  return arn
}

const PATH = createRuleSet(ROUTES).pathOf(0)

function createBenchEngine(): Engine {
  return createEngine(
    {
      issuers: [
        {
          issuer: ISSUER,
          audience: AUDIENCE,
          algorithms: ['HS256'],
          secret: { env: 'SECRET' },
        },
      ],
      routes: createRuleSet(ROUTES).routes,
      log: 'none',
    },
    { environment: { SECRET }, http: async () => 'network' },
  )
}

/** Tokens whose scopes differ, each good for the route that is called. */
async function inspectTokens(engine: Engine): Promise<readonly Inspection[]> {
  const signer = createSigner({ issuer: ISSUER, audience: AUDIENCE })
  const inspections: Inspection[] = []
  for (let nth = 0; nth < TOKENS; nth += 1) {
    const claims = { ...describeUser(ISSUER, AUDIENCE, nth), scope: scopesOf(nth) }
    const token = signer.sign(claims, { alg: 'HS256', kid: undefined }, { secret: SECRET })
    const inspection = await inspect(engine, [requestOf(PATH, `Bearer ${token}`)], true)
    if (inspection.decision.outcome !== 'allow') throw new Error('the token is refused')
    inspections.push(inspection)
  }
  return inspections
}

/** Five to read, five to search; the first is the one that the route asks for. */
function scopesOf(nth: number): string {
  const step = STEPS[nth % STEPS.length] ?? 1
  const areaOf = (at: number) => 1 + ((nth + at * step) % (SCOPE_AREAS - 1))
  const others = Array.from({ length: SCOPES - 1 }, (_, at) => {
    const verb = at % 2 === 0 ? 'search' : 'read'
    return `${verb}:area-${areaOf(at)}`
  })
  return ['read:area-0', ...others].join(' ')
}

function contendersOf(engine: Engine, inspections: readonly Inspection[]): readonly Contender[] {
  const arn = arnOf(PATH)
  const source = createPolicySource(engine)
  const take = (from: typeof source, nth: number) => {
    const inspection = inspections[nth % inspections.length]
    const written = inspection && from(inspection, { arn, kind: 'request' })
    if (written?.scope !== 'api') throw new Error('one policy cannot say it')
    return written
  }
  const { column } = POLICY
  return [
    {
      row: POLICY.first,
      column,
      prepare: (count) => {
        const sources = Array.from({ length: count }, () => createPolicySource(engine))
        return inSequence((index) => take(sources[index] ?? source, index), count)
      },
    },
    {
      row: POLICY.other,
      column,
      prepare: (count) => inSequence(createCompilation(engine, inspections), count),
    },
    { row: POLICY.again, column, prepare: (count) => inSequence(() => take(source, 0), count) },
  ]
}

/** All that a token costs whose grants are new, in an instance that has seen other tokens. */
function createCompilation(engine: Engine, inspections: readonly Inspection[]) {
  const { rules, ruleOf } = createRuleBook(engine.rules)
  const compile = createCompiler(engine.rules, ruleOf)
  const { stage } = arnOf(PATH)
  const compileFor = (index: number) => {
    const inspection = inspections[index % inspections.length]
    const grants = inspection ? rules.map((rule) => grantTo(engine, rule, inspection)) : []
    const statements = compile(grants, false)
    if (typeof statements === 'string') throw new Error(`one policy cannot say it: ${statements}`)
    const { allow, deny, denyMore } = statements
    const fits = (list: readonly string[]) =>
      isWithinLimits(writeDocument({ allow, deny: list }, stage, null))
    if (!fits(denyMore) && !fits(deny)) throw new Error('too large')
  }
  for (const index of inspections.keys()) compileFor(index)
  return compileFor
}
