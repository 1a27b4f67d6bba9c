import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKey } from './keys.ts'
import { cacheable, inTurn, pad, redirect } from './replies.ts'
import { startScriptedIssuer, type ScriptedIssuer } from './scripted-issuer.ts'

let issuer: ScriptedIssuer
beforeEach(async () => {
  issuer = await startScriptedIssuer()
})
afterEach(() => issuer.close())

function ask(target: Parameters<ScriptedIssuer['url']>[0], init?: RequestInit) {
  return fetch(issuer.url(target), { redirect: 'manual', ...init })
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('the scripted issuer', () => {
  it('serves discovery and keys that verify its tokens', async () => {
    expect(issuer.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const metadata = (await (await ask('discovery')).json()) as { issuer: string; jwks_uri: string }
    expect(metadata.issuer).toBe(issuer.issuer)
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri))
    const { payload } = await jwtVerify(issuer.sign(), keys, { issuer: issuer.issuer })
    expect(payload.aud).toBe(issuer.audience)
  })

  it('publishes whatever keys it holds at the moment', async () => {
    issuer.keys.splice(0, 1, createKey('ES256', { kid: 'next' }))
    expect(await (await ask('jwks')).json()).toMatchObject({ keys: [{ kid: 'next', kty: 'EC' }] })
  })

  it.each(['', '/tenant', '/tenant/'])('may have the path %j', async (path) => {
    const other = await startScriptedIssuer({ path })
    expect(other.issuer.endsWith(path)).toBe(true)
    const wellKnown = `${other.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    expect(other.url('discovery')).toBe(wellKnown)
    expect(await (await fetch(wellKnown)).json()).toMatchObject({ issuer: other.issuer })
    await other.close()
  })

  it('answers 404 for what is not scripted', async () => {
    expect((await ask('userinfo')).status).toBe(404)
    expect((await ask('/else')).status).toBe(404)
  })

  it('logs and counts requests', async () => {
    await ask('introspection', { method: 'POST', body: new URLSearchParams({ token: 't' }) })
    await ask('jwks', { headers: { 'user-agent': 'test' } })
    expect(issuer.requests.count('jwks')).toBe(1)
    expect(issuer.requests.count('/oauth/introspect')).toBe(1)
    expect(issuer.requests.log[0]).toMatchObject({ method: 'POST', body: 'token=t' })
    expect(issuer.requests.log[1]?.headers['user-agent']).toBe('test')
    issuer.requests.clear()
    expect(issuer.requests.count('jwks')).toBe(0)
  })

  it('refuses connections until it resumes', async () => {
    await issuer.stop()
    expect(await failure(ask('jwks'))).toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await issuer.resume()
    expect((await ask('jwks')).status).toBe(200)
  })
})

describe('a scripted answer', () => {
  it('has the status, headers and body given, until it is undone', async () => {
    const undo = issuer.answer('jwks', {
      status: 500,
      headers: { 'content-type': 'text/html', 'retry-after': '7' },
      body: '<h1>no</h1>',
    })
    const response = await ask('jwks')
    expect(response.status).toBe(500)
    expect(response.headers.get('content-type')).toBe('text/html')
    expect(await response.text()).toBe('<h1>no</h1>')
    undo()
    expect((await ask('jwks')).status).toBe(200)
  })

  it('may depend on the request', async () => {
    const authorization = 'Bearer x'
    issuer.answer('userinfo', ({ headers }) => ({ body: { saw: headers.authorization } }))
    const response = await ask('userinfo', { headers: { authorization } })
    expect(await response.json()).toEqual({ saw: authorization })
  })

  it('may be another one each time', async () => {
    issuer.answer('jwks', inTurn({ status: 500 }, { status: 429 }, { body: { keys: [] } }))
    const statuses = []
    for (let i = 0; i < 4; i += 1) statuses.push((await ask('jwks')).status)
    expect(statuses).toEqual([500, 429, 200, 200])
  })

  it('may redirect', async () => {
    issuer.answer('jwks', redirect(issuer.url('/keys')))
    const response = await ask('jwks')
    expect([response.status, response.headers.get('location')]).toEqual([302, issuer.url('/keys')])
  })

  it('may be cacheable, with 304 for whoever knows the ETag', async () => {
    issuer.answer('jwks', cacheable(issuer.jwks(), { etag: '"1"', maxAge: 300 }))
    const first = await ask('jwks')
    expect(first.headers.get('cache-control')).toBe('max-age=300')
    const again = await ask('jwks', { headers: { 'if-none-match': '"1"' } })
    expect([first.status, again.status, await again.text()]).toEqual([200, 304, ''])
  })

  it('may come late', async () => {
    issuer.answer('jwks', { body: issuer.jwks(), delayMs: 60 })
    const start = performance.now()
    expect((await ask('jwks')).status).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(50)
  })

  it('may never come, or cut the connection', async () => {
    issuer.answer('jwks', { fault: 'hang' })
    const ended = new AbortController()
    const hanging = ask('jwks', { signal: ended.signal })
    await expect.poll(() => issuer.requests.count('jwks')).toBe(1)
    setTimeout(() => ended.abort(), 60)
    expect(await failure(hanging)).toMatchObject({ name: 'AbortError' })
    issuer.answer('jwks', { fault: 'reset' })
    expect(await failure(ask('jwks'))).toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } })
  })

  it.each([0, 10])('may stall after %d bytes of the body', async (stallAfterBytes) => {
    issuer.answer('jwks', { body: issuer.jwks(), stallAfterBytes })
    const ended = new AbortController()
    const response = await ask('jwks', { signal: ended.signal })
    expect(response.status).toBe(200)
    setTimeout(() => ended.abort(), 60)
    expect(await failure(response.text())).toMatchObject({ name: 'AbortError' })
  })

  it('may be huge and still be JSON', async () => {
    issuer.answer('jwks', { body: pad(issuer.jwks(), 1_000_000) })
    const text = await (await ask('jwks')).text()
    expect(text.length).toBeGreaterThan(1_000_000)
    expect(JSON.parse(text)).toMatchObject(issuer.jwks())
  })
})
