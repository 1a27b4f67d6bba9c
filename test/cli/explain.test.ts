import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '../../shared/index.ts'
import { alarm } from '../support/cost.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import { useWorkplace, type Json, type Ran } from './command.ts'

const ROUTES: Config['routes'] = {
  'GET /health': 'public',
  'GET /me': 'authenticated',
  'GET /patients': { scopes: 'read:patients' },
  'GET /users/{id}': { bind: { id: 'sub' } },
  'GET /staff': { permissions: ['read:staff', 'enter'] },
  $connect: { scopes: 'read:patients' },
}

let issuer: ScriptedIssuer
const place = useWorkplace()

beforeAll(async () => {
  issuer = await startScriptedIssuer()
  await place.write('authorizer.config.json', configFor(issuer.issuer))
})
afterAll(() => issuer.close())

const configFor = (iss: string): Config => ({
  issuers: [{ issuer: iss, audience: 'https://api.example.com' }],
  routes: ROUTES ?? {},
})

/** No part of it that would be of use to anybody, nor the ends of it. */
function expectRedacted({ stdout, stderr }: Ran, token: string): void {
  const [, payload = '', signature = ''] = token.split('.')
  for (const secret of [token, payload, signature, signature.slice(0, 16), payload.slice(0, 32)]) {
    if (secret !== '') expect(stdout + stderr).not.toContain(secret)
  }
}

describe('explain', () => {
  it('walks an allowed call to its end', async () => {
    const token = issuer.sign({ scope: 'read:patients' })
    const ran = await place.run(['explain', token, 'GET', '/patients'])
    expect(ran.code).toBe(0)
    expect(ran.stderr).toBe('')
    expect(ran.stdout).toContain('✓ allowed   GET /patients   rule GET /patients')
    expect(ran.stdout).toMatch(/✓ {2}The signature verifies +RFC 7515 §5\.2/)
    expect(ran.stdout).toMatch(/exp +\d+ +in (?:23 hours 59 minutes|1 day), 20/)
    expect(ran.stdout).toContain('x-auth-subject: auth0|123')
    expect(ran.stdout).toContain('(removed) authorization')
    expect(ran.stdout).toMatch(/HTTP API, payload 2\.0, simple +allowed +isAuthorized: true/)
    expect(ran.stdout).toMatch(/GET \/users\/\{id\} +GET \/users\/42 +deny +deny resource_owner/)
    expectRedacted(ran, token)
  })

  it('names the step, the claim, the expected value and the mend of a refusal', async () => {
    const token = issuer.sign({ aud: 'https://other.example.com' })
    const ran = await place.run(['explain', '-', 'get', '/me'], { input: `Bearer ${token}\n` })
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('✗ 401 audience_mismatch   GET /me')
    expect(ran.stdout).toContain('Request the token with audience=https://api.example.com.')
    expect(ran.stdout).toMatch(
      /✗ {2}It is for this API .*\n +audience_mismatch\n +wants aud: https:\/\/api\.example\.com/,
    )
    expect(ran.stdout).toMatch(/aud +https:\/\/other\.example\.com +✗ not one of: https:/)
    expect(ran.stdout).toMatch(/· {2}It is valid at this time +not reached/)
    expect(ran.stdout).toMatch(/REST API, TOKEN +401 audience_mismatch +throws "Unauthorized"/)
    expect(ran.stdout).toContain('www-authenticate: Bearer realm="api", error="invalid_token"')
    expect(ran.stdout).toContain('leaves nothing in the cache')
    expectRedacted(ran, token)
  })

  it('knows a JWT that was cut off', async () => {
    const [header, payload] = issuer.sign({}).split('.')
    const ran = await place.run(['explain', `${header}.${payload}`, 'GET', '/me', '--json'])
    expect([ran.json().verdict.code, ran.json().mend]).toEqual([
      'opaque_token',
      'It begins like a JWT, but does not end like one: was it cut off on the way?',
    ])
  })

  it('names the permissions that a user needs', async () => {
    const ran = await place.run(['explain', issuer.sign({}), 'GET', '/staff', '--json'])
    expect(ran.json().mend).toBe('A new token will not help: give the user read:staff and enter.')
  })

  it('says the same as JSON', async () => {
    const token = issuer.sign({ scope: 'read:a' })
    const ran = await place.run(['explain', token, 'GET', '/patients?x=1', '--json'])
    const { verdict, steps, doors, cache, token: view, mend } = ran.json()
    expect(ran.code).toBe(1)
    expect(verdict).toMatchObject({ outcome: 'deny', status: 403, code: 'insufficient_scope' })
    expect(steps.at(-2)).toMatchObject({
      name: 'authorization',
      verdict: 'fail',
      code: 'insufficient_scope',
      expects: [{ name: 'scope', expected: 'read:patients' }],
    })
    expect(doors.map(({ door, status }: Json) => [door, status])).toEqual([
      ['worker', 403],
      ['rest-token', 403],
      ['rest-request', 403],
      ['http-1.0', 403],
      ['http-2.0-simple', 403],
      ['http-2.0-iam', 403],
      ['websocket', 403],
    ])
    expect(doors[2].answer.context).toMatchObject({ code: 'insufficient_scope', scope: 'read:a' })
    expect(cache.rows).toContainEqual(
      expect.objectContaining({ path: '/users/auth0%7C123', cached: 'allow', fresh: 'allow' }),
    )
    expect(view.claims.map(({ name }: Json) => name)).toContain('scope')
    expect(mend).toBe('Request scope `read:patients`.')
    expectRedacted(ran, token)
  })

  it('judges as of another time', async () => {
    const token = issuer.sign()
    const at = String(Math.floor(Date.now() / 1000) + 2 * 86_400)
    const ran = await place.run(['explain', token, 'GET', '/me', '--at', at, '--json'])
    expect(ran.json().verdict.code).toBe('token_expired')
    const { problem, time } = ran.json().token.claims.find(({ name }: Json) => name === 'exp')
    expect([problem, time.relative]).toEqual(['token expired', '1 day ago'])
  })

  it('takes no token, and further header lines', async () => {
    const none = await place.run(['explain', '--no-token', 'GET', '/me', '--json'])
    expect([none.code, none.json().verdict.code]).toEqual([1, 'missing_token'])
    expect(none.json().doors[1]).toMatchObject({ isAsked: false, status: 401 })
    const basic = ['explain', 'GET', '/me', '-H', 'Authorization: Basic eDp5', '--json']
    expect((await place.run(basic)).json().verdict.code).toBe('unsupported_scheme')
    const twice = ['explain', issuer.sign(), 'GET', '/me', '-H', 'x-auth-subject: root', '--json']
    const { upstream } = (await place.run(twice)).json().doors[0]
    expect(upstream.added).toContainEqual(['x-auth-subject', 'auth0|123'])
    const both = ['explain', issuer.sign(), 'GET', '/me', '-H', 'Authorization: Basic eDp5']
    expect((await place.run([...both, '--json'])).json().verdict.code).toBe('multiple_tokens')
  })

  it.each([
    ['OPTIONS', 'Access-Control-Request-Method: GET', null],
    ['POST', 'Upgrade: websocket', 'no_matching_route'],
  ])('says of %s with %s what the Worker does', async (method, line, code) => {
    const words = ['explain', '--no-token', method, '/me', '-H', 'Origin: https://a.b', '-H', line]
    const ran = await place.run([...words, '--json'])
    const { verdict, doors, steps } = ran.json()
    expect([ran.code, verdict.code, doors[0].code]).toEqual([code ? 1 : 0, code, code])
    expect(steps[1].note).toBe(code ? '' : 'a preflight carries no token')
  })

  it('takes the time once it has the token', async () => {
    const strict = { ...configFor(issuer.issuer), clockToleranceSeconds: 0 }
    const config = await place.write('strict.json', strict)
    const input = new Promise<string>((done) => setTimeout(() => done(issuer.sign()), 2500))
    const ran = await place.run(['explain', '-', 'GET', '/me', '-c', config], { input })
    expect([ran.code, ran.stderr]).toEqual([0, ''])
  })

  it('says in lines that fit where API Gateway asks nobody', async () => {
    const { stdout } = await place.run(['explain', '--no-token', 'GET', '/health'])
    expect(stdout).toMatch(/the function is not asked \(API Gateway/)
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  it('judges $connect at the WebSocket API alone', async () => {
    const token = issuer.sign({ scope: 'read:patients' })
    const ran = await place.run(['explain', token, 'GET', '$connect', '--json'])
    const statuses = ran.json().doors.map(({ status }: Json) => status)
    expect([ran.code, statuses]).toEqual([0, [null, null, null, null, null, null, 200]])
  })

  it('renders hostile claims harmless', async () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u202e\u009b31m'
    const token = issuer.sign({ scope: 'read:patients', sub: evil, [evil]: evil, __proto__: evil })
    for (const words of [[], ['--json'], ['--verbose']]) {
      const { stdout, code } = await place.run(['explain', token, 'GET', '/patients', ...words])
      expect(code).toBe(0)
      expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
    }
  })

  it('is in no hurry to trust garbage', async () => {
    const cases: readonly (readonly [string, string])[] = [
      ['undefined', 'malformed_token'],
      ['gho_0123456789abcdefghijklmnopqrstuvwxyz', 'idp_token'],
      ['not a token', 'malformed_authorization'],
      ['e30.e30.', 'malformed_token'],
      ['Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU', 'opaque_token'],
      [`${'x'.repeat(1_000_000)}`, 'token_too_large'],
      [issuer.sign({}, { alg: 'none' }), 'alg_not_allowed'],
    ]
    for (const [input, code] of cases) {
      const ran = await place.run(['explain', '-', 'GET', '/me', '--json'], { input })
      expect([ran.code, ran.json().verdict.code]).toEqual([1, code])
    }
  })
})

describe('an issuer that is not there', () => {
  it('is an outage: exit code 2, and 500 at API Gateway', async () => {
    const config = await place.write('down.json', configFor('http://127.0.0.1:9/'))
    const token = issuer.sign({ iss: 'http://127.0.0.1:9/' })
    const ran = await place.run(['explain', token, 'GET', '/me', '-c', config, '--json'])
    expect(ran.code).toBe(2)
    expect(ran.json().verdict).toMatchObject({ code: 'keys_unavailable', status: 503 })
    expect(ran.json().doors[1]).toMatchObject({ status: 500, answer: null })
    expect(ran.json().mend).toMatch(/^Try again in \d+ s/)
  })

  it('that hangs is waited for a bounded time', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const iss = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`
    const config = await place.write('hangs.json', configFor(iss))
    // From the question on: a process has the time it takes to start.
    const asked = once(server, 'connection')
    const running = place.run(['explain', issuer.sign({ iss }), 'GET', '/me', '-c', config])
    const ran = await Promise.race([running, asked.then(() => alarm(15_000))])
    for (const socket of sockets) socket.destroy()
    server.close()
    expect(ran).toMatchObject({ code: 2 })
  })
})

describe('bad input', () => {
  it.each([
    [['explain', 'x', 'GET', 'me'], /"me" is no path/],
    [['explain', 'x', 'G\u001bT', '/me'], /"G\\u\{1b\}T" is no method/],
    [['explain', 'GET', '/me'], /There is no token/],
    [['explain', 'x'], /explain needs a token/],
    [['explain', '--no-token', '-', 'GET', '/me'], /There is a token, and --no-token/],
    [['explain', '--test-keys', '-', 'GET', '/me'], /test-keys\.json: no test keys yet/],
    [['explain', 'x', 'GET', '/me', '-H', 'nonsense'], /--header needs "Name: value"/],
    [['explain', 'x', 'GET', '/me', '--at', 'soon'], /"soon" is no time/],
    [['explain', 'x', 'GET', '/me', '-c', 'none.json'], /none\.json: there is no such file/],
    [['explain', 'x', 'GET', '/me', '-c', 'none.ts'], /none\.ts: there is no such file/],
    [['explain', 'x', 'GET', '/me', '--test-keys'], /no test keys yet/],
    [['explain', 'x', 'GET', '/me', '--colour'], /unknown option '--colour'/],
    [['dance'], /unknown command 'dance'/],
  ])('%j: exit code 64 and the mend, no stack', async (words, message) => {
    const ran = await place.run(words)
    expect([ran.code, ran.stdout]).toEqual([64, ''])
    expect(ran.stderr).toMatch(message)
    expect(ran.stderr).toMatch(/ {2}Fix: \S|--help/)
    expect(ran.stderr).not.toMatch(/\n +at |node:internal/)
  })

  it('names every fault of a configuration, with 78', async () => {
    const config = await place.write('wrong.json', { issuers: [{ issuer: 'x' }], colour: 1 })
    const ran = await place.run(['explain', 'x', 'GET', '/me', '-c', config])
    expect(ran.code).toBe(78)
    expect(ran.stderr).toMatch(/: \S+wrong\.json is wrong:\n[^]*issuers\[0\]\.audience: is missing/)
    expect(ran.stderr).toMatch(/Fix: `edge-authorizer check --config \S+wrong\.json` has/)
    expect(ran.stderr).toMatch(/colour: is not supported yet/)
  })
})
