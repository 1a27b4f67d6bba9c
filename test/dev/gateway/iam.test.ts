import { describe, expect, it } from 'vitest'
import { evaluatePolicy } from '../../../dev/gateway/iam.ts'
import { matchPattern } from '../../../dev/gateway/pattern.ts'
import { readPolicy } from '../../../dev/gateway/policy.ts'
import { measure } from '../../support/cost.ts'

const ARN = 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/patients/7'
const STAGE = 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev'
const NOON = Date.parse('2026-11-24T12:00:00Z')

const evaluate = (statements: unknown, arn = ARN, version: string | undefined = '2012-10-17') => {
  const policy = readPolicy({ Version: version, Statement: statements })
  if (!policy.ok) return policy.error
  return evaluatePolicy(policy.value, arn, { nowMs: NOON, sourceIp: '203.0.113.9' }).effect
}

const statement = (Effect: string, Resource: unknown, rest: object = {}) => ({
  Effect,
  Action: 'execute-api:Invoke',
  Resource,
  ...rest,
})

describe('a resource pattern', () => {
  it.each([
    ['the ARN itself', ARN, ARN, true],
    ['* at the end', `${STAGE}/GET/*`, ARN, true],
    ['* spans slashes', `${STAGE}/GET/patients/*`, `${STAGE}/GET/patients/7/notes/1`, true],
    ['* matches nothing at all', `${STAGE}/GET/patients/7*`, ARN, true],
    ['* in the middle', `${STAGE}/*/patients/7`, ARN, true],
    ['two *', `${STAGE}/*/patients/*`, ARN, true],
    ['any stage', `${STAGE.replace('/dev', '')}/*/GET/patients/7`, ARN, true],
    ['everything', '*', ARN, true],
    ['region, account and API wild', 'arn:aws:execute-api:*:*:*', ARN, true],
    ['a colon inside *', `${STAGE}/POST/foo/*/baz`, `${STAGE}/POST/foo/bar:bar/baz`, true],
    ['? is one character', `${STAGE}/GET/patients/?`, ARN, true],
    ['? is a slash too', `${STAGE}/GET?patients/7`, ARN, true],
    ['? is not two characters', `${STAGE}/GET/patients/?`, `${STAGE}/GET/patients/77`, false],
    ['? is not nothing', `${STAGE}/GET/patients/7?`, ARN, false],
    ['?* is never empty', `${STAGE}/GET/patients/?*`, `${STAGE}/GET/patients/`, false],
    ['anchored at the start', 'execute-api:us-east-1:*', ARN, false],
    ['anchored at the end', `${STAGE}/GET/patients`, ARN, false],
    ['case counts in the path', `${STAGE}/GET/Patients/7`, ARN, false],
    ['case counts in the method', `${STAGE}/get/patients/7`, ARN, false],
    ['another partition', ARN.replace('arn:aws:', 'arn:aws-cn:'), ARN, false],
    ['a dot is a dot', `${STAGE}/GET/patients/.`, ARN, false],
    ['regular expressions are not known', `${STAGE}/GET/patients/[0-9]`, ARN, false],
    ['a template is literal', `${STAGE}/GET/patients/{id}`, ARN, false],
    ['a literal star by variable', `${STAGE}/GET/\${*}`, `${STAGE}/GET/*`, true],
    ['a literal star is no wildcard', `${STAGE}/GET/\${*}`, `${STAGE}/GET/x`, false],
    ['a literal question mark', `${STAGE}/GET/\${?}`, `${STAGE}/GET/x`, false],
    ['an unknown variable matches nothing', `${STAGE}/GET/\${aws:username}`, ARN, false],
    ['characters beyond the basic plane', `${STAGE}/GET/?`, `${STAGE}/GET/😊`, true],
    ['backtracking', 'a*b*c', 'a-b-b-c-c', true],
    ['backtracking that fails', 'a*b*c', 'a-b-b-c-d', false],
  ])('%s', (_case, pattern, arn, expected) => {
    expect(matchPattern(pattern, arn)).toBe(expected)
  })

  it('costs no more than the product of the lengths', () => {
    const { outcome, ms } = measure(() => matchPattern(`${'a*'.repeat(250)}b`, 'a'.repeat(1_600)))
    expect(outcome).toBe(false)
    expect(ms).toBeLessThan(1_000)
  })
})

describe('a policy', () => {
  const here = statement('Allow', ARN)
  const everywhere = statement('Allow', '*')
  it.each([
    ['an Allow that matches', [here], 'allow'],
    ['an Allow that does not', [statement('Allow', `${STAGE}/POST/*`)], 'implicit-deny'],
    ['a Deny wins after an Allow', [everywhere, statement('Deny', ARN)], 'explicit-deny'],
    ['a Deny wins before an Allow', [statement('Deny', ARN), everywhere], 'explicit-deny'],
    ['a Deny of another resource', [everywhere, statement('Deny', `${STAGE}/POST/*`)], 'allow'],
    ['a statement without a list', here, 'allow'],
    ['one of several resources', [statement('Allow', [`${STAGE}/POST/*`, ARN])], 'allow'],
    ['one of several statements', [statement('Allow', `${STAGE}/POST/*`), here], 'allow'],
    ['no resources', [statement('Allow', [])], 'implicit-deny'],
    ['no statements', [], 'implicit-deny'],
    ['every action of the service', [{ ...here, Action: 'execute-api:*' }], 'allow'],
    ['every action', [{ ...here, Action: '*' }], 'allow'],
    ['one of several actions', [{ ...here, Action: ['s3:*', 'execute-api:Invoke'] }], 'allow'],
    ['an action in another casing', [{ ...here, Action: 'execute-api:invoke' }], 'allow'],
    ['another action', [{ ...here, Action: 'execute-api:ManageConnections' }], 'implicit-deny'],
    [
      'NotAction about another action',
      [{ Effect: 'Allow', NotAction: 's3:*', Resource: ARN }],
      'allow',
    ],
    [
      'NotAction about this action',
      [{ Effect: 'Allow', NotAction: 'execute-api:*', Resource: ARN }],
      'implicit-deny',
    ],
    [
      'NotResource about another resource',
      [{ Effect: 'Allow', Action: '*', NotResource: `${STAGE}/POST/*` }],
      'allow',
    ],
    [
      'NotResource about this resource',
      [{ Effect: 'Deny', Action: '*', NotResource: ARN }, everywhere],
      'allow',
    ],
  ])('%s', (_case, statements, expected) => {
    expect(evaluate(statements)).toBe(expected)
  })

  it('knows policy variables in version 2012-10-17 only', () => {
    const literal = [statement('Allow', `${STAGE}/GET/\${*}`)]
    expect(evaluate(literal, `${STAGE}/GET/*`)).toBe('allow')
    expect(evaluate(literal, `${STAGE}/GET/*`, '2008-10-17')).toBe('implicit-deny')
    expect(evaluate(literal, `${STAGE}/GET/\${anything}`, '2008-10-17')).toBe('allow')
  })

  it.each([
    ['no object', 'Allow'],
    ['an effect in another casing', statement('allow', ARN)],
    ['no action', { Effect: 'Allow', Resource: ARN }],
    ['both action and NotAction', statement('Allow', ARN, { NotAction: '*' })],
    ['no resource', { Effect: 'Allow', Action: '*' }],
    ['both resource and NotResource', statement('Allow', ARN, { NotResource: '*' })],
    ['a resource that is no string', statement('Allow', [7])],
    ['a condition that is no object', statement('Allow', ARN, { Condition: 'later' })],
    ['a resource of 513 characters', statement('Allow', `${STAGE}/${'x'.repeat(513)}`)],
  ])('with %s is malformed', (_case, broken) => {
    expect(readPolicy({ Statement: [broken] })).toMatchObject({ ok: false })
  })

  it('takes a resource of 512 characters', () => {
    expect(evaluate([statement('Allow', 'x'.repeat(512))])).toBe('implicit-deny')
  })

  it.each([undefined, null, [], {}, { Statement: undefined }, { Version: '1', Statement: [] }])(
    'is not %j',
    (document) => {
      expect(readPolicy(document)).toMatchObject({ ok: false })
    },
  )
})

describe('a condition', () => {
  const now = 'aws:CurrentTime'

  it.each([
    ['DateEquals', [false, true, false]],
    ['DateNotEquals', [true, false, true]],
    ['DateLessThan', [false, false, true]],
    ['DateLessThanEquals', [false, true, true]],
    ['DateGreaterThan', [true, false, false]],
    ['DateGreaterThanEquals', [true, true, false]],
  ])('%s is met a second after the date, at it, and a second before: %j', (operator, expected) => {
    const met = ['11:59:59', '12:00:00', '12:00:01'].map((time) => {
      const Condition = { [operator]: { [now]: `2026-11-24T${time}Z` } }
      return evaluate([statement('Allow', ARN, { Condition })]) === 'allow'
    })
    expect(met).toEqual(expected)
  })

  it.each([
    ['a key in another casing', { DateLessThan: { 'AWS:currenttime': '2027-01-01' } }, 'allow'],
    ['epoch seconds', { DateLessThan: { 'aws:EpochTime': String(NOON / 1000 + 1) } }, 'allow'],
    ['a date that is none', { DateLessThan: { [now]: 'tomorrow' } }, 'implicit-deny'],
    ['an address in the range', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'allow'],
    [
      'one of two ranges',
      { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.9'] } },
      'allow',
    ],
    ['a range that is none', { IpAddress: { 'aws:SourceIp': '203.0.113.0/33' } }, 'implicit-deny'],
    ['a width that is none', { IpAddress: { 'aws:SourceIp': '203.0.113.0/-1' } }, 'implicit-deny'],
    ['an address outside', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'implicit-deny'],
    [
      'an address to avoid',
      { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      'implicit-deny',
    ],
    ['an unknown operator', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'implicit-deny'],
    ['an unknown key', { DateLessThan: { 'aws:TokenIssueTime': '2027-01-01' } }, 'implicit-deny'],
    [
      'two, the second not met',
      { DateLessThan: { [now]: '2027-01-01' }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      'implicit-deny',
    ],
    [
      'two, the first not met',
      { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, DateLessThan: { [now]: '2027-01-01' } },
      'implicit-deny',
    ],
  ])('%s', (_case, Condition, expected) => {
    expect(evaluate([statement('Allow', ARN, { Condition })])).toBe(expected)
  })

  it('is reported when the model does not know it, and its statement does not match', () => {
    const policy = readPolicy({
      Statement: [
        statement('Deny', ARN, { Condition: { StringLike: { 'aws:Referer': '*' } } }),
        statement('Allow', ARN),
      ],
    })
    if (!policy.ok) throw new Error(policy.error)
    expect(evaluatePolicy(policy.value, ARN, { nowMs: NOON, sourceIp: '::1' })).toEqual({
      effect: 'allow',
      unknownConditions: ['StringLike aws:Referer'],
    })
  })
})
