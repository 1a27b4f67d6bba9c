import { describe, expect, it } from 'vitest'
import { ConfigError, createAuthorizer } from '../../../shared/index.ts'
import type { Config, ConfigFault } from '../../../shared/index.ts'
import { privateJwk, writeKeySet } from '../../support/jwe.ts'
import { createKey } from '../../support/keys.ts'

const key = createKey('RSA-OAEP-256', { kid: 'enc-1' })
const good = privateJwk(key, { kid: 'enc-1', alg: 'RSA-OAEP-256', use: 'enc' })

const NUMBERS = ['n', 'd', 'p', 'q', 'dp', 'dq', 'qi']

const ISSUER = { issuer: 'https://t.auth0.com/', audience: 'https://api.example.com' }

function faultsOf(secret: unknown, issuer: object = {}): readonly ConfigFault[] {
  const config = { issuers: [{ ...ISSUER, decryptionKeys: { env: 'JWE_KEYS' }, ...issuer }] }
  try {
    createAuthorizer(config as Config, { environment: { JWE_KEYS: secret } })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

describe('the secret with the decryption keys', () => {
  it.each([
    ['one key', [good]],
    ['a key that says nothing of itself', [privateJwk(key)]],
    ['two keys, as during a rotation', [good, privateJwk(createKey('RS256', { nth: 1 }))]],
    ['two keys of one name', [good, privateJwk(createKey('RS256', { nth: 1 }), { kid: 'enc-1' })]],
    ['a key with operations', [{ ...good, key_ops: ['decrypt'] }]],
    ['a key with other operations too', [{ ...good, key_ops: ['decrypt', 'deriveBits'] }]],
    ['32 keys', Array.from({ length: 32 }, () => good)],
    ['a key to unwrap with', [{ ...good, key_ops: ['unwrapKey'], ext: true }]],
  ])('may hold %s', (_, keys) => {
    expect(faultsOf(writeKeySet(...keys))).toEqual([])
  })

  const set = (members: object) => writeKeySet({ ...good, ...members })
  it.each([
    ['is no text', { keys: [good] }, 'must be the JSON of a JWK Set'],
    ['is a PEM', '-----BEGIN PRIVATE KEY-----', 'must be the JSON of a JWK Set'],
    ['is one key', JSON.stringify(good), 'must be the JSON of a JWK Set'],
    ['has a member twice', '{"keys":[],"keys":[]}', 'must be the JSON of a JWK Set'],
    ['has no keys', writeKeySet(), 'must have 1 to 32 keys'],
    ['has 33 keys', writeKeySet(...Array.from({ length: 33 }, () => good)), 'must have 1 to 32'],
    ['holds no key', '{"keys":[7]}', 'keys[0] must be a private RSA key'],
    ['holds a public key', writeKeySet(good, key.publicJwk), 'keys[1] must be a private RSA key'],
    [
      'holds a key of a curve',
      writeKeySet(privateJwk(createKey('ES256'))),
      'keys[0] must be a private RSA key',
    ],
    [
      'holds a shared secret',
      writeKeySet({ kty: 'oct', k: 'AQAB' }),
      'keys[0] must be a private RSA key',
    ],
    ['is for signatures', set({ use: 'sig' }), 'keys[0] must be for encryption (`use`, `key_ops`)'],
    ['is for signing', set({ key_ops: ['sign'] }), 'keys[0] must be for encryption'],
    ['uses SHA-1', set({ alg: 'RSA-OAEP' }), 'keys[0] must have an `alg` of RSA-OAEP-256, '],
    ['signs', set({ alg: 'RS256' }), 'keys[0] must have an `alg` of RSA-OAEP-256, '],
    ['has a number for a name', set({ kid: 1 }), 'keys[0] must have a string `kid`, or none'],
    [
      'is weak',
      writeKeySet(privateJwk(createKey('RS256', { bits: 1024 }))),
      'keys[0] must have 2048 to 8192 bits',
    ],
    ['lacks its primes', set({ p: undefined }), 'keys[0] is incomplete'],
    ['is damaged', set({ dq: 'AQAB' }), 'keys[0] is incomplete'],
  ])('is a fault when it %s', (_, secret, message) => {
    const [fault, ...more] = faultsOf(secret)
    expect(more).toEqual([])
    expect(fault?.code).toBe('config_decryption_keys')
    expect(fault?.path).toBe('issuers[0].decryptionKeys.env')
    expect(fault?.message).toContain(`JWE_KEYS ${message}`)
  })

  it('has each of its keys judged, in one report', () => {
    const faults = faultsOf(writeKeySet(key.publicJwk, good, { ...good, use: 'sig' }))
    expect(faults.map(({ message }) => message.split(' ')[1])).toEqual(['keys[0]', 'keys[2]'])
  })

  it('is never quoted', () => {
    const secrets = [
      'not JSON but secret',
      writeKeySet({ ...good, use: 'secret use', alg: 'secret alg', kid: ['secret kid'] }),
      writeKeySet({ ...good, d: 'secret d' }),
    ]
    const said = secrets.map((secret) => JSON.stringify(faultsOf(secret))).join()
    expect(said).not.toMatch(/secret (?:use|alg|kid|d\b)|but secret/)
    for (const number of NUMBERS) expect(said).not.toContain(good[number])
  })

  it('is named, never written', () => {
    const [fault] = faultsOf('', { decryptionKeys: writeKeySet(good) })
    expect(fault?.path).toBe('issuers[0].decryptionKeys')
    expect(fault?.message).toContain("{ env: 'NAME' }")
  })
})

describe('encryption', () => {
  it('can be required only where there are keys', () => {
    expect(faultsOf(writeKeySet(good), { encryption: 'required' })).toEqual([])
    expect(faultsOf('', { encryption: 'required', decryptionKeys: undefined })).toMatchObject([
      {},
      { path: 'issuers[0].encryption', message: 'needs decryptionKeys' },
    ])
  })

  it('has no other word', () => {
    expect(faultsOf(writeKeySet(good), { encryption: 'optional' })).toMatchObject([
      { path: 'issuers[0].encryption' },
    ])
  })
})
