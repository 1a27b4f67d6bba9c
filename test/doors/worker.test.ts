/** The Worker as its callers and its upstream see it (contract §4, Worker): the built one, in workerd. */
import { once } from 'node:events'
import { createServer, request as startRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Config } from '../../shared/index.ts'
import { redirect } from '../support/replies.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import { parseChallenge } from './support/challenge.ts'
import { isDecision, readLogLine } from './support/decision-log.ts'
import type { Header, Sent } from './support/door.ts'
import { startUpstream, type Forwarded, type Upstream } from './support/upstream.ts'
import { sendOverWire, valuesOf } from './support/wire.ts'
import { startWorkers, type RunningWorkers } from './support/workers.ts'
import { AUDIENCE } from './world.ts'

const ROUTES: NonNullable<Config['routes']> = {
  'GET /a': { scopes: 'read:a' },
  'POST /a': { scopes: 'read:a' },
  'GET /open': 'public',
  'POST /open': 'public',
  'GET /files/{name+}': 'authenticated',
  'DELETE /a': { scopes: 'delete:a' },
  'GET /hidden/{id}': { bind: { id: 'sub' }, hideExistence: true },
}

/** Answers what it was sent, so that the binding can be told from the address. */
const OTHER_UPSTREAM = `export default {
  async fetch(request) {
    const [url, subject] = [request.url, request.headers.get('x-auth-subject')]
    return Response.json({ url, subject, body: await request.text() })
  },
}`

/** Asks the guard, and tells its decision. */
const CALLER = `export default {
  async fetch(request, { GUARD }) {
    try {
      return Response.json(await GUARD.authorize(request))
    } catch (error) {
      return Response.json({ threw: error.message })
    }
  },
}`

/** As docs/getting-started.md has it: what was judged is what goes on. */
const ASKER = `export default {
  async fetch(request, { GUARD, UPSTREAM }) {
    const asked = new Request(request.url, request)
    const { url, method, headers } = asked
    const decision = await GUARD.authorize(new Request(url, { method, headers }))
    return decision.outcome === 'allow' ? UPSTREAM.fetch(asked) : Response.json(decision)
  },
}`

const PROBE = `export default {
  fetch: () => Response.json([typeof process, typeof Buffer, typeof require]),
}`

let issuer: ScriptedIssuer
let down: ScriptedIssuer
let upstream: Upstream
let workers: RunningWorkers

beforeAll(async () => {
  issuer = await startScriptedIssuer()
  down = await startScriptedIssuer()
  down.answer('discovery', { status: 500 })
  upstream = await startUpstream()
  const { issuer: name } = issuer
  const config: Config = {
    issuers: [
      { issuer: name, audience: AUDIENCE },
      { issuer: down.issuer, audience: AUDIENCE },
    ],
    routes: ROUTES,
    log: 'all',
  }
  const guard = (more: object = {}, variables: object = {}) => ({
    variables: {
      AUTHORIZER_CONFIG: { ...config, ...more },
      UPSTREAM_URL: upstream.origin,
      ...variables,
    },
  })
  workers = await startWorkers({
    guard: guard(),
    text: guard({}, { AUTHORIZER_CONFIG: JSON.stringify(config) }),
    hinting: guard({ hints: 'full', realm: 'patients' }),
    passing: guard({ forwardToken: true }),
    'with cookie': guard({ cookie: 'session' }),
    quiet: guard({ log: 'none' }),
    unasked: guard(),
    usual: guard({ log: undefined }),
    bound: { ...guard(), services: { UPSTREAM: { worker: 'other' } } },
    other: { code: OTHER_UPSTREAM },
    homeless: guard({}, { UPSTREAM_URL: '' }),
    'before nothing': guard({}, { UPSTREAM_URL: 'http://127.0.0.1:9' }),
    caller: { code: CALLER, services: { GUARD: { worker: 'guard', entrypoint: 'Authorizer' } } },
    asker: {
      code: ASKER,
      services: {
        GUARD: { worker: 'guard', entrypoint: 'Authorizer' },
        UPSTREAM: { worker: 'other' },
      },
    },
    wrong: guard({ issuers: [{ issuer: 'http://t.example/', audience: [] }], otherwise: 'allow' }),
    'wrong upstream': guard({}, { UPSTREAM_URL: 'https://origin.example.com/path' }),
    'blank upstream': guard({}, { UPSTREAM_URL: 'https://origin.example.com ' }),
    'caller of the wrong one': {
      code: CALLER,
      services: { GUARD: { worker: 'wrong', entrypoint: 'Authorizer' } },
    },
    compiled: {
      variables: { ISSUER: name, AUDIENCE: `urn:x, ${AUDIENCE}`, UPSTREAM_URL: upstream.origin },
    },
    probe: { code: PROBE },
  })
})

afterAll(async () => {
  await workers.close()
  for (const server of [issuer, down, upstream]) await server.close()
})

beforeEach(() => {
  upstream.requests.length = 0
  upstream.answer({ headers: { 'content-type': 'text/plain' }, body: 'upstream' })
  workers.log.take()
})

const ask = (worker: string, sent: Sent, host?: string) =>
  sendOverWire(workers.portOf(worker), { path: '/a', ...sent }, host)

const bearer = (claims = {}): Header => ['Authorization', `Bearer ${issuer.sign(claims)}`]

/** The one request that reached the upstream. */
function forwarded(): Forwarded {
  expect(upstream.requests).toHaveLength(1)
  return upstream.requests[0]!
}

const identityOf = ({ headers }: Forwarded) =>
  Object.fromEntries(headers.filter(([name]) => /^x.auth./i.test(name)))

describe('an allowed request', () => {
  it('reaches the upstream as it was sent: method, path, query, fields, body', async () => {
    const headers: Header[] = [
      bearer(),
      ['Content-Type', 'application/json'],
      ['Content-Length', '7'],
      ['X-Request-Id', 'abc'],
    ]
    const port = workers.portOf('guard')
    const answer = await send(port, { method: 'POST', path: '/a?b=1&b=%20x&c', headers }, '{"a":1}')
    expect(answer).toMatchObject({ status: 200, body: 'upstream' })
    const { method, target, body, headers: fields } = forwarded()
    expect({ method, target, body }).toEqual({
      method: 'POST',
      target: '/a?b=1&b=%20x&c',
      body: '{"a":1}',
    })
    expect(valuesOf(fields, 'content-type')).toEqual(['application/json'])
    expect(valuesOf(fields, 'x-request-id')).toEqual(['abc'])
  })

  it.each(['/a/', '/%61', '/files/a%20b/c;d=1', '/files/j%C3%B6rg?x=%2F..'])(
    'reaches the upstream by the path %s, spelled that way',
    async (target) => {
      const [path = '', query] = target.split('?')
      await ask('guard', { path, ...(query !== undefined && { query }), headers: [bearer()] })
      expect(forwarded().target).toBe(target)
    },
  )

  it.each(['API.example.com:80', '[::1]:8080', 'a.very.long.name.example.com'])(
    'reaches the upstream and nobody else when addressed to %s',
    async (host) => {
      const { status } = await ask('guard', { query: 'x=1', headers: [bearer()] }, host)
      expect(status).toBe(200)
      expect(forwarded().target).toBe('/a?x=1')
    },
  )

  it('streams its body to the upstream, and the answer back', async () => {
    const arrived = Promise.withResolvers<string>()
    const server = createServer((message, response) => {
      message.once('data', (piece: Buffer) => {
        arrived.resolve(piece.toString())
        response.writeHead(200).write('answer begins')
      })
      message.on('end', () => response.end(', answer ends'))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const streaming = await startWorkers({
      guard: {
        variables: {
          AUTHORIZER_CONFIG: { issuers: [{ issuer: issuer.issuer, audience: AUDIENCE }] },
          UPSTREAM_URL: `http://127.0.0.1:${port}`,
        },
      },
    })
    const [name, value] = bearer()
    const outgoing = startRequest({
      port: streaming.portOf('guard'),
      host: '127.0.0.1',
      method: 'POST',
      path: '/',
      headers: { [name]: value },
    })
    outgoing.write('body begins')
    expect(await arrived.promise).toBe('body begins')
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
    const [piece] = (await once(incoming, 'data')) as [Buffer]
    expect(piece.toString()).toBe('answer begins')
    outgoing.end(', body ends')
    expect(await text(incoming)).toBe(', answer ends')
    await streaming.close()
    server.close()
  })

  it('brings a megabyte through unchanged', async () => {
    const body = 'x'.repeat(1_000_000)
    const headers: Header[] = [bearer(), ['Content-Length', `${body.length}`]]
    await send(workers.portOf('guard'), { method: 'POST', path: '/a', headers }, body)
    expect(forwarded().body === body).toBe(true)
  })

  it('gets the answer of the upstream: status, fields, body', async () => {
    upstream.answer({
      status: 418,
      headers: { 'content-type': 'text/html', 'set-cookie': ['a=1', 'b=2'], etag: '"1"' },
      body: '<p>',
    })
    const { status, headers, body } = await ask('guard', { headers: [bearer()] })
    expect({ status, body }).toEqual({ status: 418, body: '<p>' })
    expect(valuesOf(headers, 'set-cookie')).toEqual(['a=1', 'b=2'])
    expect(valuesOf(headers, 'etag')).toEqual(['"1"'])
  })

  it('gets a redirect of the upstream as it is', async () => {
    upstream.answer(redirect('https://elsewhere.example/login', 307))
    const { status, headers } = await ask('guard', { headers: [bearer()] })
    expect(status).toBe(307)
    expect(valuesOf(headers, 'location')).toEqual(['https://elsewhere.example/login'])
    expect(upstream.requests).toHaveLength(1)
  })

  it('gets an answer that no shared cache may keep, unless the upstream says so', async () => {
    const silent = await ask('guard', { headers: [bearer()] })
    expect(valuesOf(silent.headers, 'cache-control')).toEqual(['private, no-store'])
    upstream.answer({ headers: { 'cache-control': 'public, max-age=60' }, body: 'x' })
    const told = await ask('guard', { headers: [bearer()] })
    expect(valuesOf(told.headers, 'cache-control')).toEqual(['public, max-age=60'])
    for (const [said, answered] of [
      ['max-age=60', 'max-age=60, private'],
      ['private="set-cookie", max-age=60', 'private="set-cookie", max-age=60, private'],
      ['private=set-cookie, max-age=60', 'private=set-cookie, max-age=60, private'],
      ['S-MaxAge=60', 'S-MaxAge=60'],
      ['must-revalidate', 'must-revalidate'],
      ['no-store', 'no-store'],
      ['private', 'private'],
      ['max-age=60, public', 'max-age=60, public'],
      ['public , max-age=60', 'public , max-age=60'],
      ['no-cache', 'no-cache, private'],
      ['x-public, public-x', 'x-public, public-x, private'],
    ] as const) {
      upstream.answer({ headers: { 'cache-control': said }, body: 'x' })
      const answer = await ask('guard', { headers: [bearer()] })
      expect(valuesOf(answer.headers, 'cache-control')).toEqual([answered])
    }
    upstream.answer({ body: 'x' })
    const open = await ask('guard', { path: '/open' })
    expect(valuesOf(open.headers, 'cache-control')).toEqual([])
  })

  it('gets an answer that nobody may keep where it varies by what no caller sends', async () => {
    const headers = { 'cache-control': 'public, max-age=60', vary: 'Accept, X-Auth-Subject' }
    upstream.answer({ headers, body: 'x' })
    const answer = await ask('guard', { headers: [bearer()] })
    expect(valuesOf(answer.headers, 'cache-control')).toEqual(['private, no-store'])
    expect(valuesOf(answer.headers, 'vary')).toEqual([headers.vary])
  })

  it('gets 502 when the upstream does not answer', async () => {
    const answer = await ask('before nothing', { headers: [bearer()] })
    expect(answer.status).toBe(502)
    expect(valuesOf(answer.headers, 'cache-control')).toEqual(['no-store'])
    expect(JSON.parse(answer.body)).toMatchObject({ status: 502, code: 'upstream_unreachable' })
  })

  it('goes to the bound service rather than to the address', async () => {
    const answer = await ask('bound', { query: 'x', headers: [bearer()] })
    expect(JSON.parse(answer.body)).toEqual({
      url: 'http://api.example.com/a?x',
      subject: 'auth0|123',
      body: '',
    })
    expect(upstream.requests).toEqual([])
  })

  it('goes to where it was addressed when no upstream is named', async () => {
    const { status } = await ask('homeless', { headers: [bearer()] }, new URL(upstream.origin).host)
    expect(status).toBe(200)
    expect(identityOf(forwarded())).toMatchObject({ 'x-auth-subject': 'auth0|123' })
  })
})

describe('an allowed WebSocket handshake', () => {
  it('opens a connection to the upstream, as somebody', async () => {
    const [name, value] = bearer()
    const socket = new WebSocket(`ws://127.0.0.1:${workers.portOf('guard')}/a?x=1`, {
      headers: { [name]: value, 'X-Auth-Subject': 'admin' },
    })
    await once(socket, 'open')
    socket.send('hello')
    const [said] = (await once(socket, 'message')) as [Buffer]
    expect(said.toString()).toBe('hello')
    socket.terminate()
    expect(forwarded().target).toBe('/a?x=1')
    expect(identityOf(forwarded())).toMatchObject({ 'x-auth-subject': 'auth0|123' })
  })

  it('is refused like any other request', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${workers.portOf('guard')}/a`)
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
    expect(answer.statusCode).toBe(401)
    expect(JSON.parse(await text(answer))).toMatchObject({ code: 'missing_token' })
    expect(upstream.requests).toEqual([])
  })
})

/** workerd sends to the upstream as a GET whatever asks for a handshake. */
describe('a handshake that is no GET', () => {
  const UPGRADE: readonly Header[] = [
    ['Upgrade', 'WebSocket'],
    ['Connection', 'Upgrade'],
  ]
  const PREFLIGHT: readonly Header[] = [
    ['Origin', 'https://spa.example'],
    ['Access-Control-Request-Method', 'GET'],
  ]

  it.each<[string, Sent]>([
    ['a preflight', { method: 'OPTIONS', headers: [...PREFLIGHT, ...UPGRADE] }],
    ['a public POST', { method: 'POST', path: '/open', headers: [...UPGRADE] }],
  ])('is refused: %s', async (_, sent) => {
    expect((await ask('guard', sent)).status).toBe(403)
    expect(upstream.requests).toEqual([])
    expect(JSON.parse((await ask('caller', sent)).body)).toMatchObject({
      code: 'no_matching_route',
    })
  })

  it('is refused with a token that may do it, too', async () => {
    const headers = [bearer(), ...UPGRADE]
    expect((await ask('guard', { method: 'POST', headers })).status).toBe(403)
    expect(upstream.requests).toEqual([])
  })
})

describe('the identity that the upstream is told', () => {
  it('is these fields and no others', async () => {
    const exp = Math.floor(Date.now() / 1000) + 600
    const claims = { exp: exp + 0.5, scope: 'read:a read:b', permissions: ['p:1', 'p:2'] }
    await ask('guard', { headers: [bearer(claims)] })
    expect(identityOf(forwarded())).toEqual({
      'x-auth-subject': 'auth0|123',
      'x-auth-issuer': issuer.issuer,
      'x-auth-client-id': 'client-1',
      'x-auth-scope': 'read:a read:b',
      'x-auth-permissions': 'p:1 p:2',
      'x-auth-expires-at': `${exp}`,
      'x-auth-token-kind': 'jwt',
    })
  })

  it.each([
    ['jörg', 'j%C3%B6rg'],
    ['100%', '100%25'],
    ['a%C3%B6', 'a%25C3%25B6'],
    ['x\r\nx-auth-subject: admin', 'x%0D%0Ax-auth-subject: admin'],
    ['😀', '%F0%9F%98%80'],
    ['\u0000', '%00'],
    [' padded ', '%20padded%20'],
    ['tab\tbed', 'tab%09bed'],
  ])('has the subject %j as %j', async (sub, expected) => {
    await ask('guard', { headers: [bearer({ sub })] })
    expect(identityOf(forwarded())['x-auth-subject']).toBe(expected)
  })

  const FORGED: readonly Header[] = [
    ['X-Auth-Subject', 'admin'],
    ['x-auth-scope', 'admin'],
    ['X_Auth_Subject', 'admin'],
    ['x-auth_permissions', 'admin'],
    ['X-AUTH-ANYTHING', 'admin'],
    ['x_auth_', 'admin'],
    ['x.auth.subject', 'admin'],
    ['X-Auth.Scope', 'admin'],
    ['x~auth~subject', 'admin'],
  ]

  it('is never what the caller says', async () => {
    await ask('guard', { headers: [...FORGED, bearer()] })
    const { headers } = forwarded()
    expect(identityOf(forwarded())).toMatchObject({ 'x-auth-subject': 'auth0|123' })
    expect(headers.filter(([, value]) => value === 'admin')).toEqual([])
  })

  it('is nobody on a public route, whatever the caller says', async () => {
    await ask('guard', { path: '/open', headers: [...FORGED, bearer()] })
    expect(identityOf(forwarded())).toEqual({})
    expect(forwarded().headers.filter(([, value]) => value === 'admin')).toEqual([])
  })
})

describe('what the upstream is not told', () => {
  const credentials = (): Header[] => [
    bearer(),
    ['DPoP', 'proof'],
    ['Cookie', 'a=b; session=x; c=d'],
  ]

  it.each(['/a', '/open'])('is the token, at %s', async (path) => {
    await ask('guard', { path, headers: credentials() })
    const { headers } = forwarded()
    expect(valuesOf(headers, 'authorization')).toEqual([])
    expect(valuesOf(headers, 'dpop')).toEqual([])
    expect(valuesOf(headers, 'cookie')).toEqual(['a=b; session=x; c=d'])
  })

  it('is the cookie that carries the token', async () => {
    const token = issuer.sign()
    await ask('with cookie', { headers: [['Cookie', `a=b; session=${token}; c=d`]] })
    expect(valuesOf(forwarded().headers, 'cookie')).toEqual(['a=b; c=d'])
    upstream.requests.length = 0
    await ask('with cookie', { headers: [['Cookie', `session=${token}`]] })
    expect(valuesOf(forwarded().headers, 'cookie')).toEqual([])
    upstream.requests.length = 0
    const fields: Header[] = [
      ['Cookie', 'a=1, 2'],
      ['Cookie', `session=${token}`],
    ]
    await ask('with cookie', { path: '/open', headers: fields })
    expect(valuesOf(forwarded().headers, 'cookie')).toEqual(['a=1, 2'])
  })

  it('is no other cookie, whose name begins with the same letters', async () => {
    const others = ['session2=x; a=b', 'a=1, session2=x']
    for (const other of others) {
      const headers: Header[] = [['Cookie', `session=${issuer.sign()}; ${other}`]]
      await ask('with cookie', { headers })
    }
    const seen = upstream.requests.flatMap(({ headers }) => valuesOf(headers, 'cookie'))
    expect(seen).toEqual(others)
  })

  it('is no cookie where there is none', async () => {
    expect((await ask('with cookie', { headers: [bearer()] })).status).toBe(200)
    expect(valuesOf(forwarded().headers, 'cookie')).toEqual([])
  })

  it('is the token only where the configuration does not pass it on', async () => {
    const headers = credentials()
    await ask('passing', { headers })
    expect(valuesOf(forwarded().headers, 'authorization')).toEqual([headers[0]?.[1]])
    expect(valuesOf(forwarded().headers, 'dpop')).toEqual(['proof'])
    expect(identityOf(forwarded())).toMatchObject({ 'x-auth-subject': 'auth0|123' })
  })

  it.each([
    'X-HTTP-Method-Override',
    'X-HTTP-Method',
    'X-Method-Override',
    'x-http-method-override',
    'X_HTTP_Method_Override',
    'X_Method-Override',
    'X-Original-URL',
    'X.Original.Url',
    'x.http.method.override',
    'X_Rewrite_Url',
    'Script_Name',
    'X-Script-Name',
    'Daphne-Root-Path',
    'X-Original-URI',
    'X-Original-Method',
    'X-MS-Original-URL',
    'X-Forwarded-Prefix',
    'X_Forwarded_Prefix',
    'X-Forwarded-Path',
    'X-Forwarded-Uri',
    'X-Forwarded-Method',
    'X-Matched-Path',
    'X-Astro-Path',
    'X-Vhm-Root',
    'X_Vhm_Root',
    'X-Now-Route-Matches',
    'X-Middleware-Subrequest',
    'X-Sendfile-Type',
    'X-Accel-Mapping',
  ])('is another method or path by %s', async (name) => {
    await ask('guard', {
      method: 'POST',
      path: '/open',
      headers: [
        [name, 'DELETE'],
        ['Content-Length', '0'],
      ],
    })
    expect(forwarded().method).toBe('POST')
    expect(valuesOf(forwarded().headers, name.toLowerCase())).toEqual([])
  })

  it.each([
    ['X-Forwarded-Host', 'api.example.com/admin?'],
    ['X-Forwarded-Host', 'api.example.com:80/admin?'],
    ['X-Forwarded-Host', 'api.example.com, x\\admin#'],
    ['X_Forwarded_Host', 'user@api.example.com'],
    ['X-Forwarded-Port', '80/admin?'],
    ['X-Forwarded-Proto', 'https://api.example.com/admin?'],
    ['X-Forwarded-Proto', 'x:admin?'],
    ['X-Forwarded-Proto', 'https%3A'],
  ])('is a host, port or protocol that brings a path along: %s: %s', async (name, value) => {
    await ask('guard', { path: '/open', headers: [[name, value]] })
    expect(valuesOf(forwarded().headers, name.toLowerCase())).toEqual([])
  })

  it.each([
    ['X-Forwarded-Host', 'api.example.com'],
    ['X-Forwarded-Host', 'a_b.example.com:8443, 10.0.0.1'],
    ['X-Forwarded-Host', '[2001:db8::1]:443'],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https,http'],
    ['X-Forwarded-For', '"[2001:db8::1]:4711", 10.0.0.1/8'],
    ['Forwarded', 'for="[2001:db8::1]:4711";host="api.example.com";proto=https'],
  ])('is no such thing by the name of what a proxy says: %s: %s', async (name, value) => {
    await ask('guard', { path: '/open', headers: [[name, value]] })
    expect(valuesOf(forwarded().headers, name.toLowerCase())).toEqual([value])
  })

  it.each([
    'Proxy-Authorization',
    'Authorization-Details',
    'DPoP-Nonce',
    'My-X-HTTP-Method',
    'X-Method-Overrides',
    'X-Original-URL-Host',
    'Method',
    'Original-Path',
    'Script-Names',
    'My-Script-Name',
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Forwarded-Prefixes',
    'X-Original-For',
    'X-Original-Host',
    'X-MS-Rewrite-URL-Id',
    'My-X-Vhm-Root',
    'X-Middleware-Prefetch',
    'X-Nextjs-Data',
    'X-Accel-Buffering',
    'X-Author',
    'My-X-Auth-Subject',
    'XaAuth-Subject',
    'X1Auth-Subject',
    'X-AuthaSubject',
    'X-Auth1Subject',
  ])('is nothing else that is spelled much like it: %s', async (name) => {
    await ask('guard', { path: '/open', headers: [[name, 'x']] })
    expect(valuesOf(forwarded().headers, name.toLowerCase())).toEqual(['x'])
  })
})

describe('a host that hides the path', () => {
  const hosts = [
    'api.example.com?',
    '?',
    'api.example.com:80?',
    '@',
    'user@',
    'user@api.example.com',
    'a,b',
  ]
  it.each([...hosts, 'x/files/.\t.', 'x/\t', 'api%3f'])('is refused: %j', async (host) => {
    for (const worker of ['guard', 'bound']) {
      expect((await ask(worker, { path: '/open' }, host)).status).toBe(400)
    }
    expect(upstream.requests).toEqual([])
  })

  it('is refused by the first answer of an isolate, too, where it is no host at all', async () => {
    const { status, body } = await ask('unasked', { path: '/a', headers: [bearer()] }, '[')
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({ code: 'path_ambiguous' })
    expect((await ask('unasked', { path: '/a', headers: [bearer()] })).status).toBe(200)
  })
})

describe('a refused request', () => {
  const problemOf = async (worker: string, sent: Sent) => {
    const answer = await ask(worker, sent)
    expect(upstream.requests).toEqual([])
    expect(valuesOf(answer.headers, 'content-type')).toEqual(['application/problem+json'])
    expect(valuesOf(answer.headers, 'cache-control')).toEqual(['no-store'])
    return { ...answer, problem: JSON.parse(answer.body) as Readonly<Record<string, unknown>> }
  }

  it('gets a problem, and the way to mend it not unless configured', async () => {
    const sent: Sent = { headers: [bearer({ aud: 'urn:other' })] }
    const { problem, headers } = await problemOf('guard', sent)
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'audience_mismatch',
      detail: expect.stringMatching(/^[\w ]+$/),
    })
    expect(valuesOf(headers, 'www-authenticate').map(parseChallenge)).toEqual([
      {
        scheme: 'Bearer',
        parameters: { realm: 'api', error: 'invalid_token', error_description: expect.any(String) },
      },
    ])
    const hinted = await problemOf('hinting', sent)
    expect(hinted.problem).toEqual({ ...problem, hint: expect.stringContaining('audience=') })
    expect(valuesOf(hinted.headers, 'www-authenticate').map(parseChallenge)).toMatchObject([
      { parameters: { realm: 'patients' } },
    ])
  })

  it.each([
    { title: 'Bad Request', status: 400, sent: { path: '/a//' } },
    { title: 'Unauthorized', status: 401, sent: {} },
    { title: 'Forbidden', status: 403, sent: { path: '/nowhere' } },
  ])('gets a problem called $title with $status', async ({ title, status, sent }) => {
    const answer = await problemOf('guard', sent)
    expect(answer.status).toBe(status)
    expect(answer.problem).toMatchObject({ title, status })
  })

  it('gets 404 where it must not know that something is there', async () => {
    const { status, problem, headers } = await problemOf('guard', {
      path: '/hidden/x',
      headers: [bearer()],
    })
    expect(status).toBe(404)
    expect(problem).toMatchObject({
      title: 'Not Found',
      status: 404,
      code: 'resource_owner_mismatch',
    })
    expect(valuesOf(headers, 'www-authenticate')).toEqual([])
  })

  it('gets a bare challenge without credentials, and the scopes where those are missing', async () => {
    const without = await problemOf('guard', {})
    expect(valuesOf(without.headers, 'www-authenticate')).toEqual(['Bearer realm="api"'])
    expect(valuesOf(without.headers, 'retry-after')).toEqual([])
    const scopeless = await problemOf('guard', { method: 'DELETE', headers: [bearer()] })
    expect(scopeless.status).toBe(403)
    expect(valuesOf(scopeless.headers, 'www-authenticate').map(parseChallenge)).toMatchObject([
      { parameters: { error: 'insufficient_scope', scope: 'delete:a' } },
    ])
  })

  it('gets 503 and when to come back where the issuer is away', async () => {
    const headers: Header[] = [['Authorization', `Bearer ${down.sign()}`]]
    const { status, problem, headers: fields } = await problemOf('guard', { headers })
    expect(status).toBe(503)
    expect(problem).toMatchObject({ title: 'Service Unavailable', code: 'keys_unavailable' })
    expect(valuesOf(fields, 'retry-after')).toEqual([expect.stringMatching(/^[1-9]\d*$/)])
    expect(valuesOf(fields, 'www-authenticate')).toEqual([])
  })

  it('gets no body for HEAD, and all the rest', async () => {
    const answer = await ask('guard', { method: 'HEAD' })
    expect(answer).toMatchObject({ status: 401, body: '' })
    expect(valuesOf(answer.headers, 'www-authenticate')).toEqual(['Bearer realm="api"'])
    expect(valuesOf(answer.headers, 'cache-control')).toEqual(['no-store'])
    expect(upstream.requests).toEqual([])
  })

  it('may be read by a script of another origin', async () => {
    const { headers } = await ask('guard', { headers: [['Origin', 'https://spa.example']] })
    expect(valuesOf(headers, 'access-control-allow-origin')).toEqual(['*'])
    expect(valuesOf(headers, 'access-control-expose-headers')).toEqual([
      'WWW-Authenticate, Retry-After',
    ])
    const { headers: plain } = await ask('guard', {})
    expect(valuesOf(plain, 'access-control-allow-origin')).toEqual([])
    expect(valuesOf(plain, 'access-control-expose-headers')).toEqual([])
  })

  it('has its body refused with it', async () => {
    const body = 'x'.repeat(100_000)
    const headers: Header[] = [['Content-Length', `${body.length}`]]
    const { status } = await send(
      workers.portOf('guard'),
      { method: 'POST', path: '/a', headers },
      body,
    )
    expect(status).toBe(401)
    expect(upstream.requests).toEqual([])
  })
})

describe('a preflight', () => {
  it('reaches the upstream without a token and as nobody, and gets its answer', async () => {
    upstream.answer({ status: 204, headers: { 'access-control-allow-methods': 'GET' } })
    const headers: Header[] = [
      ['Origin', 'https://spa.example'],
      ['Access-Control-Request-Method', 'GET'],
      ['Access-Control-Request-Headers', 'authorization'],
      ['X-Auth-Subject', 'admin'],
    ]
    const answer = await ask('guard', { method: 'OPTIONS', headers })
    expect(answer.status).toBe(204)
    expect(valuesOf(answer.headers, 'access-control-allow-methods')).toEqual(['GET'])
    expect(forwarded()).toMatchObject({ method: 'OPTIONS', target: '/a' })
    expect(identityOf(forwarded())).toEqual({})
  })

  it('for what nothing matches is refused', async () => {
    const headers: Header[] = [
      ['Origin', 'https://spa.example'],
      ['Access-Control-Request-Method', 'PUT'],
    ]
    expect((await ask('guard', { method: 'OPTIONS', headers })).status).toBe(403)
    expect(upstream.requests).toEqual([])
  })
})

describe('a Worker that asks through a service binding', () => {
  const decide = async (worker: string, sent: Sent) => {
    const { body } = await ask(worker, sent)
    return JSON.parse(body) as Readonly<Record<string, unknown>>
  }

  it('gets the decision, and nothing is forwarded', async () => {
    expect(await decide('caller', { headers: [bearer()] })).toEqual({
      outcome: 'allow',
      route: 'GET /a',
      identity: {
        subject: 'auth0|123',
        issuer: issuer.issuer,
        audience: [AUDIENCE],
        clientId: 'client-1',
        scopes: ['read:a'],
        permissions: [],
        issuedAt: expect.any(Number),
        expiresAt: expect.any(Number),
        tokenKind: 'jwt',
        claims: expect.objectContaining({ sub: 'auth0|123' }),
      },
    })
    expect(await decide('caller', { path: '/open' })).toEqual({
      outcome: 'allow',
      route: 'GET /open',
      identity: null,
    })
    expect(await decide('caller', {})).toMatchObject({
      outcome: 'deny',
      status: 401,
      code: 'missing_token',
      route: 'GET /a',
      challenges: ['Bearer realm="api"'],
    })
    expect(
      await decide('caller', { headers: [['Authorization', `Bearer ${down.sign()}`]] }),
    ).toEqual({
      outcome: 'unavailable',
      status: 503,
      code: 'keys_unavailable',
      retryAfterSeconds: expect.any(Number),
    })
    expect(upstream.requests).toEqual([])
  })

  it.each(['/hidden/%2e%2e/open', '/hidden/..\\open'])(
    'forwards as it was judged: %s',
    async (path) => {
      expect(await decide('caller', { path })).toMatchObject({ route: 'GET /open' })
      expect(await decide('asker', { path })).toMatchObject({ url: 'http://api.example.com/open' })
    },
  )

  it('has the body still', async () => {
    const headers: Header[] = [['Content-Length', '7']]
    const sent: Sent = { method: 'POST', path: '/open', headers }
    const { body } = await send(workers.portOf('asker'), sent, '{"a":1}')
    expect(JSON.parse(body)).toMatchObject({ body: '{"a":1}' })
  })

  it('gets no decision from a guard that is not configured', async () => {
    expect(await decide('caller of the wrong one', { headers: [bearer()] })).toEqual({
      threw: 'config_invalid',
    })
  })
})

describe('a configuration', () => {
  it('may be text or JSON', async () => {
    expect((await ask('text', { headers: [bearer()] })).status).toBe(200)
  })

  it('may be compiled in, with issuer and audience from the environment', async () => {
    const headers = [bearer({ scope: 'read:patients' })]
    expect((await ask('compiled', { path: '/patients', headers })).status).toBe(200)
    expect((await ask('compiled', { path: '/patients', headers: [bearer()] })).status).toBe(403)
    expect((await ask('compiled', { path: '/health' })).status).toBe(200)
  })

  it.each(['wrong', 'wrong upstream', 'blank upstream'])(
    'that is %s lets nothing through, and says so to all',
    async (worker) => {
      for (const sent of [{ headers: [bearer()] }, { path: '/open' }, { path: '/a//' }, {}]) {
        const { status, body, headers } = await ask(worker, sent)
        expect(status).toBe(500)
        expect(JSON.parse(body)).toMatchObject({ status: 500, code: 'config_invalid' })
        expect(body).not.toMatch(/issuer|audience|upstream/i)
        expect(valuesOf(headers, 'cache-control')).toEqual(['no-store'])
      }
      expect(upstream.requests).toEqual([])
    },
  )

  it('that is wrong is reported in the log, every fault with its path', async () => {
    const fresh = await startWorkers({
      guard: {
        variables: {
          AUTHORIZER_CONFIG: {
            issuers: [{ issuer: 'http://t.example/', audience: [] }],
            otherwise: 'allow',
          },
        },
      },
    })
    await sendOverWire(fresh.portOf('guard'), { path: '/' })
    await expect
      .poll(() => fresh.log.take().join('\n'))
      .toMatch(
        /issuers\[0\]\.issuer[^]*issuers\[0\]\.audience|issuers\[0\]\.audience[^]*issuers\[0\]\.issuer/,
      )
    await fresh.close()
  })
})

describe('the log', () => {
  const linesAfter = async (worker: string, sent: Sent) => {
    await ask(worker, sent)
    // A line more, so that those before it have come in.
    await ask('guard', { path: '/open' })
    const { lines } = await workers.log.takeDecision()
    const rest = workers.log.take()
    return [...lines, ...rest]
      .flatMap(readLogLine)
      .filter(isDecision)
      .filter(({ route }) => route !== 'GET /open')
  }

  it('has a line for what is refused, by default', async () => {
    expect(await linesAfter('usual', { headers: [bearer()] })).toEqual([])
    expect(await linesAfter('usual', {})).toMatchObject([{ code: 'missing_token' }])
  })

  it('has no line where none is wanted', async () => {
    expect(await linesAfter('quiet', {})).toEqual([])
  })

  it('has these members, where all are wanted', async () => {
    await ask('guard', { headers: [bearer()] })
    const { decision } = await workers.log.takeDecision()
    expect(decision).toEqual({
      event: 'decision',
      outcome: 'allow',
      status: 200,
      code: null,
      route: 'GET /a',
      issuer: issuer.issuer,
      platform: 'worker',
      keyTier: expect.any(String),
      durationMs: expect.any(Number),
    })
  })

  it('names no issuer that is not configured', async () => {
    await ask('guard', { headers: [bearer({ iss: 'https://evil.example/' })] })
    const { decision } = await workers.log.takeDecision()
    expect(decision).toMatchObject({ code: 'issuer_mismatch', issuer: null })
  })
})

it('runs where there is nothing of Node', async () => {
  expect(JSON.parse((await ask('probe', {})).body)).toEqual(['undefined', 'undefined', 'undefined'])
})

/** With a body, by Node's own client. */
async function send(
  port: number,
  { method = 'GET', path = '/', headers = [] }: Sent,
  body: string,
) {
  const outgoing = startRequest({
    port,
    host: '127.0.0.1',
    method,
    path,
    headers: Object.fromEntries(headers),
    agent: false,
  })
  outgoing.end(body)
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: incoming.statusCode, body: await text(incoming) }
}
