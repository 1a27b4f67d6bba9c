/**
 * The signature is checked by WebCrypto itself, so that jose's word on the same token is there to be
 * held against it: for every algorithm, and whatever becomes of the token on its way.
 */
import { createSecretKey } from 'node:crypto'
import { assert, asyncProperty, constantFrom, nat } from 'fast-check'
import { compactVerify } from 'jose'
import type { JWK } from 'jose'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { decodeBytes } from '../../../shared/bytes.ts'
import { verifySignature } from '../../../shared/token/signature.ts'
import { encodePart, signParts } from '../../support/jws.ts'
import { createKey } from '../../support/keys.ts'

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512']
  .concat(['EdDSA', 'Ed25519', 'HS256', 'HS384', 'HS512'])
  .map((alg) => [alg] as const)

const SECRET = 'a secret of the API, of sixty-four bytes and more: HS512 wants so much.'
const PAYLOAD = encodePart(JSON.stringify({ sub: 'auth0|123', scope: 'read:a' }))

const sign = (alg: string, { nth = 0, secret = SECRET, signWith = alg } = {}): string =>
  signParts(encodePart(JSON.stringify({ alg })), PAYLOAD, {
    key: createKey(alg, { nth }),
    secret,
    signWith,
  })

/** Without `alg`, as many issuers publish them. */
const keyOf = (alg: string, nth = 0): JWK =>
  alg.startsWith('HS')
    ? { kty: 'oct', k: createSecretKey(Buffer.from(SECRET)).export({ format: 'jwk' }).k ?? '' }
    : { ...createKey(alg, { nth, jwk: { alg: undefined } }).publicJwk }

function verify(token: string, alg: string, keys: readonly JWK[]) {
  const dot = token.lastIndexOf('.')
  const signature = decodeBytes(token.slice(dot + 1))
  if (!signature) throw new TypeError('a signature is base64url')
  return verifySignature({ input: token.slice(0, dot), signature }, alg, keys)
}

/** What may become of the bytes of a signature. */
const CHANGES: Readonly<Record<string, (bytes: Buffer, at: number) => Buffer>> = {
  nothing: (bytes) => bytes,
  'a bit': (bytes, at) => {
    const changed = Buffer.from(bytes)
    changed[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << (at % 8))
    return changed
  },
  'its end': (bytes, at) => bytes.subarray(0, at % bytes.length),
  'more at its end': (bytes, at) => Buffer.concat([bytes, Buffer.alloc(1 + (at % 9))]),
  'more at its start': (bytes, at) => Buffer.concat([Buffer.alloc(1 + (at % 9)), bytes]),
  zeros: (bytes) => Buffer.alloc(bytes.length),
  ones: (bytes) => Buffer.alloc(bytes.length, 0xff),
  'its halves': (bytes) =>
    Buffer.concat([bytes.subarray(bytes.length / 2), bytes.subarray(0, bytes.length / 2)]),
}

describe.each(ALGORITHMS)('%s', (alg) => {
  const token = sign(alg)
  const dot = token.lastIndexOf('.')
  const bytes = Buffer.from(token.slice(dot + 1), 'base64url')

  test('takes what the key signed, and nothing else', async () => {
    expect(await verify(token, alg, [keyOf(alg)])).toBeUndefined()
    const other = sign(alg, { nth: 1, secret: `${SECRET} Another.` })
    expect(await verify(other, alg, [keyOf(alg)])).toBe('signature_invalid')
    const longer = token.replace(PAYLOAD, `${PAYLOAD}AAAA`)
    expect(await verify(longer, alg, [keyOf(alg)])).toBe('signature_invalid')
  })

  test('says what jose says, whatever has become of the signature', async () => {
    const key = keyOf(alg)
    const check = async (change: string, at: number) => {
      const changed = CHANGES[change]?.(bytes, at) ?? bytes
      const text = `${token.slice(0, dot)}.${changed.toString('base64url')}`
      const isGood = await compactVerify(text, key).then(
        () => true,
        () => false,
      )
      expect((await verify(text, alg, [key])) === undefined).toBe(isGood)
    }
    const changes = constantFrom(...Object.keys(CHANGES))
    await assert(asyncProperty(changes, nat(100_000), check), { numRuns: 60, seed: 7 })
  })

  test('says what jose says of signatures by other algorithms', async () => {
    for (const [signWith] of ALGORITHMS) {
      if (signWith.slice(0, 2) !== alg.slice(0, 2) && !isRsa(signWith, alg)) continue
      const text = sign(alg, { signWith })
      const isGood = await compactVerify(text, keyOf(alg)).then(
        () => true,
        () => false,
      )
      expect((await verify(text, alg, [keyOf(alg)])) === undefined).toBe(isGood)
      expect(isGood).toBe(signWith === alg || alg.startsWith('Ed'))
    }
  })
})

const isRsa = (...algorithms: readonly string[]) => algorithms.every((alg) => /^[RP]S/.test(alg))

describe('keys', () => {
  afterEach(() => vi.restoreAllMocks())

  test('are tried in turn', async () => {
    const keys = [keyOf('RS256', 1), keyOf('RS256', 2), keyOf('RS256')]
    expect(await verify(sign('RS256'), 'RS256', keys)).toBeUndefined()
    expect(await verify(sign('RS256'), 'RS256', keys.slice(0, 2))).toBe('signature_invalid')
    expect(await verify(sign('RS256'), 'RS256', [])).toBe('signature_invalid')
  })

  test('that cannot be imported hide none of the same name', async () => {
    const bad = { ...keyOf('ES256'), x: keyOf('ES256').y ?? '' }
    expect(await verify(sign('ES256'), 'ES256', [bad, keyOf('ES256')])).toBeUndefined()
    expect(await verify(sign('ES256'), 'ES256', [bad, keyOf('ES256', 1)])).toBe('signature_invalid')
  })

  test('are imported once for each algorithm', async () => {
    const imports = vi.spyOn(crypto.subtle, 'importKey')
    const keys = [keyOf('RS256')]
    for (const alg of ['RS256', 'PS256', 'RS256', 'PS256']) {
      expect(await verify(sign(alg), alg, keys)).toBeUndefined()
    }
    expect(imports).toHaveBeenCalledTimes(2)
  })

  test('can only verify, and only by the algorithm they were imported for', async () => {
    const imports = vi.spyOn(crypto.subtle, 'importKey')
    await verify(sign('PS384'), 'PS384', [keyOf('PS384')])
    const imported = await imports.mock.results[0]?.value
    expect(imported).toMatchObject({
      algorithm: { name: 'RSA-PSS', hash: { name: 'SHA-384' } },
      usages: ['verify'],
    })
  })

  test.each<[string, string, object]>([
    ['of another type', 'RS256', keyOf('ES256')],
    ['on another curve', 'ES384', keyOf('ES256')],
    ['without a modulus', 'RS256', { ...keyOf('RS256'), n: undefined }],
    ['off its curve', 'ES256', { ...keyOf('ES256'), x: keyOf('ES256').y }],
    ['that are secrets', 'RS256', keyOf('HS256')],
    ['for another algorithm', 'RS256', { ...keyOf('RS256'), kty: 'AKP' }],
    ['for no algorithm that there is', 'none', keyOf('RS256')],
  ])('%s are unusable', async (_, alg, key) => {
    const signed = { input: 'e30.e30', signature: new Uint8Array(256) }
    expect(await verifySignature(signed, alg, [key as JWK])).toBe('key_unusable')
  })

  test('that the platform fails to apply have verified nothing', async () => {
    vi.spyOn(crypto.subtle, 'verify').mockRejectedValueOnce(new Error('no room'))
    expect(await verify(sign('ES256'), 'ES256', [keyOf('ES256')])).toBe('signature_invalid')
  })
})
