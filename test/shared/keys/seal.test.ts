/** With `keys.storeSecret`, write access to a shared tier does not suffice to make keys. */
import { expect, test } from 'vitest'
import { createAuthorizer } from '../../../shared/index.ts'
import type { AuthorizerEvent, HttpResponse, KeysConfig } from '../../../shared/index.ts'
import { sealText } from '../../../shared/keys/seal.ts'
import { createMemoryStore, type MemoryStore } from '../../doors/support/core-keys.ts'
import { createKey } from '../../support/keys.ts'
import { createSigner } from '../../support/signer.ts'

const ISSUER = 'https://issuer.example/'
const SECRET = 'a secret of the instances, not of KV'
const [genuine, forged] = [
  createKey('RS256', { kid: 'a' }),
  createKey('RS256', { kid: 'b', nth: 1 }),
]
const signer = createSigner({ issuer: ISSUER, keys: [genuine, forged] })

function start(store: MemoryStore, environment: object = { SECRET }, keys?: KeysConfig) {
  const events: AuthorizerEvent[] = []
  const asked: string[] = []
  const http = async ({ url }: { readonly url: string }): Promise<HttpResponse> => {
    asked.push(url)
    const body = url.endsWith('configuration')
      ? { issuer: ISSUER, jwks_uri: `${ISSUER}keys` }
      : { keys: [genuine.publicJwk] }
    return { status: 200, header: () => null, text: JSON.stringify(body) }
  }
  const config = {
    issuers: [{ issuer: ISSUER, audience: signer.audience }],
    keys: keys ?? { storeSecret: { env: 'SECRET' } },
  }
  const observe = (event: AuthorizerEvent) => void events.push(event)
  const authorizer = createAuthorizer(config, {
    http,
    stores: [store],
    environment: { ...environment },
    observe,
  })
  const ask = async (key = genuine) => {
    const headers = { authorization: `Bearer ${signer.sign({}, {}, { key })}` }
    const decision = await authorizer.authorize({ method: 'GET', path: '/', headers })
    return decision.outcome === 'allow' ? 'allow' : decision.code
  }
  const failures = () =>
    events.flatMap((event) => (event.event === 'keys' ? [event.outcome] : [])).join()
  const details = () =>
    events.flatMap((event) => (event.event === 'keys' && event.detail ? [event.detail] : []))
  return { ask, asked, failures, details }
}

async function warmUp(): Promise<{ store: MemoryStore; key: string; text: string }> {
  const store = createMemoryStore()
  await start(store).ask()
  const [[key, text] = ['', '']] = store.texts
  return { store, key, text }
}

/** The record of one who can write to the tier, and would have his own key in it. */
const poison = (text: string) => {
  const record = JSON.parse(text.slice(text.indexOf('{')))
  return JSON.stringify({ ...record, keys: [forged.publicJwk] })
}

test('without a secret, whoever writes to the tier makes keys', async () => {
  const store = createMemoryStore()
  await start(store, {}, {}).ask()
  for (const [key, text] of store.texts) store.texts.set(key, poison(text))
  expect(await start(store, {}, {}).ask(forged)).toBe('allow')
})

test('with one, an instance takes what another one wrote, and asks the issuer nothing', async () => {
  const { store, text } = await warmUp()
  const cold = start(store)
  expect(await cold.ask()).toBe('allow')
  expect(cold.asked).toEqual([])
  expect(text).not.toContain(SECRET)
})

test.each<readonly [what: string, forge: (text: string) => string | Promise<string>]>([
  ['another record under the old seal', (text) => text.split('{')[0] + poison(text)],
  ['a record without a seal', poison],
  ['a genuine record without its seal', (text) => text.slice(text.indexOf('{'))],
  ['a record under another secret', (text) => sealText(poison(text), `${SECRET}!`)],
  ['a seal that is none', (text) => `?.${poison(text)}`],
  ['an empty seal', (text) => `.${poison(text)}`],
  ['a seal cut short', (text) => text.slice(4)],
  ['a seal over nothing', (text) => text.slice(0, text.indexOf('{'))],
])('with one, %s is no record, and the operator hears of it', async (_, forge) => {
  const { store, key, text } = await warmUp()
  store.texts.set(key, await forge(text))
  const cold = start(store)
  expect(await cold.ask(forged)).toBe('unknown_key')
  expect(await cold.ask()).toBe('allow')
  expect(cold.asked).toHaveLength(2)
  expect(cold.failures()).toBe('store_failed,refreshed')
  expect(cold.details()).toEqual([expect.stringMatching(/: not sealed by us$/)])
})

test('a store that is empty is no failure', async () => {
  const cold = start(createMemoryStore())
  expect(await cold.ask()).toBe('allow')
  expect(cold.failures()).toBe('refreshed')
})

test.each([{}, { SECRET: 'short' }, { SECRET: `-----BEGIN PRIVATE KEY-----${'A'.repeat(40)}` }])(
  'a secret that is none is a fault of the configuration: %o',
  (environment) => {
    expect(() => start(createMemoryStore(), environment)).toThrow('keys.storeSecret.env')
  },
)
