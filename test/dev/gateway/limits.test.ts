import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { allow, dial, echo, send, spy, useGateways } from './client.ts'

const start = useGateways()

const open = async (kind: 'rest-request' | 'http-2.0') => {
  const { handler, events } = spy(() => allow('*'))
  const { url } = await start({
    kind,
    routes: ['ANY /{proxy+}'],
    authorizer: {},
    ...(kind === 'rest-request' && { authorizer: { resultTtlSeconds: 0 } }),
    handler,
    integration: echo,
  })
  return { url, events }
}

const padded = (length: number) => ({ headers: [['X', 'x'.repeat(length)] as const] })

const PREFIX = 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/'

describe('headers', () => {
  it.each(['rest-request', 'http-2.0'] as const)('over 10,240 bytes: %s', async (kind) => {
    const { url, events } = await open(kind)
    expect((await send(url, '/a', padded(10_100))).status).toBe(200)
    expect((await send(url, '/a', padded(10_240))).status).toBe(431)
    expect(events).toHaveLength(1)
  })

  it('count together with the request line on an HTTP API only', async () => {
    const path = `/${'a'.repeat(1_000)}`
    const sent = padded(9_500)
    expect((await send((await open('rest-request')).url, path, sent)).status).toBe(200)
    expect((await send((await open('http-2.0')).url, path, sent)).status).toBe(431)
  })
})

describe('a method ARN', () => {
  it('of 1,600 bytes is the longest', async () => {
    const { url, events } = await open('rest-request')
    const fits = 'a'.repeat(1_600 - PREFIX.length)
    expect((await send(url, `/${fits}`)).status).toBe(200)
    const answer = await send(url, `/${fits}a`)
    expect([answer.status, answer.body]).toEqual([414, '{"message":"Request URI too long"}'])
    expect(events).toHaveLength(1)
  })
})

describe('a body', () => {
  it('over 10 MB is refused before the authorizer', async () => {
    const { url, events } = await open('rest-request')
    const body = 'x'.repeat(10 * 1024 * 1024 + 1)
    expect((await send(url, '/a', { method: 'POST', body })).status).toBe(413)
    expect(events).toHaveLength(0)
  })
})

describe('a WebSocket API', () => {
  const connect = async () => {
    const { handler, events } = spy(() => allow('*'))
    const routes = ['$connect', '$default']
    const api = { kind: 'websocket', routes, authorizer: {} } as const
    const { url } = await start({ ...api, handler, integration: echo })
    return { url, events }
  }

  it('has 4,096 characters of URL, with the host that clients of the real one send', async () => {
    const { url, events } = await connect()
    const host = 'wss://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/dev?t='
    const token = 'x'.repeat(4_096 - host.length)
    const fits = await dial(`${url}?t=${token}`)
    expect(fits.open).toBe(true)
    if (fits.open) fits.socket.close()
    expect(await dial(`${url}?t=${token}x`)).toMatchObject({ open: false, status: 414 })
    expect(events).toHaveLength(1)
  })

  it('closes a connection on a message over 128 KB', async () => {
    const { url } = await connect()
    const dialled = await dial(url)
    if (!dialled.open) throw new Error(`refused: ${dialled.status}`)
    dialled.socket.send('x'.repeat(131_073))
    expect((await once(dialled.socket, 'close'))[0]).toBe(1009)
  })
})
