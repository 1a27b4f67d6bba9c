import {
  createAuth0OpaqueToken,
  encrypt,
  privateJwk,
  type EncryptOptions,
} from '../../support/jwe.ts'
import { changePart, encodePart, flipBit, respell } from '../../support/jws.ts'
import { createKey } from '../../support/keys.ts'
import { ENCRYPTION_KEYS, type World } from '../world.ts'
import { allow, bearer, deny, type Case, type Options } from './case.ts'

/** Token-spec §2.2 step 3, and cases 21 and 22 of §10: tokens encrypted to the API. */
export const encrypted = (): readonly Case[] => [
  ...withoutKeys(),
  ...opened(),
  ...unopened(),
  ...misshapen(),
  ...inner(),
  ...owners(),
  ...required(),
]

type Seal = Partial<EncryptOptions>
type Write = (world: World) => string

const { shared, any, sealed } = ENCRYPTION_KEYS
const SETTING: Options = {
  setting: 'encrypted',
  secrets: Object.values(privateJwk(shared)).flatMap((number) =>
    typeof number === 'string' && number.length > 16 ? number : [],
  ),
}

const sign: Write = ({ main }) => main.sign()
/** To the key of `main`, by its name. */
const sealTo = (token: string | Uint8Array, { header, ...options }: Seal = {}) =>
  encrypt(token, { key: shared.publicKey, header: { kid: shared.kid, ...header }, ...options })
const toAny = (alg?: string): Seal => ({
  key: any.publicKey,
  header: { kid: any.kid },
  ...(alg !== undefined && { alg }),
})

function withoutKeys(): readonly Case[] {
  const { publicKey: key } = createKey('RSA-OAEP-256')
  const refuse = (title: string, options: Seal) =>
    deny(
      '21',
      title,
      'encrypted_token_unsupported',
      bearer(({ main }) => encrypt(main.sign(), { key, ...options })),
    )
  return [
    refuse('an encrypted token, no key to open it', { header: { cty: 'JWT' } }),
    ...['RSA-OAEP-384', 'RSA-OAEP-512', 'RSA-OAEP', 'RSA1_5'].map((alg) =>
      refuse(`an encrypted token, by ${alg}`, { alg }),
    ),
    deny(
      '§1.4',
      'an encrypted token that does not say how its content is encrypted',
      'encrypted_token_unsupported',
      bearer(({ main }) => {
        const [, ...rest] = encrypt(main.sign(), { key }).split('.')
        return [encodePart('{"alg":"RSA-OAEP-256"}'), ...rest].join('.')
      }),
    ),
    deny(
      '22',
      'a compressed token, no key to open it: nothing is inflated',
      'encrypted_token_unsupported',
      bearer(() => encrypt('x'.repeat(1_000_000), { key, header: { zip: 'DEF' } })),
    ),
  ]
}

function opened(): readonly Case[] {
  const pass = (title: string, write: Write) => allow('21', title, bearer(write), SETTING)
  return [
    ...(['A128GCM', 'A256GCM', 'A128CBC-HS256', 'A256CBC-HS512'] as const).map((enc) =>
      pass(`a token encrypted by RSA-OAEP-256 with ${enc}`, (world) =>
        sealTo(sign(world), { enc, header: { cty: 'JWT' } }),
      ),
    ),
    ...['RSA-OAEP-384', 'RSA-OAEP-512'].map((alg) =>
      pass(`a token encrypted by ${alg}, for a key without \`alg\``, (world) =>
        sealTo(sign(world), toAny(alg)),
      ),
    ),
    pass('a token that names no key, where one fits', (world) =>
      sealTo(sign(world), { ...toAny('RSA-OAEP-384'), header: { kid: undefined } }),
    ),
    pass('an encrypted at+jwt', ({ main }) => sealTo(main.signRfc9068())),
    pass('a token in the clear, where none has to be encrypted', sign),
  ]
}

function unopened(): readonly Case[] {
  const refuse = (title: string, write: Write, number = '§2.2.3') =>
    deny(number, title, 'decryption_failed', bearer(write), { ...SETTING, hint: /RSA-OAEP-256/ })
  const refuseSealed = (title: string, options: Seal) =>
    refuse(title, (world) => sealTo(sign(world), options))
  const refuseHeader = (title: string, header: object) =>
    refuseSealed(title, { header: { ...header } })
  return [
    refuse(
      'a compressed token: nothing is inflated',
      () => sealTo('x'.repeat(1_000_000), { header: { zip: 'DEF' } }),
      '22',
    ),
    refuse('a compressed token', (world) => sealTo(sign(world), { header: { zip: 'DEF' } }), '22'),
    refuseSealed('encrypted by RSA-OAEP with SHA-1', { alg: 'RSA-OAEP' }),
    refuseSealed('encrypted by RSA1_5', { alg: 'RSA1_5' }),
    refuseSealed("encrypted by an algorithm that is not the key's", { alg: 'RSA-OAEP-512' }),
    refuseHeader('a password with a million rounds', {
      alg: 'PBES2-HS256+A128KW',
      p2s: 'AAAAAAAAAAA',
      p2c: 1_000_000,
    }),
    refuseHeader('encrypted to a curve', { alg: 'ECDH-ES', epk: {} }),
    refuseHeader('alg and enc exchanged', { alg: 'A256GCM', enc: 'RSA-OAEP-256' }),
    refuseSealed('an encoding that is not allowed', { enc: 'A192GCM' }),
    refuseHeader('a critical extension', { crit: ['exp'] }),
    refuseHeader('a key of its own', { jwk: { kty: 'RSA' } }),
    refuseHeader('a key elsewhere', { jku: 'https://keys.example.com/' }),
    refuseHeader('a count of rounds', { p2c: 1000 }),
    refuseHeader('the name of a key that nobody has', { kid: 'enc-3' }),
    refuseHeader('a path for a name', { kid: '../../enc-1' }),
    refuseHeader('a number for a name', { kid: 1 }),
    refuseHeader('no name, where several keys fit', { kid: undefined }),
    refuseSealed('encrypted to the key of somebody else', { key: any.publicKey }),
    ...['key', 'vector', 'ciphertext', 'tag'].map((name, index) =>
      refuse(`a token whose ${name} was changed`, (world) =>
        changePart(sealTo(sign(world)), index + 1, flipBit),
      ),
    ),
    refuse('a token whose header was changed', (world) =>
      changePart(sealTo(sign(world)), 0, (part) => {
        const header = Object(JSON.parse(Buffer.from(part, 'base64url').toString()))
        return encodePart(JSON.stringify({ ...header, cty: 'JWT' }))
      }),
    ),
  ]
}

/** What is wrong with the form is told before any key is looked at. */
function misshapen(): readonly Case[] {
  const headerText = '{"alg":"RSA-OAEP-256","kid":"enc-1","enc":"A128GCM","enc":"A256GCM"}'
  const refuse = (title: string, write: Write, options = SETTING) =>
    deny('§2.2.2', title, 'malformed_token', bearer(write), options)
  return [
    refuse('an encrypted token with `enc` twice', (world) => sealTo(sign(world), { headerText })),
    refuse('the same, no key to open it', (world) => sealTo(sign(world), { headerText }), {}),
    refuse('an encrypted token with its tag in another spelling', (world) =>
      changePart(sealTo(sign(world)), 4, respell),
    ),
    refuse('an encrypted token with padding', (world) => `${sealTo(sign(world))}==`),
    deny(
      '11',
      "Auth0's opaque token, where there are keys",
      'opaque_token',
      bearer(() => createAuth0OpaqueToken('https://t.auth0.com/')),
      { ...SETTING, hint: /audience=/ },
    ),
  ]
}

function inner(): readonly Case[] {
  const refuse = (title: string, code: Parameters<typeof deny>[2], write: Write) =>
    deny(
      '21',
      title,
      code,
      bearer((world) => sealTo(write(world))),
      SETTING,
    )
  return [
    refuse('inside, alg none', 'alg_not_allowed', ({ main }) => main.sign({}, { alg: 'none' })),
    refuse('inside, another encrypted token', 'malformed_token', (world) => sealTo(sign(world))),
    refuse('inside, some text', 'malformed_token', () => 'not a token at all'),
    refuse('inside, nothing', 'malformed_token', () => ''),
    refuse('inside, a loose spelling', 'malformed_token', ({ main }) =>
      respellSignature(main.sign()),
    ),
    refuse('inside, a forged signature', 'signature_invalid', ({ main }) =>
      main.sign({}, {}, { key: createKey('RS256', { nth: 1, kid: 'rs256-0' }) }),
    ),
    refuse('inside, an expired token', 'token_expired', ({ main }) =>
      main.sign({ iat: 0, exp: 1 }),
    ),
    refuse('inside, a token for another API', 'audience_mismatch', ({ main }) =>
      main.sign({ aud: 'https://other.example.com' }),
    ),
    refuse('inside, an ID token', 'id_token_used', ({ main }) => main.sign({ nonce: 'x' })),
    deny(
      '21',
      'inside, a token without the scope',
      'insufficient_scope',
      bearer(({ main }) => sealTo(main.sign({ scope: 'read:b' }))),
      { ...SETTING, scope: 'read:a' },
    ),
  ]
}

const respellSignature = (token: string): string => changePart(token, 2, respell)

/** Whoever has a public key can encrypt to it: the issuer inside must be one that the key belongs to. */
function owners(): readonly Case[] {
  const toSealed: Seal = { key: sealed.publicKey, alg: sealed.alg, header: { kid: sealed.kid } }
  const refuse = (title: string, write: Write) =>
    deny('§2.2.3', title, 'issuer_mismatch', bearer(write), { ...SETTING, issuerRequests: 0 })
  return [
    allow(
      '§2.2.3',
      'a token of each issuer that shares the key',
      bearer(({ solo }) => sealTo(solo.sign())),
      SETTING,
    ),
    refuse("a token in another issuer's encryption", ({ main }) => sealTo(main.sign(), toSealed)),
    refuse('the reverse', ({ auth0 }) => sealTo(auth0.sign())),
    refuse('a token of an issuer that has no encryption', ({ rfc9068 }) =>
      sealTo(rfc9068.signRfc9068()),
    ),
    refuse('an encrypted token of nobody we know', ({ unlisted }) => sealTo(unlisted.sign())),
    allow(
      '§2.2.3',
      'an encrypted token where that is required',
      bearer(({ auth0 }) => sealTo(auth0.sign(), toSealed)),
      SETTING,
    ),
  ]
}

function required(): readonly Case[] {
  const options: Options = { ...SETTING, issuerRequests: 0, hint: /encrypted/ }
  return [
    deny(
      '§2.2.3',
      'a token in the clear where encryption is required',
      'encryption_required',
      bearer(({ auth0 }) => auth0.sign()),
      options,
    ),
    deny(
      '§2.2.3',
      'the same with a key that nobody has: no key is looked up',
      'encryption_required',
      bearer(({ auth0 }) => auth0.sign({}, { kid: 'unknown' })),
      options,
    ),
  ]
}
