/** What a decision reads of a request, of a Web `Request` and of headers in any spelling. */
import { describe, expect, test } from 'vitest'
import { headerValues, readRequest } from '../../shared/request.ts'

const read = (headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  readRequest(new Request('https://api.example.com/a', { method, headers }))

describe('of an address', () => {
  test.each([
    ['https://api.example.com/', '/', ''],
    ['https://api.example.com/a/b%2Fc', '/a/b%2Fc', ''],
    ['https://api.example.com/a?', '/a', ''],
    ['https://api.example.com/a?b=/c?d', '/a', 'b=/c?d'],
    ['https://api.example.com/a?b#c', '/a', 'b'],
    ['https://api.example.com/a#b?c', '/a', ''],
    ['https://api.example.com?b=/c', '/', 'b=/c'],
  ])('%s the path is %j and the query %j', (url, path, query) => {
    const request = readRequest(new Request(url))
    expect(request).toMatchObject({ origin: 'https://api.example.com', path, query, method: 'GET' })
  })

  test.each([
    'http://api.example.com?b=/c',
    'http://api.example.com#/c',
    'http://@/c',
    'http://user@api.example.com/c',
    'http://a,b/c',
    'http://a%2f/c',
    'http://[/c',
    'http://[::1/c',
    'http://a:8:8/c',
    'http://a:8:/c',
    'http://api.example.com/c/.\t./d',
    'http://api.example.com/c?\t',
    '/c',
  ])('that a runtime took from a strange host, %j, nothing is read', (url) => {
    const request = { url, method: 'GET', headers: new Headers() } as Request
    expect(readRequest(request)).toMatchObject({ origin: '', path: '', query: '' })
  })

  test('a strange host costs no more time for each digit in it', () => {
    const url = `http://a${'1'.repeat(60_000)}!/c`
    const startedAt = performance.now()
    readRequest({ url, method: 'GET', headers: new Headers() } as Request)
    expect(performance.now() - startedAt).toBeLessThan(500)
  })

  test.each(['http://a_b-1.example:8080', 'http://a:', 'http://127.0.0.1', 'http://[::1]:8080'])(
    'the origin may be %s',
    (origin) => {
      const request = { url: `${origin}/c`, method: 'GET', headers: new Headers() } as Request
      expect(readRequest(request)).toMatchObject({ origin, path: '/c' })
    },
  )
})

describe('a handshake', () => {
  test.each([
    ['websocket', true],
    ['WebSocket', true],
    ['h2c', false],
    ['', false],
  ])('is a request to upgrade to %j: %j', (upgrade, expected) => {
    expect(read({ upgrade }).webSocket).toBe(expected)
  })

  test('is no other request', () => expect(read().webSocket).toBe(false))
})

describe('a preflight', () => {
  const asked = { origin: 'https://spa.example', 'access-control-request-method': 'PUT' }

  test('asks about another method', () => expect(read(asked, 'OPTIONS').preflight).toBe('PUT'))

  test.each([
    ['GET', asked],
    ['OPTIONS', { origin: asked.origin }],
    ['OPTIONS', { 'access-control-request-method': 'PUT' }],
    ['OPTIONS', { ...asked, 'access-control-request-method': '' }],
  ])('is not %s with %j', (method, headers) => {
    expect(read(headers, method)).not.toHaveProperty('preflight')
  })
})

describe('of the headers', () => {
  const origin = { origin: 'https://spa.example', 'sec-fetch-site': 'cross-site' }
  const protocol = { 'sec-websocket-protocol': 'chat' }

  test.each([
    ['none', {}, { authorization: null }],
    ['the credentials', { authorization: 'Bearer x' }, { authorization: 'Bearer x' }],
    ['no origin without a cookie', origin, { authorization: null }],
    ['a cookie and its origin', { cookie: 'a=b', ...origin }, { cookie: 'a=b', ...origin }],
    ['a cookie and no origin', { cookie: 'a=b' }, { cookie: 'a=b', origin: null }],
    ['no subprotocol', protocol, { authorization: null }],
    ['the subprotocol of a handshake', { upgrade: 'websocket', ...protocol }, protocol],
  ])('is read: %s', (_, headers, expected) => {
    const { headers: seen } = read(headers)
    expect(seen).toMatchObject(expected)
    const known = Object.entries(seen).filter(
      ([name, value]) => value !== null && !(name in expected),
    )
    expect(known).toEqual([])
  })

  test('all values under a name are found, in any spelling and in their order', () => {
    const headers = {
      'Content-Type': 'x',
      Cookie: ['a=1', 'b=2'],
      COOKIE: 'c=3',
      cookies: 'd=4',
      cookie: undefined,
      Cookif: 'e=5',
    }
    const values = headerValues({ method: 'GET', path: '/', headers }, 'cookie')
    expect(values).toEqual(['a=1', 'b=2', 'c=3'])
  })

  test.each([null, undefined, []])('a name without a value has none: %j', (value) => {
    expect(headerValues({ method: 'GET', path: '/', headers: { a: value } }, 'a')).toEqual([])
  })
})
