import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIssuer, type Issuer } from '../../../dev/issuer/start.ts'
import { createAuthorizer } from '../../../shared/index.ts'
import { privateJwk, writeKeySet } from '../../support/jwe.ts'
import { createKey } from '../../support/keys.ts'

/** Two APIs of one issuer, each with a key of its own. */
const KEYS = {
  'https://bank.example.com/': createKey('RSA-OAEP-256', { nth: 5, kid: 'bank' }),
  'https://todo.example.com/': createKey('RSA-OAEP-512', { nth: 6, kid: 'todo' }),
}
type Audience = keyof typeof KEYS
const [bank, todo] = Object.keys(KEYS) as [Audience, Audience]

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer({
    apis: [
      { audience: bank, scopes: ['a'], tokens: 'jwt', encryption: encryptTo(bank, 'RSA-OAEP-256') },
      { audience: todo, scopes: ['a'], tokens: 'jwt', encryption: encryptTo(todo, 'RSA-OAEP-512') },
    ],
  })
})
afterAll(() => issuer.close())

function encryptTo(audience: Audience, algorithm: 'RSA-OAEP-256' | 'RSA-OAEP-512') {
  const { publicKey, kid } = KEYS[audience]
  const encoding = 'A256GCM' as const
  return { algorithm, encoding, publicKey: { ...publicKey.export({ format: 'jwk' }), kid } }
}

/** The authorizer of one API, which has the keys of these. */
function ask(audience: string, token: string, keysOf: readonly Audience[]) {
  const keys = keysOf.map((name) => privateJwk(KEYS[name], { kid: KEYS[name].kid, use: 'enc' }))
  const entry = { issuer: issuer.issuer, audience, decryptionKeys: { env: 'JWE_KEYS' } }
  const authorizer = createAuthorizer(
    { issuers: [{ ...entry, encryption: 'required' }] },
    { environment: { JWE_KEYS: writeKeySet(...keys) } },
  )
  const headers = { authorization: `Bearer ${token}` }
  return authorizer.authorize({ method: 'GET', path: '/a', headers })
}

describe('a token that oidc-provider encrypted', () => {
  it.each([bank, todo])('is opened and verified: %s', async (resource) => {
    const token = await issuer.mint({ resource })
    expect(token.split('.')).toHaveLength(5)
    expect(await ask(resource, token, [resource])).toMatchObject({
      outcome: 'allow',
      identity: { issuer: issuer.issuer, audience: [resource], scopes: ['a'] },
    })
  })

  it('is opened while keys are rotated', async () => {
    const token = await issuer.mint({ resource: bank })
    expect(await ask(bank, token, [todo, bank])).toMatchObject({ outcome: 'allow' })
  })

  it('is not opened by the key of another API, nor good for another API', async () => {
    const token = await issuer.mint({ resource: bank })
    expect(await ask(bank, token, [todo])).toMatchObject({ code: 'decryption_failed' })
    expect(await ask(todo, token, [bank])).toMatchObject({ code: 'audience_mismatch' })
  })

  it('is needed where that is required', async () => {
    const token = await issuer.mint()
    expect(await ask(issuer.audience, token, [bank])).toMatchObject({ code: 'encryption_required' })
  })
})
