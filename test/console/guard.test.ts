/** Who may ask the console: raw requests, as a hostile page could have a browser make them. */
import { request } from 'node:http'
import { describe, expect, inject, it } from 'vitest'

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

const send = ({ method = 'GET', path = '/', headers = {}, body = '' }: Sent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: inject('port'), method, path, headers, setHost: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        )
      },
    )
    asked.on('error', reject).end(body)
  })

const host = (name = '127.0.0.1') => ({ host: `${name}:${inject('port')}` })

const post = (path: string, body: unknown, more: Readonly<Record<string, string>> = {}) =>
  send({
    method: 'POST',
    path,
    headers: {
      ...host(),
      origin: `http://127.0.0.1:${inject('port')}`,
      'content-type': 'application/json',
      ...more,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const QUESTION = { token: null, method: 'GET', target: '/me', headers: [], clockSeconds: 0 }

describe('the console answers', () => {
  it.each(['127.0.0.1', 'localhost'])('by the name %s', async (name) => {
    expect((await send({ headers: host(name) })).status).toBe(200)
  })

  it('with a policy that lets nothing in but its own files', async () => {
    const { headers } = await send({ headers: host() })
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('its own page', async () => {
    const answer = await post('/api/explain', QUESTION, { 'sec-fetch-site': 'same-origin' })
    expect([answer.status, JSON.parse(answer.body).verdict.code]).toEqual([200, 'missing_token'])
  })
})

describe('the console turns away', () => {
  it.each([
    ['another name for loopback', 'evil.example'],
    ['a subdomain of a good one', '127.0.0.1.evil.example'],
    ['a name in capitals', 'LOCALHOST'],
  ])('%s (DNS rebinding)', async (_name, name) => {
    for (const path of ['/', '/main.js', '/api/events']) {
      expect((await send({ path, headers: host(name) })).status).toBe(421)
    }
  })

  it.each([
    ['no port', { host: '127.0.0.1' }],
    ['another port', { host: '127.0.0.1:80' }],
    ['no host', {}],
  ])('%s', async (_name, headers) => {
    // Without any, Node itself answers 400.
    expect([400, 421]).toContain((await send({ headers })).status)
  })

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a request across sites', { 'sec-fetch-site': 'cross-site' }],
    ['a request from another port', { 'sec-fetch-site': 'same-site' }],
  ])('%s (CSRF)', async (_name, headers) => {
    expect((await post('/api/act', { act: 'revoke' }, headers)).status).toBe(403)
    expect((await send({ path: '/api/events', headers: { ...host(), ...headers } })).status).toBe(
      403,
    )
  })

  it('the other name of its own as an origin', async () => {
    const origin = `http://localhost:${inject('port')}`
    expect((await post('/api/world', {}, { origin })).status).toBe(403)
  })

  it('a POST that no browser page of its own would send', async () => {
    const headers = { ...host(), 'content-type': 'application/json' }
    expect((await send({ method: 'POST', path: '/api/world', headers, body: '{}' })).status).toBe(
      403,
    )
    expect((await post('/api/world', {}, { 'content-type': 'text/plain' })).status).toBe(415)
  })

  it.each(['PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s', async (method) => {
    expect((await send({ method, headers: host() })).status).toBe(405)
  })

  it.each(['/api/act', '/../package.json', '/dist/console/main.js', '/?token=x'])(
    'GET %s',
    async (path) => {
      expect((await send({ path, headers: host() })).status).toBe(404)
    },
  )

  it.each([
    ['too large', 70_000],
    ['far too large', 1_048_576],
  ])('what is %s, without reading it', async (_name, length) => {
    const token = 'x'.repeat(length)
    const answer = await post('/api/explain', { ...QUESTION, token })
    expect(answer.status).toBe(413)
    expect(answer.body).not.toContain('xxx')
  })

  it.each([
    ['no JSON', '{'],
    ['another shape', {}],
    ['a method that is none', { ...QUESTION, method: 'GET /' }],
    ['a header with a line end in its name', { ...QUESTION, headers: [['a\r\nb', 'c']] }],
    ['a clock beyond all calendars', { ...QUESTION, clockSeconds: 1e300 }],
  ])('%s', async (_name, body) => {
    expect((await post('/api/explain', body)).status).toBe(400)
  })
})
