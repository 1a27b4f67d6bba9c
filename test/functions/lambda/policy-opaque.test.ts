/** What a policy says for tokens that somebody else reads, and of routes that ask `/userinfo`. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createHandler } from '../../../functions/lambda/library.ts'
import type { Config } from '../../../shared/index.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../../support/scripted-issuer.ts'
import { evaluate, statementsOf } from './evaluate.ts'

const AUDIENCE = 'https://api.example.com'
const STAGE = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/'

const log = vi.spyOn(console, 'log').mockImplementation(() => {})
let issuer: ScriptedIssuer
beforeAll(async () => {
  issuer = await startScriptedIssuer()
})
afterEach(() => issuer.requests.clear())
afterAll(() => {
  log.mockRestore()
  return issuer.close()
})

const handlerFor = (routes: Config['routes'], more: Partial<Config> = {}) => {
  const introspect = { clientId: 'api', clientSecret: { env: 'S' } }
  const issuers = [{ issuer: issuer.issuer, audience: AUDIENCE, opaque: { introspect } }]
  return createHandler({ issuers, ...(routes && { routes }), ...more }, { S: 'secret' })
}

/** The routes that the policy allows, or the message of what was thrown. */
async function allowedBy(handler: ReturnType<typeof handlerFor>, token: string, path: string) {
  const methodArn = `${STAGE}GET${path}`
  const event = { type: 'TOKEN', methodArn, authorizationToken: `Bearer ${token}` } as const
  const answer = await handler(event).catch((error: Error) => error.message)
  if (typeof answer === 'string' || !('policyDocument' in answer)) return answer
  const statements = statementsOf(answer)
  return ['/a', '/b', '/jwt', '/opaque', '/public', '/profile'].filter((one) =>
    evaluate(statements, `${STAGE}GET${one}`),
  )
}

describe('accept', () => {
  const routes = {
    'GET /a': {},
    'GET /jwt': { accept: ['jwt'] },
    'GET /opaque': { accept: ['introspected'] },
    'GET /public': 'public',
  } as const

  beforeAll(() => {
    const now = Math.floor(Date.now() / 1000)
    issuer.answer('introspection', ({ body }) => ({
      body: body.includes('never')
        ? { active: false }
        : { active: true, aud: AUDIENCE, sub: 'u', iat: now, exp: now + 3600 },
    }))
  })

  it('an opaque token may call what takes it', async () => {
    const handler = handlerFor(routes)
    expect(await allowedBy(handler, 'opaque', '/a')).toEqual(['/a', '/opaque', '/public'])
    expect(await allowedBy(handler, 'opaque', '/jwt')).toBe('Unauthorized')
    expect(await allowedBy(handler, 'opaque', '/public')).toEqual(['/a', '/opaque', '/public'])
    expect(issuer.requests.count('introspection')).toBe(1)
  })

  it('a JWT may call what takes it', async () => {
    const handler = handlerFor(routes)
    expect(await allowedBy(handler, issuer.sign(), '/a')).toEqual(['/a', '/jwt', '/public'])
    expect(await allowedBy(handler, issuer.sign(), '/opaque')).toBe('Unauthorized')
  })

  it('a token that is not active changes nothing on a public route', async () => {
    const handler = handlerFor(routes)
    expect(await allowedBy(handler, 'never', '/public')).toEqual(['/public'])
    expect(await allowedBy(handler, 'never', '/a')).toBe('Unauthorized')
  })

  it('nobody has no usage identifier, and is answered all the same', async () => {
    const handler = handlerFor(routes, { apiGateway: { usageIdentifierClaim: 'plan' } })
    expect(await allowedBy(handler, 'never', '/public')).toEqual(['/public'])
  })

  it('one that cannot be judged is refused by no policy', async () => {
    const undo = issuer.answer('introspection', { status: 500 })
    const handler = handlerFor(routes)
    expect(await allowedBy(handler, 'opaque', '/a')).toContain('introspection_unavailable')
    expect(await allowedBy(handler, 'opaque', '/public')).toContain('introspection_unavailable')
    expect(await allowedBy(handler, 'opaque', '/none')).toContain('introspection_unavailable')
    undo()
  })

  it('does not matter to a WebSocket API, which asks about $connect alone', async () => {
    const undo = issuer.answer('introspection', { status: 500 })
    const handler = handlerFor({ ...routes, $connect: 'public' })
    const methodArn = `${STAGE}$connect`
    const event = { type: 'TOKEN', methodArn, authorizationToken: 'Bearer opaque' } as const
    expect(await handler(event)).toMatchObject({
      policyDocument: { Statement: [{ Effect: 'Allow', Resource: [methodArn] }] },
    })
    undo()
  })

  it('does not matter where a policy is for one request, and the request takes no token', async () => {
    const undo = issuer.answer('introspection', { status: 500 })
    const handler = handlerFor(routes, { apiGateway: { policy: 'request' } })
    expect(await allowedBy(handler, 'opaque', '/a')).toContain('introspection_unavailable')
    expect(await allowedBy(handler, 'opaque', '/public')).toEqual(['/public'])
    expect(await allowedBy(handler, 'opaque', '/none')).toEqual([])
    undo()
  })
})

it('is made with a verdict as young as the strictest route asks for', async () => {
  let isActive = true
  const now = Math.floor(Date.now() / 1000)
  const undo = issuer.answer('introspection', () => ({
    body: isActive
      ? { active: true, aud: AUDIENCE, sub: 'u', iat: now, exp: now + 3600 }
      : { active: false },
  }))
  const routes = { 'GET /a': {}, 'GET /opaque': { verdictSeconds: 0 } } as const
  const [whole, single] = [
    handlerFor(routes),
    handlerFor(routes, { apiGateway: { policy: 'request' } }),
  ]
  for (const handler of [whole, single]) await allowedBy(handler, 'opaque', '/a')
  isActive = false
  expect(await allowedBy(whole, 'opaque', '/a')).toBe('Unauthorized')
  expect(await allowedBy(single, 'opaque', '/a')).toEqual(['/a'])
  undo()
})

describe('a route that requires /userinfo', () => {
  const routes = { 'GET /a': {}, 'GET /profile': { userinfo: 'required' } } as const
  const token = (scope = 'openid') =>
    issuer.sign({ aud: [AUDIENCE, `${issuer.issuer}userinfo`], scope })

  it('is in the policy whichever route was called', async () => {
    issuer.answer('userinfo', { body: { sub: 'auth0|123' } })
    expect(await allowedBy(handlerFor(routes), token(), '/a')).toEqual(['/a', '/profile'])
    expect(await allowedBy(handlerFor(routes), token(), '/profile')).toEqual(['/a', '/profile'])
    expect(issuer.requests.count('userinfo')).toBe(2)
  })

  it('is not in the policy of a token that does not open it, or is somebody else there', async () => {
    issuer.answer('userinfo', { body: { sub: 'auth0|124' } })
    expect(await allowedBy(handlerFor(routes), token(), '/a')).toEqual(['/a'])
    expect(await allowedBy(handlerFor(routes), token(''), '/a')).toEqual(['/a'])
    expect(await allowedBy(handlerFor(routes), token(), '/profile')).toBe('Unauthorized')
  })

  it('leaves no policy to be kept while nobody answers', async () => {
    issuer.answer('userinfo', { status: 500 })
    expect(await allowedBy(handlerFor(routes), token(), '/a')).toContain('userinfo_unavailable')
    const single = { apiGateway: { policy: 'request' } } as const
    expect(await allowedBy(handlerFor(routes, single), token(), '/a')).toEqual(['/a'])
  })
})

describe.each([
  ['alone', {}],
  ['beside one that requires it', { 'GET /jwt': { userinfo: 'required' } }],
] as const)('a route that takes what /userinfo says, %s,', (_, more) => {
  const routes = {
    'GET /a': {},
    'GET /b': {},
    'GET /profile': { userinfo: 'optional' },
    ...more,
  } as const
  const own = Object.keys(more).map(() => '/jwt')
  const token = (scope = 'openid') =>
    issuer.sign({ aud: [AUDIENCE, `${issuer.issuer}userinfo`], scope })

  it('is in the policy of whoever is himself there', async () => {
    issuer.answer('userinfo', { body: { sub: 'auth0|123' } })
    expect(await allowedBy(handlerFor(routes), token(), '/a')).toEqual([
      '/a',
      '/b',
      ...own,
      '/profile',
    ])
  })

  it.each([
    ['is not active', { status: 401 }],
    ['is somebody else there', { body: { sub: 'auth0|124' } }],
  ])('is not in the policy of a token that %s', async (_title, answer) => {
    issuer.answer('userinfo', answer)
    const handler = handlerFor(routes)
    const sent = token()
    expect(await allowedBy(handler, sent, '/a')).toEqual(['/a', '/b'])
    expect(await allowedBy(handler, sent, '/profile')).toBe('Unauthorized')
    expect(issuer.requests.count('userinfo')).toBe(1)
  })

  it('is in the policy of a token that does not open it', async () => {
    expect(await allowedBy(handlerFor(routes), token(''), '/a')).toEqual(['/a', '/b', '/profile'])
    expect(issuer.requests.count('userinfo')).toBe(0)
  })
})

it('a route that takes what /userinfo says is in the policy while nobody answers', async () => {
  issuer.answer('userinfo', { status: 500 })
  const handler = handlerFor({ 'GET /a': {}, 'GET /profile': { userinfo: 'optional' } })
  const token = issuer.sign({ aud: [AUDIENCE, `${issuer.issuer}userinfo`], scope: 'openid' })
  expect(await allowedBy(handler, token, '/a')).toEqual(['/a', '/profile'])
})

it('/userinfo is asked about no JWT where no route asks it, but opaque tokens do', async () => {
  issuer.answer('userinfo', { body: { sub: 'auth0|123' } })
  const token = issuer.sign({ aud: [AUDIENCE, `${issuer.issuer}userinfo`], scope: 'openid' })
  const issuers = [{ issuer: issuer.issuer, audience: AUDIENCE, opaque: { userinfo: {} } }]
  const handler = handlerFor({ 'GET /a': {}, 'GET /public': 'public' }, { issuers })
  expect(await allowedBy(handler, token, '/a')).toEqual(['/a', '/public'])
  expect(issuer.requests.count('userinfo')).toBe(0)
})
