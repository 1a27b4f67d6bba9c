/** What an event asks, read from each of the shapes that API Gateway sends. */
import { describe, expect, it } from 'vitest'
import { readEvent } from '../../../functions/lambda/event.ts'
import type { GatewayEvent } from '../../../functions/lambda/event.ts'
import type { Sent } from '../../doors/support/door.ts'
import { buildEvent, HOST, type EventKind } from '../../doors/support/events.ts'

const read = (kind: EventKind, sent: Sent = {}, more: object = {}) =>
  readEvent({ ...buildEvent(kind, sent), ...more } as GatewayEvent)

const KINDS = {
  'rest-token': 'token',
  'rest-request': 'request',
  'http-1.0': 'http-1.0',
  'http-2.0': 'http-2.0',
  websocket: 'websocket',
} as const

const kinds = Object.keys(KINDS) as readonly EventKind[]

it.each(kinds)('an event of kind %s is told from the others', (kind) => {
  const sent = { method: 'POST', path: '/b', headers: [['Authorization', 'Bearer x']] } as const
  const isConnect = kind === 'websocket'
  const { kind: found, requests } = read(kind, sent)
  expect(found).toBe(KINDS[kind])
  expect(requests).toHaveLength(1)
  expect(requests[0]).toMatchObject({
    method: isConnect ? 'GET' : 'POST',
    path: isConnect ? '$connect' : '/b',
    webSocket: isConnect,
    ...(kind !== 'rest-token' && { origin: `https://${HOST}` }),
  })
})

it('a method that is named like the route of a handshake is none', () => {
  const methodArn = 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/$connect/'
  const { kind, requests } = read('rest-request', {}, { methodArn })
  expect(kind).toBe('request')
  expect(requests[0]).toMatchObject({ method: '$connect', path: '/', webSocket: false })
})

it.each([
  ['', '/'],
  ['/', '/'],
  ['/a:b/c/', '/a:b/c/'],
])('the path of an ARN that ends in GET%s is %s', (end, path) => {
  const methodArn = `arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/GET${end}`
  const { requests, arn } = read('rest-token', {}, { methodArn })
  expect(requests[0].path).toBe(path)
  expect(arn).toMatchObject({ text: methodArn, stage: methodArn.replace(/GET.*/, ''), path })
})

it.each([
  ['no ARN', undefined],
  ['something else', 'x'],
  ['no method', 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/'],
  ['no stage', 'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/GET'],
  ['what is like an ARN', 'urn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/GET/a'],
])('an event with %s is reported as that', (_, methodArn) => {
  expect(() => read('rest-token', {}, { methodArn })).toThrow(/the event has no method ARN/)
})

describe.each(kinds)('a path that may be cut and decoded twice, of kind %s,', (kind) => {
  it.each([
    ['/a%2Fb', []],
    ['/a%252Fb', ['/a%2Fb']],
    ['/a%3Fb', ['/a']],
    ['/a%3fb%25', ['/a']],
    ['/a%2562%3Fc/d', ['/a%2562', '/a%62']],
    ['/%25', ['/%']],
    ['/%25%ff', []],
  ])('%s is read as %j, too, where that may be', (path, others) => {
    const { requests } = read(kind, { path })
    const found = requests.slice(1).map((request) => request.path)
    expect(found).toEqual(kind.startsWith('http') ? others : [])
  })
})

const headersOf = (kind: EventKind, more: object, sent: Sent = {}) =>
  read(kind, sent, more).requests[0].headers

it('cookies come in a list of their own in payload 2.0, or not at all', () => {
  expect(headersOf('http-2.0', { headers: { a: '1' }, cookies: ['b=2', 'c=3'] })).toEqual({
    a: '1',
    cookie: ['b=2', 'c=3'],
  })
  expect(headersOf('http-2.0', { headers: { a: '1' }, cookies: [] })).toEqual({ a: '1' })
  expect(headersOf('http-2.0', { headers: { a: '1' } })).toEqual({ a: '1' })
})

it('repeated fields are read from the map that has all values, and others from the other', () => {
  const headers = { a: '2', b: '3' }
  expect(headersOf('rest-request', { headers, multiValueHeaders: { a: ['1', '2'] } })).toEqual({
    a: ['1', '2'],
    b: '3',
  })
  expect(headersOf('rest-request', { headers, multiValueHeaders: null })).toEqual(headers)
})

it.each([
  [{ queryStringParameters: null, multiValueQueryStringParameters: null }, ''],
  [{ queryStringParameters: { a: '1&2' }, multiValueQueryStringParameters: null }, 'a=1%262'],
  [
    { queryStringParameters: { a: '2' }, multiValueQueryStringParameters: { a: ['1', '2'] } },
    'a=1&a=2',
  ],
  [{ queryStringParameters: { 'ä=': '' }, multiValueQueryStringParameters: {} }, '%C3%A4%3D='],
])('a query of decoded values is written again: %j', (more, query) => {
  expect(read('rest-request', {}, more).requests[0].query).toBe(query)
})

it('a query of payload 2.0 is as it was sent', () => {
  expect(read('http-2.0', { query: 'a=%31&b' }).requests[0].query).toBe('a=%31&b')
})

it('an event without a domain name has no origin', () => {
  expect(read('rest-request', {}, { requestContext: {} }).requests[0]).not.toHaveProperty('origin')
})
