/**
 * A verified token is remembered (§2.2, last paragraph): the answer stays what a first look would
 * give, whatever has changed since.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { createAuthorizer } from '../../shared/index.ts'
import type { Decision, HttpResponse } from '../../shared/index.ts'
import { createKey } from '../support/keys.ts'
import { createSigner } from '../support/signer.ts'

const ISSUER = 'https://issuer.example/'
const AUDIENCE = 'https://api.example.com'
const START = 1_800_000_000

function createBench(freshSeconds = 300) {
  const keys = [createKey('RS256', { kid: 'old' }), createKey('RS256', { kid: 'new', nth: 1 })]
  let seconds = START
  const published = [...keys]
  const signer = createSigner({ issuer: ISSUER, audience: AUDIENCE, keys, now: () => seconds })
  const http = async ({ url }: { readonly url: string }): Promise<HttpResponse> => {
    const body = url.endsWith('configuration')
      ? { issuer: ISSUER, jwks_uri: `${ISSUER}jwks` }
      : { keys: published.map(({ publicJwk }) => publicJwk) }
    return { status: 200, header: () => null, text: JSON.stringify(body) }
  }
  const authorizer = createAuthorizer(
    {
      issuers: [{ issuer: ISSUER, audience: AUDIENCE }],
      routes: {
        'GET /a': { scopes: 'read:a' },
        'GET /b': { scopes: 'read:b' },
        'GET /young': { maxAgeSeconds: 60 },
      },
      keys: { freshSeconds, cooldownSeconds: 0 },
    },
    { http, clock: () => seconds * 1000 },
  )
  const ask = async (token: string, path = '/a') => {
    const headers = { authorization: `Bearer ${token}` }
    const decision = await authorizer.authorize({ method: 'GET', path, headers })
    return decision.outcome === 'allow' ? 'allow' : decision.code
  }
  const wait = (more: number) => void (seconds += more)
  return { ask, authorizer, wait, signer, published, keys }
}

/** Each signature that is checked goes through here. */
const verify = vi.spyOn(crypto.subtle, 'verify')
const PARSE = JSON.parse
afterEach(() => verify.mockClear())

test('checks one signature for many requests', async () => {
  const { ask, signer } = createBench()
  const token = signer.sign()
  for (let request = 0; request < 5; request += 1) expect(await ask(token)).toBe('allow')
  expect(verify).toHaveBeenCalledTimes(1)
})

test('has the signature checked while it reads the claims, once a header is known', async () => {
  const { ask, signer } = createBench()
  await ask(signer.sign({ sub: 'auth0|1' }))
  const steps: string[] = []
  verify.mockImplementationOnce(async () => {
    steps.push('signature')
    return true
  })
  const parse = vi.spyOn(JSON, 'parse').mockImplementation((text: string): unknown => {
    if (text.includes('auth0|2')) steps.push('claims')
    return PARSE(text)
  })
  const verdict = await ask(signer.sign({ sub: 'auth0|2' }))
  parse.mockRestore()
  expect([verdict, ...steps]).toEqual(['allow', 'signature', 'claims'])
})

test('says the same of a token each time, and reads its claims no third time', async () => {
  const { authorizer, signer } = createBench()
  const headers = { authorization: `Bearer ${signer.sign()}` }
  const [first, second, third] = [
    await authorizer.authorize({ method: 'GET', path: '/a', headers }),
    await authorizer.authorize({ method: 'GET', path: '/a', headers }),
    await authorizer.authorize({ method: 'GET', path: '/a', headers }),
  ]
  expect(first).toMatchObject({ outcome: 'allow', identity: { scopes: ['read:a'] } })
  expect(second).toEqual(first)
  expect(identityOf(third)).toBe(identityOf(second))
})

const identityOf = (decision: Decision) =>
  decision.outcome === 'allow' ? decision.identity : decision.code

test('judges route, rule and age on every request', async () => {
  const { ask, wait, signer } = createBench()
  const token = signer.sign()
  expect(await ask(token)).toBe('allow')
  expect(await ask(token, '/b')).toBe('insufficient_scope')
  expect(await ask(token, '/nowhere')).toBe('no_matching_route')
  expect(await ask(token, '/young')).toBe('allow')
  wait(66)
  expect(await ask(token, '/young')).toBe('token_too_old')
  expect(verify).toHaveBeenCalledTimes(1)
})

test('lets no token outlive its expiry', async () => {
  const { ask, wait, signer } = createBench()
  const token = signer.sign({ exp: START + 100 })
  expect(await ask(token)).toBe('allow')
  wait(104)
  expect(await ask(token)).toBe('allow') // within the tolerance
  wait(1)
  expect(await ask(token)).toBe('token_expired')
  expect(verify).toHaveBeenCalledTimes(1)
})

test('finds the verdict anew after 300 seconds, however long the keys are good', async () => {
  const { ask, wait, signer } = createBench(3600)
  const token = signer.sign()
  await ask(token)
  wait(299)
  await ask(token)
  expect(verify).toHaveBeenCalledTimes(1)
  wait(1)
  await ask(token)
  expect(verify).toHaveBeenCalledTimes(2)
})

test('lets a verdict die with its key', async () => {
  const { ask, signer, published, keys } = createBench()
  const token = signer.sign()
  expect(await ask(token)).toBe('allow')
  published.shift()
  // A key that nobody has heard of makes the set be read again, long before it is due.
  await ask(signer.sign({}, { kid: 'unheard-of' }, keys[1] ? { key: keys[1] } : {}))
  expect(await ask(token)).toBe('unknown_key')
})

test('believes no text that merely ends like a good token', async () => {
  const { ask, signer } = createBench()
  const [token, other] = [signer.sign(), signer.sign({ scope: 'read:b' })]
  expect(await ask(token)).toBe('allow')
  const forged = [...other.split('.').slice(0, 2), token.split('.')[2]].join('.')
  expect(await ask(forged, '/b')).toBe('signature_invalid')
  expect(await ask(token)).toBe('allow')
})

test('lets no forged token displace a good one', async () => {
  const { ask, signer } = createBench()
  const token = signer.sign()
  await ask(token)
  const [head, payload, signature = ''] = signer.sign({ sub: 'somebody' }).split('.')
  for (let index = 0; index < 6_000; index += 1) {
    await ask(`${head}.${payload}.${`${index}`.padStart(6, 'A')}${signature.slice(6)}`)
  }
  verify.mockClear()
  expect(await ask(token)).toBe('allow')
  expect(verify).not.toHaveBeenCalled()
})
