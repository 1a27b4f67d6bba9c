/** Many requests at once with one new opaque token, at what is deployed. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '../../shared/index.ts'
import type { Reply } from '../support/replies.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import { buildEvent } from './support/events.ts'
import { startLambda, type LambdaEnvironment } from './support/lambda-environment.ts'
import { startUpstream, type Upstream } from './support/upstream.ts'
import { startWorkers, type RunningWorkers } from './support/workers.ts'
import { AUDIENCE } from './world.ts'

const REQUESTS = 1000
const TOKEN = 'an-opaque-token-that-nobody-has-seen-before'

let issuer: ScriptedIssuer
let config: Config
let answer: Reply
beforeAll(async () => {
  issuer = await startScriptedIssuer()
  const now = Math.floor(Date.now() / 1000)
  const known = { active: true, aud: AUDIENCE, sub: 'u', client_id: 'c', iat: now, exp: now + 600 }
  answer = { body: known, delayMs: 200 }
  issuer.answer('introspection', answer)
  const introspect = { clientId: 'api', clientSecret: { env: 'API_SECRET' } }
  config = {
    issuers: [{ issuer: issuer.issuer, audience: AUDIENCE, opaque: { introspect } }],
    routes: { 'GET /a': 'authenticated' },
    verdictSecret: { env: 'SEAL' },
    log: 'none',
  }
})
afterEach(() => issuer.requests.clear())
afterAll(() => issuer.close())

const secrets = { API_SECRET: 'secret', SEAL: 'thirty-two bytes are what it takes to seal' }

/** Beside the guard, so that the process that answers for the issuer has nothing else to do. */
const CROWD = `export default {
  async fetch(request, { GUARD, REQUESTS }) {
    const ask = async () => (await GUARD.fetch(request.clone())).status
    const statuses = await Promise.all(Array.from({ length: REQUESTS }, ask))
    return Response.json([...new Set(statuses)])
  },
}`
/** Beside it as well: workerd ends a request that its caller leaves, but none that came by a socket. */
const LEAVER = `let mayLeave = false
export default {
  async fetch(request, { GUARD }) {
    mayLeave = request.method === 'DELETE'
    if (mayLeave) return new Response(null, { status: 204 })
    const leaving = new AbortController()
    const { signal } = leaving
    const left = GUARD.fetch(request, { signal }).then(() => 'answered', () => 'left')
    while (!mayLeave) await scheduler.wait(10)
    leaving.abort()
    return new Response(await left)
  },
}`
const ORIGIN = `export default { fetch: () => new Response('upstream') }`

describe('the Worker', () => {
  let upstream: Upstream
  let workers: RunningWorkers
  beforeAll(async () => {
    upstream = await startUpstream()
    const variables = { AUTHORIZER_CONFIG: config, UPSTREAM_URL: upstream.origin, ...secrets }
    const { verdictSecret: _, ...unshared } = config
    workers = await startWorkers({
      first: { variables, kv: { AUTH_KV: 'verdicts' } },
      second: { variables, kv: { AUTH_KV: 'verdicts' } },
      alone: {
        variables: { AUTHORIZER_CONFIG: unshared, ...secrets },
        services: { UPSTREAM: { worker: 'origin' } },
      },
      crowd: { code: CROWD, variables: { REQUESTS }, services: { GUARD: { worker: 'alone' } } },
      leaver: { code: LEAVER, services: { GUARD: { worker: 'alone' } } },
      origin: { code: ORIGIN },
    })
  })
  afterAll(() => Promise.all([workers.close(), upstream.close()]))

  const send = (name: string, token = TOKEN, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${token}` }
    return fetch(`http://127.0.0.1:${workers.portOf(name)}/a`, { headers, ...init })
  }
  const ask = async (name: string, token = TOKEN) => {
    const response = await send(name, token)
    await response.arrayBuffer()
    return response.status
  }

  it('asks once in an isolate, though its requests may not wait for one another', async () => {
    expect(await (await send('crowd')).json()).toEqual([200])
    expect(issuer.requests.count('introspection')).toBe(1)
  })

  it('spares another isolate the question, through KV', async () => {
    expect(await ask('first')).toBe(200)
    expect(await ask('second')).toBe(200)
    expect(issuer.requests.count('introspection')).toBe(1)
  })

  it('tells the upstream what kind of token it was', async () => {
    expect(await ask('first')).toBe(200)
    const headers = upstream.requests.at(-1)?.headers
    expect(headers).toContainEqual(['x-auth-token-kind', 'introspected'])
  })

  it('answers others for whom it asked on behalf of a caller who left', async () => {
    // One of its own for a second try, too.
    const token = `left-while-it-asked-${crypto.randomUUID()}`
    const answered = Promise.withResolvers<void>()
    const undo = issuer.answer('introspection', { ...answer, after: answered.promise })
    const left = send('leaver', token)
    await expect.poll(() => issuer.requests.count('introspection')).toBe(1)
    await send('leaver', token, { method: 'DELETE' })
    expect(await (await left).text()).toBe('left')
    undo()
    const again = ask('alone', token)
    answered.resolve()
    expect(await again).toBe(200)
  })
})

describe('the Lambda function', () => {
  let environment: LambdaEnvironment
  beforeAll(async () => {
    environment = await startLambda({ ...secrets, AUTHORIZER_CONFIG: JSON.stringify(config) })
  })
  afterAll(() => environment.close())

  it('asks once in an environment', async () => {
    const event = buildEvent('rest-token', { headers: [['Authorization', `Bearer ${TOKEN}`]] })
    const all = Array.from({ length: REQUESTS }, () => environment.invoke(event))
    const types = new Set((await Promise.all(all)).map(({ type }) => type))
    expect(types).toEqual(new Set(['answered']))
    expect(issuer.requests.count('introspection')).toBe(1)
  })
})
