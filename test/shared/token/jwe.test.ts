import { CompactEncrypt, exportJWK, generateKeyPair, type CompactJWEHeaderParameters } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAuthorizer } from '../../../shared/index.ts'
import type { Decision, Issuer } from '../../../shared/index.ts'
import { createAuth0OpaqueToken, encrypt, privateJwk, writeKeySet } from '../../support/jwe.ts'
import type { EncryptOptions } from '../../support/jwe.ts'
import { changePart, encodeLoosely, encodePart, flipBit, respell } from '../../support/jws.ts'
import { createKey, type TestKey } from '../../support/keys.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../../support/scripted-issuer.ts'

const AUDIENCE = 'https://api.example.com'
/** Apart from those that sign. */
const [first, second, third, fourth] = [5, 6, 7, 8].map((nth) =>
  createKey('RSA-OAEP-256', { nth }),
) as [TestKey, TestKey, TestKey, TestKey]

let main: ScriptedIssuer
let other: ScriptedIssuer
beforeAll(async () => {
  main = await startScriptedIssuer()
  other = await startScriptedIssuer()
})
beforeEach(() => {
  for (const issuer of [main, other]) issuer.requests.clear()
})
afterAll(() => Promise.all([main.close(), other.close()]))

type Secrets = Readonly<Record<string, string>>

/** An authorizer for issuers with these keys; those of `main`, unless told of others. */
function open(
  environment: Secrets,
  ...issuers: readonly Partial<Issuer>[]
): (token: string) => Promise<Decision> {
  const entries = issuers.length > 0 ? issuers : [{ decryptionKeys: { env: 'MAIN' } }]
  const config = {
    issuers: entries.map((entry, index) => ({
      issuer: [main, other][index]?.issuer ?? '',
      audience: AUDIENCE,
      ...entry,
    })),
  }
  const authorizer = createAuthorizer(config, { environment })
  return (token) =>
    authorizer.authorize({
      method: 'GET',
      path: '/a',
      headers: { authorization: `Bearer ${token}` },
    })
}

const one = writeKeySet(privateJwk(first, { kid: 'enc-1' }))
const seal = (token: string | Uint8Array, options: Partial<EncryptOptions> = {}) =>
  encrypt(token, { key: first.publicKey, ...options })

const codeOf = (decision: Decision): string | null =>
  decision.outcome === 'allow' ? null : decision.code

/** The names of the algorithms that the platform decrypted by, since last asked. */
function watchDecrypt() {
  const spy = vi.spyOn(crypto.subtle, 'decrypt')
  return {
    done() {
      const names = spy.mock.calls.map(([algorithm]) =>
        typeof algorithm === 'string' ? algorithm : algorithm.name,
      )
      spy.mockClear()
      return names
    },
    end: () => spy.mockRestore(),
  }
}

describe('an encrypted token', () => {
  it.each(
    ['RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'].flatMap((alg) =>
      (['A128GCM', 'A256GCM', 'A128CBC-HS256', 'A256CBC-HS512'] as const).map(
        (enc) => [alg, enc] as const,
      ),
    ),
  )('is opened: %s with %s', async (alg, enc) => {
    const decision = await open({ MAIN: one })(seal(main.sign(), { alg, enc }))
    expect(decision).toMatchObject({
      outcome: 'allow',
      identity: { subject: 'auth0|123', issuer: main.issuer, tokenKind: 'jwt' },
    })
  })

  it('is opened by a key that says what it is for, in whatever words', async () => {
    for (const members of [{ use: 'enc', key_ops: ['decrypt'] }, { key_ops: ['unwrapKey'] }]) {
      const ask = open({ MAIN: writeKeySet(privateJwk(first, { ...members, ext: true })) })
      expect(codeOf(await ask(seal(main.sign())))).toBeNull()
      expect(codeOf(await ask(seal(main.sign(), { alg: 'RSA-OAEP-512' })))).toBeNull()
    }
  })

  it('may have a type, a content type, a certificate, and members that mean nothing', async () => {
    const header = { typ: 'JWT', cty: 'at+jwt', x5t: 'AAAA', iss: 'x', constructor: 1 }
    expect(codeOf(await open({ MAIN: one })(seal(main.sign(), { header })))).toBeNull()
  })

  it('without any key is not supported, whatever it is', async () => {
    const ask = open({}, {})
    expect(codeOf(await ask(seal(main.sign())))).toBe('encrypted_token_unsupported')
    const zipped = seal(main.sign(), { alg: 'RSA1_5', header: { zip: 'DEF' } })
    expect(codeOf(await ask(zipped))).toBe('encrypted_token_unsupported')
  })

  it("is not Auth0's opaque token, but is what has no `enc`", async () => {
    const ask = open({ MAIN: one })
    expect(codeOf(await ask(createAuth0OpaqueToken(main.issuer)))).toBe('opaque_token')
    const nothing = changePart(seal(main.sign()), 0, () => encodePart('{"alg":"RSA-OAEP-256"}'))
    expect(codeOf(await ask(nothing))).toBe('decryption_failed')
  })
})

describe('the form of an encrypted token', () => {
  const forms: Readonly<Record<string, () => string>> = {
    'a header with a member twice': () => {
      const headerText = '{"alg":"RSA-OAEP-256","enc":"A128GCM","enc":"A256GCM"}'
      return seal(main.sign(), { headerText })
    },
    'a header that is no JSON': () => seal(main.sign(), { headerText: '{"alg":' }),
    'a header in another spelling': () =>
      changePart(seal(main.sign()), 0, (part) =>
        encodeLoosely(Buffer.from(part, 'base64url').toString()),
      ),
    'a key in another spelling': () => changePart(seal(main.sign()), 1, respell),
    'a tag in another spelling': () => changePart(seal(main.sign()), 4, respell),
    'a part with padding': () => `${seal(main.sign())}==`,
    'a part with a foreign digit': () =>
      changePart(seal(main.sign()), 2, (part) => `${part.slice(1)}+`),
  }

  it.each(Object.entries(forms))('is judged before anything else: %s', async (_, write) => {
    const token = write()
    expect(codeOf(await open({ MAIN: one })(token))).toBe('malformed_token')
    expect(codeOf(await open({}, {})(token))).toBe('malformed_token')
  })
})

describe('decryption fails', () => {
  const sealed = () => seal(main.sign())
  const header = (members: object) => () => seal(main.sign(), { header: { ...members } })
  const failures: Readonly<Record<string, () => string>> = {
    'by SHA-1': () => seal(main.sign(), { alg: 'RSA-OAEP' }),
    'by PKCS #1 v1.5': () => seal(main.sign(), { alg: 'RSA1_5' }),
    'by an algorithm in lower case': header({ alg: 'rsa-oaep-256' }),
    'by PBES2 with a million rounds': header({
      alg: 'PBES2-HS256+A128KW',
      p2s: 'AAAAAAAAAAA',
      p2c: 1_000_000,
    }),
    'by ECDH': header({ alg: 'ECDH-ES+A256KW', epk: {} }),
    'by AES key wrapping': header({ alg: 'A256KW' }),
    'without alg': header({ alg: undefined }),
    'with alg and enc exchanged': header({ alg: 'A256GCM', enc: 'RSA-OAEP-256' }),
    'with A192GCM': () => seal(main.sign(), { enc: 'A192GCM' }),
    'with A192CBC-HS384': () => seal(main.sign(), { enc: 'A192CBC-HS384' }),
    ...Object.fromEntries(
      [
        'zip',
        'crit',
        'b64',
        'jwk',
        'jku',
        'x5u',
        'p2s',
        'p2c',
        'epk',
        'apu',
        'apv',
        'iv',
        'tag',
      ].map((name) => [`with ${name}`, header({ [name]: name === 'zip' ? 'DEF' : 'x' })]),
    ),
    'with zip that is null': header({ zip: null }),
    'with a critical extension that jose knows': header({ crit: ['b64'], b64: true }),
    'with a kid that nobody has': header({ kid: 'enc-2' }),
    'with a kid that is a number': header({ kid: 1 }),
    'with a kid that is a prototype': header({ kid: '__proto__' }),
    'with a kid of 5 KB': header({ kid: 'x'.repeat(5000) }),
    'for a key of somebody else': () => seal(main.sign(), { key: second.publicKey }),
    'with its header changed': () =>
      changePart(sealed(), 0, () => encodePart('{"enc":"A256GCM","alg":"RSA-OAEP-256"}')),
    'with its key changed': () => changePart(sealed(), 1, flipBit),
    'with its key missing': () => changePart(sealed(), 1, () => ''),
    'with its key cut': () => changePart(sealed(), 1, (part) => part.slice(0, 340)),
    'with its vector changed': () => changePart(sealed(), 2, flipBit),
    'with its vector missing': () => changePart(sealed(), 2, () => ''),
    'with its ciphertext changed': () => changePart(sealed(), 3, flipBit),
    'with its ciphertext missing': () => changePart(sealed(), 3, () => ''),
    'with its tag changed': () => changePart(sealed(), 4, flipBit),
    'with its tag cut': () => changePart(sealed(), 4, (part) => part.slice(0, 20)),
    'with its tag missing': () => changePart(sealed(), 4, () => ''),
    'with its key for the wrong size of content': () =>
      changePart(sealed(), 1, () => seal('x', { enc: 'A128GCM' }).split('.')[1] ?? ''),
    'with the tag of CBC changed': () =>
      changePart(seal(main.sign(), { enc: 'A128CBC-HS256' }), 4, flipBit),
  }

  it.each(Object.entries(failures))('in one way for all: %s', async (_, write) => {
    const decision = await open({ MAIN: one })(write())
    expect(decision).toEqual({
      outcome: 'deny',
      status: 401,
      code: 'decryption_failed',
      route: null,
      description: 'decryption failed',
      hint: "Encrypt to this API's key: RSA-OAEP-256, A256GCM, no `zip`.",
      challenges: [
        'Bearer realm="api", error="invalid_token", error_description="decryption failed"',
      ],
    })
    expect(main.requests.log).toEqual([])
  })

  it.each([
    ['PBES2-HS256+A128KW', { p2c: 1000 }],
    ['A256KW', {}],
  ])('for what jose itself writes: %s', async (alg, parameters) => {
    const token = await new CompactEncrypt(Buffer.from(main.sign()))
      .setProtectedHeader({ alg, enc: 'A256GCM' } as CompactJWEHeaderParameters)
      .setKeyManagementParameters(parameters)
      .encrypt(new Uint8Array(32))
    expect(codeOf(await open({ MAIN: one })(token))).toBe('decryption_failed')
  })

  it('for a curve', async () => {
    const { publicKey } = await generateKeyPair('ECDH-ES')
    const token = await new CompactEncrypt(Buffer.from(main.sign()))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .encrypt(await exportJWK(publicKey))
    expect(codeOf(await open({ MAIN: one })(token))).toBe('decryption_failed')
  })

  it('with the same work, whichever half is broken', async () => {
    const work = watchDecrypt()
    await open({ MAIN: one })(changePart(sealed(), 1, flipBit))
    expect(work.done()).toEqual(['RSA-OAEP', 'AES-GCM'])
    await open({ MAIN: one })(changePart(sealed(), 4, flipBit))
    expect(work.done()).toEqual(['RSA-OAEP', 'AES-GCM'])
    await open({ MAIN: one })(header({ zip: 'DEF' })())
    expect(work.done()).toEqual([])
    work.end()
  })

  it('before anything is inflated', async () => {
    const inflate = vi.spyOn(globalThis, 'DecompressionStream')
    const bomb = seal('x'.repeat(1_000_000), { header: { zip: 'DEF' } })
    expect(bomb.length).toBeLessThan(2500)
    expect(codeOf(await open({ MAIN: one })(bomb))).toBe('decryption_failed')
    expect(inflate).not.toHaveBeenCalled()
    inflate.mockRestore()
  })
})

describe('the choice of key', () => {
  const set = (...kids: readonly (string | undefined)[]) =>
    writeKeySet(
      ...kids.map((kid, index) =>
        privateJwk([first, second, third, fourth][index] ?? first, { kid }),
      ),
    )
  const sealFor = ({ publicKey: key }: TestKey, kid?: string) =>
    seal(main.sign(), { key, header: { kid } })

  it('goes by name', async () => {
    const ask = open({ MAIN: set('a', 'b') })
    expect(codeOf(await ask(sealFor(first, 'a')))).toBeNull()
    expect(codeOf(await ask(sealFor(second, 'b')))).toBeNull()
    expect(codeOf(await ask(sealFor(second, 'a')))).toBe('decryption_failed')
    expect(codeOf(await ask(sealFor(first, 'c')))).toBe('decryption_failed')
  })

  it('takes the only key for a token that names none', async () => {
    expect(codeOf(await open({ MAIN: set('a') })(sealFor(first)))).toBeNull()
    expect(codeOf(await open({ MAIN: set('a', 'b') })(sealFor(first)))).toBe('decryption_failed')
  })

  it('takes the only key that fits', async () => {
    const ask = open({
      MAIN: writeKeySet(
        privateJwk(first, { alg: 'RSA-OAEP-256', kid: 'a' }),
        privateJwk(second, { alg: 'RSA-OAEP-512', kid: 'a' }),
      ),
    })
    const sealWith = (alg: string, { publicKey: key }: TestKey) => seal(main.sign(), { alg, key })
    expect(codeOf(await ask(sealWith('RSA-OAEP-256', first)))).toBeNull()
    expect(codeOf(await ask(sealWith('RSA-OAEP-512', second)))).toBeNull()
    expect(codeOf(await ask(sealWith('RSA-OAEP-384', first)))).toBe('decryption_failed')
  })

  it('takes a key without a name for any name', async () => {
    expect(codeOf(await open({ MAIN: set(undefined) })(sealFor(first, 'whatever')))).toBeNull()
  })

  it('tries three of one name, and no fourth', async () => {
    const ask = open({ MAIN: set('a', 'a', 'a', 'a') })
    expect(codeOf(await ask(sealFor(third, 'a')))).toBeNull()
    const work = watchDecrypt()
    expect(codeOf(await ask(sealFor(fourth, 'a')))).toBe('decryption_failed')
    expect(work.done().filter((name) => name === 'RSA-OAEP')).toHaveLength(3)
    work.end()
  })
})

describe('what is inside', () => {
  const ask = (token: string | Uint8Array) => open({ MAIN: one })(seal(token))

  it.each([
    ['nothing', ''],
    ['some text', 'hello'],
    ['claims that nobody signed', '{"iss":"x"}'],
    ['a JWS as JSON', '{"payload":"e30","signatures":[]}'],
    ['an opaque token', 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'],
    ['a token of GitHub', 'gho_16C7e42F292c6912E7710c838347Ae178B4a'],
    ["Auth0's opaque token", createAuth0OpaqueToken('https://t.auth0.com/')],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe)],
  ])('is malformed when it is %s', async (_, plaintext) => {
    expect(codeOf(await ask(plaintext))).toBe('malformed_token')
  })

  it('is malformed when it is encrypted again', async () => {
    expect(codeOf(await ask(seal(main.sign())))).toBe('malformed_token')
  })

  it('begins anew with its form, then its header', async () => {
    const [head = '', body = '', signature = ''] = main.sign().split('.')
    expect(codeOf(await ask(`${head}.${body}=.${signature}`))).toBe('malformed_token')
    expect(codeOf(await ask(` ${head}.${body}.${signature}`))).toBe('malformed_token')
    expect(codeOf(await ask(`${head}.${body}.${respell(signature)}`))).toBe('malformed_token')
    const twice = main.signRaw('{"alg":"RS256","alg":"RS256"}', JSON.stringify(main.claims()))
    expect(codeOf(await ask(twice))).toBe('malformed_token')
  })

  it.each([
    ['alg_not_allowed', () => main.sign({}, { alg: 'none' })],
    ['alg_not_allowed', () => main.sign({}, {}, { signature: '' })],
    ['critical_header_unsupported', () => main.sign({}, { crit: ['exp'] })],
    ['wrong_token_type', () => main.sign({}, { typ: 'dpop+jwt' })],
    [
      'signature_invalid',
      () => main.sign({}, {}, { key: { ...createKey('RS256', { nth: 1 }), kid: 'rs256-0' } }),
    ],
    ['audience_mismatch', () => main.sign({ aud: 'https://other.example.com' })],
    ['token_expired', () => main.sign({ exp: 1, iat: 0 })],
    ['id_token_used', () => main.sign({ nonce: 'x' })],
  ])('is judged as if it had come alone: %s', async (code, write) => {
    expect(codeOf(await ask(write()))).toBe(code)
  })

  it('is no larger than what is around it', async () => {
    const token = seal(main.sign({ pad: 'x'.repeat(17_000) }))
    expect(codeOf(await open({ MAIN: one })(token))).toBe('token_too_large')
  })
})

describe('the owner of the key', () => {
  const keys = {
    MAIN: writeKeySet(privateJwk(first, { kid: 'enc-1' })),
    OTHER: writeKeySet(privateJwk(second, { kid: 'enc-2' })),
  }
  const apart = () =>
    open(keys, { decryptionKeys: { env: 'MAIN' } }, { decryptionKeys: { env: 'OTHER' } })

  it('must have signed', async () => {
    const ask = apart()
    const to = ({ publicKey: key }: TestKey, kid: string) => ({ key, header: { kid } })
    expect(codeOf(await ask(seal(main.sign(), to(first, 'enc-1'))))).toBeNull()
    expect(codeOf(await ask(seal(other.sign(), to(second, 'enc-2'))))).toBeNull()
    main.requests.clear()
    other.requests.clear()
    expect(codeOf(await ask(seal(main.sign(), to(second, 'enc-2'))))).toBe('issuer_mismatch')
    expect(codeOf(await ask(seal(other.sign(), to(first, 'enc-1'))))).toBe('issuer_mismatch')
    expect([...main.requests.log, ...other.requests.log]).toEqual([])
  })

  it('is found among keys of one name', async () => {
    const twins = { ...keys, OTHER: writeKeySet(privateJwk(second, { kid: 'enc-1' })) }
    const ask = open(
      twins,
      { decryptionKeys: { env: 'MAIN' } },
      { decryptionKeys: { env: 'OTHER' } },
    )
    const header = { kid: 'enc-1' }
    expect(codeOf(await ask(seal(other.sign(), { key: second.publicKey, header })))).toBeNull()
    expect(codeOf(await ask(seal(main.sign(), { key: second.publicKey, header })))).toBe(
      'issuer_mismatch',
    )
  })

  it('may be two issuers: a tenant and its custom domain', async () => {
    const shared = { decryptionKeys: { env: 'MAIN' } }
    const ask = open(keys, shared, shared)
    expect(codeOf(await ask(seal(main.sign())))).toBeNull()
    expect(codeOf(await ask(seal(other.sign())))).toBeNull()
  })

  it('is not an issuer without keys', async () => {
    const ask = open(keys, { decryptionKeys: { env: 'MAIN' } }, {})
    expect(codeOf(await ask(seal(other.sign())))).toBe('issuer_mismatch')
    expect(codeOf(await ask(other.sign()))).toBeNull()
  })
})

describe('where encryption is required', () => {
  const required = { decryptionKeys: { env: 'MAIN' }, encryption: 'required' } as const
  const ask = (token: string) => open({ MAIN: one }, required, {})(token)

  it('an encrypted token passes', async () => {
    expect(codeOf(await ask(seal(main.sign())))).toBeNull()
  })

  it('one in the clear is refused once its issuer is known, and no key is fetched', async () => {
    expect(codeOf(await ask(main.sign()))).toBe('encryption_required')
    expect(codeOf(await ask(main.sign({}, { kid: 'unknown' })))).toBe('encryption_required')
    expect(main.requests.log).toEqual([])
    expect(codeOf(await ask(main.sign({ iss: 'https://x.example.com/' })))).toBe('issuer_mismatch')
    expect(codeOf(await ask(main.sign({}, { alg: 'none' })))).toBe('alg_not_allowed')
  })

  it('a token of another issuer passes in the clear', async () => {
    expect(codeOf(await ask(other.sign()))).toBeNull()
  })

  it('a header that is known changes nothing', async () => {
    const asked = open({ MAIN: one }, required, {})
    expect(codeOf(await asked(seal(main.sign())))).toBeNull()
    expect(codeOf(await asked(main.sign()))).toBe('encryption_required')
  })
})
