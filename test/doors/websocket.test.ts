/** WebSocket handshakes as a browser sends them: at the built Worker in workerd, and behind API Gateway. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startGateway, type RunningGateway } from '../../dev/gateway/server.ts'
import { readAuthContext } from '../../shared/index.ts'
import type { Config } from '../../shared/index.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import { startLambda, type LambdaEnvironment } from './support/lambda-environment.ts'
import type { Header } from './support/door.ts'
import { sendOverWire } from './support/wire.ts'
import { startWorkers, type RunningWorkers } from './support/workers.ts'
import { AUDIENCE } from './world.ts'

const CONFIG = {
  routes: {
    'GET /live': { scopes: 'read:a' },
    'GET /open': 'public',
    $connect: { scopes: 'read:a' },
  },
  webSocket: { query: 'access_token', subprotocol: 'bearer' },
  log: 'none',
} satisfies Partial<Config>

let issuer: ScriptedIssuer
let config: Config

beforeAll(async () => {
  issuer = await startScriptedIssuer()
  config = { issuers: [{ issuer: issuer.issuer, audience: AUDIENCE }], ...CONFIG }
})

afterAll(() => issuer.close())

interface Opened {
  readonly status: number
  readonly protocol: string
}

/** Without a choice by the server, `ws` gives up as a browser does: status 0. */
async function open(
  url: string,
  protocols: string[] = [],
  headers: Readonly<Record<string, string>> = {},
): Promise<Opened> {
  const socket = new WebSocket(url, protocols, { headers })
  const { promise, resolve } = Promise.withResolvers<Opened>()
  socket.on('open', () => resolve({ status: 101, protocol: socket.protocol }))
  socket.on('unexpected-response', (_, { statusCode = 0 }) =>
    resolve({ status: statusCode, protocol: '' }),
  )
  socket.on('error', () => resolve({ status: 0, protocol: '' }))
  const opened = await promise
  socket.terminate()
  return opened
}

/** Answers what it was sent; a handshake, too. */
const ECHO = `export default {
  fetch: ({ url, headers }) =>
    Response.json({ url, protocols: headers.get('sec-websocket-protocol') }),
}`

describe('the Worker', () => {
  const requests: IncomingMessage[] = []
  let choice: string | false = false
  let workers: RunningWorkers
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => choice })
  const server = createServer()

  beforeAll(async () => {
    server.on('upgrade', (request, socket, head: Buffer) => {
      requests.push(request)
      sockets.handleUpgrade(request, socket, head, () => undefined)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const guard = (more: Partial<Config> = {}) => ({
      variables: { AUTHORIZER_CONFIG: { ...config, ...more }, UPSTREAM_URL: upstream },
    })
    workers = await startWorkers({
      guard: guard(),
      passing: guard({ forwardToken: true }),
      bound: { ...guard(), services: { UPSTREAM: { worker: 'echo' } } },
      echo: { code: ECHO },
    })
  })

  afterAll(async () => {
    await workers.close()
    for (const client of sockets.clients) client.terminate()
    server.closeAllConnections()
    server.close()
  })

  beforeEach(() => {
    requests.length = 0
    choice = false
  })

  const at = (path: string, worker = 'guard') => `ws://127.0.0.1:${workers.portOf(worker)}${path}`

  /** What reached the upstream. */
  function forwarded() {
    expect(requests).toHaveLength(1)
    const [{ url, headers } = expect.fail()] = requests
    return { url, protocols: headers['sec-websocket-protocol'], subject: headers['x-auth-subject'] }
  }

  it('takes the token from the header', async () => {
    const headers = { authorization: `Bearer ${issuer.sign()}` }
    expect(await open(at('/live?x=1'), [], headers)).toEqual({ status: 101, protocol: '' })
    expect(forwarded()).toEqual({ url: '/live?x=1', protocols: undefined, subject: 'auth0|123' })
  })

  it('takes the token behind the subprotocol, keeps it, and answers the subprotocol', async () => {
    const opened = await open(at('/live'), ['bearer', issuer.sign()])
    expect(opened).toEqual({ status: 101, protocol: 'bearer' })
    expect(forwarded()).toEqual({ url: '/live', protocols: undefined, subject: 'auth0|123' })
  })

  it('leaves the choice among the other subprotocols to the upstream', async () => {
    choice = 'chat'
    const opened = await open(at('/live'), ['v2', 'bearer', issuer.sign(), 'chat'])
    expect(opened).toEqual({ status: 101, protocol: 'chat' })
    expect(forwarded()).toMatchObject({ protocols: 'v2, chat' })
  })

  it('answers the subprotocol where the upstream chose none of the others', async () => {
    const opened = await open(at('/live'), ['chat', 'bearer', issuer.sign()])
    expect(opened).toEqual({ status: 101, protocol: 'bearer' })
    expect(forwarded()).toMatchObject({ protocols: 'chat' })
  })

  it('keeps no subprotocol that no token follows', async () => {
    choice = 'bearer'
    const headers = { authorization: `Bearer ${issuer.sign()}` }
    expect(await open(at('/live'), ['chat', 'bearer'], headers)).toEqual({
      status: 101,
      protocol: 'bearer',
    })
    expect(forwarded()).toMatchObject({ protocols: 'chat, bearer' })
  })

  it('answers no subprotocol that was not offered', async () => {
    expect(await open(at('/live'), ['chat'], { authorization: `Bearer ${issuer.sign()}` })).toEqual(
      {
        status: 0,
        protocol: '',
      },
    )
    expect(forwarded()).toMatchObject({ protocols: 'chat' })
  })

  it.each([
    ['alone', (token: string) => `access_token=${token}`, '/live'],
    ['first', (token: string) => `access_token=${token}&x=%7e&y`, '/live?x=%7e&y'],
    ['last', (token: string) => `x=a+b&access_token=${token}`, '/live?x=a+b'],
    ['oddly spelled', (token: string) => `%61ccess_token=${token}&x=1`, '/live?x=1'],
  ])('takes the token from the query and keeps it: %s', async (_, query, url) => {
    const opened = await open(at(`/live?${query(issuer.sign())}`))
    expect(opened.status).toBe(101)
    expect(forwarded()).toMatchObject({ url, subject: 'auth0|123' })
  })

  describe('before a bound service', () => {
    const UPGRADE: readonly Header[] = [
      ['Upgrade', 'WebSocket'],
      ['Connection', 'Upgrade'],
    ]
    const sent = async (path: string, query: string, headers: readonly Header[]) => {
      const answer = await sendOverWire(workers.portOf('bound'), { path, query, headers })
      return JSON.parse(answer.body) as Readonly<Record<string, unknown>>
    }

    it('keeps the token in the query of a handshake', async () => {
      const query = `x=1&access_token=${issuer.sign()}`
      expect(await sent('/live', query, UPGRADE)).toEqual({
        url: 'http://api.example.com/live?x=1',
        protocols: null,
      })
    })

    it.each([
      ['/live', 'bearer, TOKEN', null],
      ['/live', 'chat , bearer , TOKEN , v2', 'chat, v2'],
      ['/open', 'bearer, , TOKEN', null],
    ])('keeps the token of a handshake at %s for %j', async (path, offered, protocols) => {
      const value = offered.replace('TOKEN', issuer.sign())
      expect(await sent(path, 'x=1', [...UPGRADE, ['Sec-WebSocket-Protocol', value]])).toEqual({
        url: `http://api.example.com${path}?x=1`,
        protocols,
      })
    })

    it('keeps nothing of a request that is no handshake: there it was no token', async () => {
      const protocol: Header = ['Sec-WebSocket-Protocol', 'bearer, x']
      expect(await sent('/open', 'access_token=x&y', [protocol])).toEqual({
        url: 'http://api.example.com/open?access_token=x&y',
        protocols: 'bearer, x',
      })
    })
  })

  it('keeps the token of a public route, too', async () => {
    const token = issuer.sign()
    await open(at(`/open?access_token=${token}`), ['bearer', token])
    expect(forwarded()).toEqual({ url: '/open', protocols: undefined, subject: undefined })
  })

  it('passes the token on where that is configured', async () => {
    const token = issuer.sign()
    expect(await open(at('/live', 'passing'), ['bearer', token])).toEqual({
      status: 101,
      protocol: 'bearer',
    })
    expect(forwarded()).toMatchObject({ protocols: `bearer,${token}` })
    requests.length = 0
    await open(at(`/live?access_token=${token}`, 'passing'))
    expect(forwarded()).toMatchObject({ url: `/live?access_token=${token}` })
  })

  it.each([
    ['no token', '/live', [], 401],
    ['a bad token behind the subprotocol', '/live', ['bearer', 'a.b.c'], 401],
    ['a token behind another subprotocol', '/live', ['chat', 'a.b.c'], 401],
    ['a bad token in the query', '/live?access_token=a.b.c', [], 401],
  ] as const)('opens nothing for %s', async (_, path, protocols, status) => {
    expect(await open(at(path), [...protocols])).toEqual({ status, protocol: '' })
    expect(requests).toEqual([])
  })
})

describe('API Gateway', () => {
  const running: { close(): Promise<unknown> }[] = []
  let environment: LambdaEnvironment
  let answered: Readonly<Record<string, string>> = {}
  const events: object[] = []

  beforeAll(async () => {
    environment = await startLambda({ AUTHORIZER_CONFIG: JSON.stringify(config) })
  })

  beforeEach(() => {
    events.length = 0
    answered = {}
  })

  afterAll(async () => {
    for (const one of running) await one.close()
    await environment.close()
  })

  async function start(...identitySources: readonly string[]): Promise<RunningGateway> {
    const gateway = await startGateway({
      kind: 'websocket',
      routes: ['$connect', '$default', '$disconnect'],
      authorizer: { identitySources },
      handler: environment.handler,
      integration: (event: object) => {
        events.push(event)
        return { statusCode: 200, headers: answered }
      },
    })
    running.push(gateway)
    return gateway
  }

  it('asks with the token in the header', async () => {
    const { url } = await start('route.request.header.Authorization')
    const headers = { Authorization: `Bearer ${issuer.sign()}` }
    expect(await open(url, [], headers)).toMatchObject({ status: 101 })
    expect(readAuthContext(events[0] ?? {})).toMatchObject({ subject: 'auth0|123' })
    expect(await open(url)).toMatchObject({ status: 401 })
  })

  it('asks with the token in the query', async () => {
    const { url } = await start('route.request.querystring.access_token')
    expect(await open(`${url}?access_token=${issuer.sign()}`)).toMatchObject({ status: 101 })
    expect(readAuthContext(events[0] ?? {})).toMatchObject({ subject: 'auth0|123' })
    const scope = 'read:b'
    expect(await open(`${url}?access_token=${issuer.sign({ scope })}`)).toMatchObject({
      status: 403,
    })
  })

  it('asks with the token behind the subprotocol, which the $connect integration has to answer', async () => {
    const { url } = await start('route.request.header.Sec-WebSocket-Protocol')
    const protocols = ['bearer', issuer.sign()]
    // The authorizer has no say in it, and a browser gives up a connection without.
    expect(await open(url, protocols)).toEqual({ status: 0, protocol: '' })
    answered = { 'Sec-WebSocket-Protocol': 'bearer' }
    expect(await open(url, protocols)).toEqual({ status: 101, protocol: 'bearer' })
    expect(await open(url, ['bearer', 'a.b.c'])).toMatchObject({ status: 401 })
  })
})
