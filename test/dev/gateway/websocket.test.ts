import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { allow, bearer, deny, dial, send, spy, useGateways, type Dialled } from './client.ts'

const start = useGateways()

const routes = ['$connect', { key: '$default', respond: true }, { key: 'note', respond: true }]

type Events = Record<string, unknown>[]

const open = async (
  options: {
    readonly handler?: (event: Record<string, unknown>) => unknown
    readonly integration?: (event: Record<string, unknown>) => unknown
    readonly routes?: typeof routes
  } = {},
) => {
  const backend = spy(options.integration ?? (() => ({ statusCode: 200, body: 'ok' })))
  const gateway = await start({
    kind: 'websocket',
    routes: options.routes ?? routes,
    authorizer: { identitySources: ['route.request.header.Authorization'] },
    handler: options.handler ?? (() => allow('*', { subject: 'auth0|1', level: 2 })),
    integration: backend.handler,
  })
  return { ...gateway, events: backend.events }
}

const authorized = { headers: { Authorization: 'Bearer t' } }

const socketOf = (dialled: Dialled) => {
  if (!dialled.open) throw new Error(`refused: ${dialled.status}`)
  return dialled.socket
}

const contexts = (events: Events) =>
  events.map((event) => event['requestContext'] as Record<string, unknown>)

const AUTHORIZER = {
  principalId: 'auth0|1',
  subject: 'auth0|1',
  level: '2',
  integrationLatency: expect.any(Number),
}

describe('$connect', () => {
  it('opens after authorizer and integration have both agreed', async () => {
    const { url, events, calls } = await open()
    const socket = socketOf(await dial(url, authorized))
    expect(contexts(events)[0]).toMatchObject({
      routeKey: '$connect',
      eventType: 'CONNECT',
      authorizer: AUTHORIZER,
    })
    expect(calls[0]).toMatchObject({ status: 101, authorizer: 'invoked', routeKey: '$connect' })
    expect(events[0]?.['headers']).not.toHaveProperty('Upgrade')
    socket.close()
  })

  it.each([
    ['a missing identity source', () => allow('*'), {}, 401],
    ['a denial', () => deny('*'), authorized, 403],
    ['a policy for routes with a method', () => allow('arn:*/*/GET/*'), authorized, 403],
    [
      'a thrown Unauthorized',
      () => {
        throw new Error('Unauthorized')
      },
      authorized,
      401,
    ],
    ['a simple response', () => ({ isAuthorized: true }), authorized, 500],
  ])('is refused with %s', async (_case, handler, options, status) => {
    const { url, events } = await open({ handler })
    expect(await dial(url, options)).toMatchObject({ open: false, status })
    expect(events).toHaveLength(0)
  })

  it.each([
    ['by its status', () => ({ statusCode: 400 }), 400],
    ['by failing', () => Promise.reject(new Error('x')), 502],
  ])('can be refused by the integration, %s', async (_case, integration, status) => {
    const { url } = await open({ integration })
    expect(await dial(url, authorized)).toMatchObject({ open: false, status })
  })

  it('asks the authorizer every time: nothing is cached', async () => {
    const { handler, events } = spy(() => allow('*'))
    const { url } = await open({ handler })
    for (let round = 0; round < 2; round += 1) socketOf(await dial(url, authorized)).close()
    expect(events).toHaveLength(2)
  })

  it('is reached at the stage and nowhere else', async () => {
    const { url } = await open()
    expect(await dial(url.replace('/dev', '/prod'), authorized)).toMatchObject({ status: 403 })
    expect(await dial(`${url}/deeper`, authorized)).toMatchObject({ status: 403 })
  })

  it('is no ordinary request', async () => {
    const { url, events } = await open()
    const answer = await send(url.replace('ws:', 'http:'), '', bearer('t'))
    expect([answer.status, events.length]).toEqual([403, 0])
  })
})

describe('a subprotocol', () => {
  const protocols = ['bearer', 'chat']

  it('is the one that the $connect integration names', async () => {
    const { url, events } = await open({
      integration: () => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'chat' } }),
    })
    const socket = socketOf(await dial(url, { ...authorized, protocols }))
    expect(socket.protocol).toBe('chat')
    expect(events[0]).toMatchObject({ headers: { 'Sec-WebSocket-Protocol': 'bearer,chat' } })
    socket.close()
  })

  it('is none when the integration names none, which strict clients take as a failure', async () => {
    const { url } = await open()
    await expect(dial(url, { ...authorized, protocols })).rejects.toThrow('no subprotocol')
  })

  it('reaches the authorizer', async () => {
    const { handler, events } = spy(() => deny('*'))
    const { url } = await open({ handler })
    await dial(url, { ...authorized, protocols })
    expect(events[0]).toMatchObject({ headers: { 'Sec-WebSocket-Protocol': 'bearer,chat' } })
  })
})

describe('a message', () => {
  it('goes to its route with the context of the connection, without a new verdict', async () => {
    const authorizer = spy(() => allow('*', { subject: 'auth0|1', level: 2 }))
    const { url, events } = await open({ handler: authorizer.handler })
    const socket = socketOf(await dial(url, authorized))
    for (const body of ['{"action":"note"}', '{"action":"other"}', 'no JSON']) {
      socket.send(body)
      const [data] = (await once(socket, 'message')) as [Buffer]
      expect(data.toString()).toBe('ok')
    }
    const [connect, ...messages] = contexts(events)
    expect(messages.map((context) => context['routeKey'])).toEqual(['note', '$default', '$default'])
    for (const context of messages) {
      expect(context).toMatchObject({
        eventType: 'MESSAGE',
        messageId: expect.any(String),
        connectionId: connect?.['connectionId'],
        connectedAt: connect?.['connectedAt'],
        authorizer: AUTHORIZER,
      })
    }
    expect(events[1]).toMatchObject({ body: '{"action":"note"}', isBase64Encoded: false })
    expect(events[1]).not.toHaveProperty('headers')
    expect(authorizer.events).toHaveLength(1)
    socket.close()
  })

  it.each([
    ['finds no route', ['$connect'], () => ({ statusCode: 200 }), 'Forbidden'],
    [
      'fails in the integration',
      ['$connect', '$default'],
      (event: Record<string, unknown>) =>
        'body' in event ? Promise.reject(new Error('x')) : { statusCode: 200 },
      'Internal server error',
    ],
  ])('that %s is answered by the gateway', async (_case, keys, integration, message) => {
    const { url } = await open({ routes: keys as typeof routes, integration })
    const socket = socketOf(await dial(url, authorized))
    socket.send('{"action":"$connect"}')
    const [data] = (await once(socket, 'message')) as [Buffer]
    expect(JSON.parse(data.toString())).toMatchObject({ message, connectionId: expect.any(String) })
    socket.close()
  })
})

describe('$disconnect', () => {
  it('tells the integration who left and how', async () => {
    const { url, events } = await open({ routes: [...routes, '$disconnect'] })
    const socket = socketOf(await dial(url, authorized))
    socket.close(1000, 'done')
    await expect.poll(() => events).toHaveLength(2)
    expect(contexts(events)[1]).toMatchObject({
      routeKey: '$disconnect',
      eventType: 'DISCONNECT',
      disconnectStatusCode: 1000,
      disconnectReason: 'done',
      authorizer: AUTHORIZER,
    })
  })
})
