import { sign } from 'node:crypto'
import { encodeLoosely, encodePart, respell } from '../../support/jws.ts'
import { createKey } from '../../support/keys.ts'
import { allow, bearer, cannotTell, deny, now, type Case, type Send } from './case.ts'
import { ALGORITHMS, SECRET, type World } from '../world.ts'

/** Token-spec §10 C, §1.3, §2.2 steps 2 to 7: header, key, signature, and how they are written. */
export const crypto = (): readonly Case[] => [
  ...algorithms(),
  ...headers(),
  ...keyIds(),
  ...keys(),
  ...signatures(),
  ...spellings(),
  ...texts(),
]

const cold = { setting: 'cold', issuerRequests: 0 } as const

function algorithms(): readonly Case[] {
  const refuse = (number: string, title: string, send: Send, options = {}) =>
    deny(number, title, 'alg_not_allowed', send, options)
  const publicPem = createKey().publicPem
  return [
    ...['none', 'None', 'nOnE'].map((alg) =>
      refuse(
        '23',
        `alg ${alg}, no signature`,
        bearer(({ cold }) => cold.sign({}, { alg })),
        cold,
      ),
    ),
    refuse(
      '23',
      'RS256 without a signature',
      bearer(({ main }) => main.sign({}, {}, { signature: '' })),
    ),
    refuse(
      '23',
      'alg none with a signature',
      bearer(({ cold }) => cold.sign({}, { alg: 'none' }, { signWith: 'RS256' })),
      cold,
    ),
    refuse(
      '24',
      'HS256, signed with the public key as PEM',
      bearer(({ cold }) => cold.sign({}, { alg: 'HS256' }, { secret: publicPem })),
      cold,
    ),
    refuse(
      '24',
      'HS256 where another issuer may use it',
      bearer(({ main }) => main.sign({}, { alg: 'HS256' }, { secret: publicPem })),
    ),
    refuse(
      '§1.3',
      'alg in lower case',
      bearer(({ main }) => main.sign({}, { alg: 'rs256' }, { signWith: 'RS256' })),
    ),
    refuse(
      '§1.3',
      'PS256 of an issuer that may use RS256 only',
      bearer(({ main }) => main.sign({}, { alg: 'PS256' })),
    ),
    refuse(
      '§1.3',
      'RS256 of an issuer that may not use it',
      bearer(({ curves }) =>
        curves.sign(
          {},
          { alg: 'RS256', kid: 'rs384-0' },
          { signWith: 'RS256', key: createKey('RS384') },
        ),
      ),
    ),
    ...ALGORITHMS.map((alg) =>
      allow(
        '§1.3',
        `${alg} where it is configured`,
        bearer(({ curves }) => curves.sign({}, {}, { key: createKey(alg) })),
      ),
    ),
    ...['HS256', 'HS384', 'HS512'].map((alg) =>
      allow(
        '§1.3',
        `${alg} with the secret`,
        bearer(({ secret }) => secret.sign({}, { alg, kid: undefined }, { secret: SECRET })),
        { issuerRequests: 0 },
      ),
    ),
    allow(
      '§1.3',
      'HS256 with the secret and some kid',
      bearer(({ secret }) => secret.sign({}, { alg: 'HS256' }, { secret: SECRET })),
      { issuerRequests: 0 },
    ),
    deny(
      '§1.3',
      'HS256 with another secret',
      'signature_invalid',
      bearer(({ secret }) => secret.sign({}, { alg: 'HS256' }, { secret: `${SECRET}.` })),
      { issuerRequests: 0, secrets: [SECRET] },
    ),
    refuse(
      '§1.3',
      'RS256 of an issuer that has a secret',
      bearer(({ secret }) => secret.sign()),
      { issuerRequests: 0 },
    ),
    allow(
      '§1.3',
      'RS256 with a key that names no alg',
      bearer(({ silent }) => silent.sign()),
    ),
    allow(
      '§1.3',
      'PS256 with a key that names no alg',
      bearer(({ silent }) => silent.sign({}, { alg: 'PS256' })),
    ),
    deny('§1.3', 'ES256 with a signature in DER', 'signature_invalid', derSigned),
  ]
}

const derSigned: Send = bearer(({ curves }) => {
  const key = createKey('ES256')
  const text = curves.sign({}, {}, { key }).split('.').slice(0, 2).join('.')
  return `${text}.${sign('sha256', Buffer.from(text), key.privateKey).toString('base64url')}`
})

function headers(): readonly Case[] {
  const { publicJwk: jwk } = createKey('RS256', { nth: 4 })
  const attacker = { key: createKey('RS256', { nth: 4, kid: 'attacker' }) }
  const critical = (title: string, header: object) =>
    deny(
      '26',
      title,
      'critical_header_unsupported',
      bearer(({ cold }) => cold.sign({}, { ...header })),
      cold,
    )
  const untrusted = (title: string, header: (world: World) => object) =>
    deny(
      '27',
      title,
      'untrusted_key_header',
      bearer((world) => world.cold.sign({}, { ...header(world) }, attacker)),
      cold,
    )
  return [
    critical('crit b64 and an unencoded payload', { crit: ['b64'], b64: false }),
    critical('an empty crit', { crit: [] }),
    critical('crit exp', { crit: ['exp'], exp: now() }),
    critical('b64 alone', { b64: true }),
    critical('crit that is no list', { crit: null }),
    untrusted('an embedded jwk that verifies', () => ({ jwk })),
    untrusted('jku on another host', ({ unlisted }) => ({ jku: unlisted.url('jwks') })),
    untrusted('jku on the host of the issuer', ({ cold }) => ({ jku: cold.url('jwks') })),
    untrusted('x5u on another host', ({ unlisted }) => ({ x5u: unlisted.url('/certificate') })),
    untrusted('a jwk that is null', () => ({ jwk: null })),
    allow(
      '§2.2.4',
      'x5c and x5t, which are ignored',
      bearer(({ main }) => main.sign({}, { x5c: ['MIIB'], x5t: 'AAAA', 'x5t#S256': 'AAAA' })),
    ),
    allow(
      '§2.2.4',
      'unknown members',
      bearer(({ main }) => main.sign({}, { cty: 'JWT', zip: 'DEF', ppt: 1 })),
    ),
    ...[1, null, ['RS256'], undefined].map((alg) =>
      deny(
        '§2.2.4',
        `alg ${JSON.stringify(alg)}`,
        'malformed_token',
        bearer(({ main }) => main.sign({}, { alg }, { signWith: 'RS256' })),
      ),
    ),
  ]
}

function keyIds(): readonly Case[] {
  const withKid = (kid: unknown) => bearer(({ main }) => main.sign({}, { kid }))
  return [
    ...[
      '../../x',
      "' OR 1=1",
      'https://evil.example/jwks.json',
      '__proto__',
      'constructor',
      'RS256-0',
    ].map((kid) => deny('28', `kid ${kid}`, 'unknown_key', withKid(kid))),
    deny('28', 'kid of 256 characters', 'unknown_key', withKid('k'.repeat(256))),
    deny('28', 'kid of 257 characters', 'kid_invalid', withKid('k'.repeat(257))),
    deny('28', 'kid of 10 KB', 'kid_invalid', withKid('k'.repeat(10_000)), { needs: ['8 KB'] }),
    ...[7, null, ['rs256-0'], { a: 1 }, ''].map((kid) =>
      deny('28', `kid ${JSON.stringify(kid)}`, 'kid_invalid', withKid(kid)),
    ),
    allow(
      '29',
      'no kid, one key that fits',
      bearer(({ solo }) => solo.sign({}, { kid: undefined })),
    ),
    deny('29', 'no kid, several keys that fit', 'kid_missing', withKid(undefined)),
  ]
}

function keys(): readonly Case[] {
  const signed = (kid: string) => bearer(({ main }) => main.sign({}, { kid }))
  const unusable = {
    'for-encryption': 'use enc',
    'signs-only': 'key_ops sign only',
    weak: '1024 bits',
    huge: 'more than 8192 bits',
    'exponent-3': 'the exponent 3',
    'exponent-even': 'an even exponent',
    private: 'private members',
    'private-too': 'the private member of a kind to come',
    'no-operations': 'key_ops that is no list',
    'use-null': 'use null',
    'alg-null': 'alg null',
    'for-rs512': 'another alg',
    symmetric: 'kty oct',
    curve: 'another kty',
    'unknown-curve': 'an unknown curve',
  }
  const shared = (nth: number) =>
    bearer(({ main }) => main.sign({}, {}, { key: createKey('RS256', { nth, kid: 'shared' }) }))
  const signedByTwin = bearer(({ main, twin }) => main.sign({}, {}, { key: twin.keys[0]! }))
  return [
    ...Object.entries(unusable).map(([kid, what]) =>
      deny('30', `a key with ${what}`, 'key_unusable', signed(kid)),
    ),
    deny(
      '30',
      'a weak key whose signature is good',
      'key_unusable',
      bearer(({ main }) =>
        main.sign({}, {}, { key: createKey('RS256', { bits: 1024, kid: 'weak' }) }),
      ),
    ),
    allow('30', 'a key with key_ops verify', signed('verifies')),
    allow('30', 'a key with key_ops sign and verify', signed('verifies-too')),
    allow(
      '30',
      'a key without use and alg',
      bearer(({ main }) =>
        main.sign({}, {}, { key: createKey('RS256', { nth: 1, kid: 'silent' }) }),
      ),
    ),
    ...[1, 2, 3].map((nth) => allow('§8.3', `the key number ${nth} of its kid`, shared(nth))),
    deny('§8.3', 'the key number 4 of its kid: three are tried', 'signature_invalid', shared(4)),
    allow(
      '§8.7',
      'a kid that another issuer has as well',
      bearer(({ twin }) => twin.sign()),
    ),
    deny(
      '§8.7',
      'the key that another issuer has under that kid',
      'signature_invalid',
      signedByTwin,
    ),
    deny(
      '§8.7',
      'the same the other way round',
      'signature_invalid',
      bearer(({ main, twin }) => twin.sign({}, {}, { key: main.keys[0]! })),
    ),
    cannotTell(
      '87',
      'an issuer that never answered',
      bearer(({ down }) => down.sign()),
    ),
  ]
}

function signatures(): readonly Case[] {
  const refuse = (title: string, send: Send) => deny('§2.2.7', title, 'signature_invalid', send)
  const altered = (change: (parts: readonly string[]) => readonly string[]): Send =>
    bearer(({ main }) => change(main.sign().split('.')).join('.'))
  const payload = (world: World) => encodePart(JSON.stringify(world.main.claims({ sub: 'admin' })))
  return [
    refuse(
      'another payload',
      bearer((world) => {
        const [head, , signature] = world.main.sign().split('.')
        return `${head}.${payload(world)}.${signature}`
      }),
    ),
    refuse(
      'another header',
      altered(([, body = '', signature = '']) => [
        encodePart('{"alg":"RS256","typ":"JWT","kid":"rs256-0","x":1}'),
        body,
        signature,
      ]),
    ),
    refuse(
      'a signature too short',
      altered(([head = '', body = '']) => [head, body, 'AAAA']),
    ),
    refuse(
      'a signature too long',
      altered(([head = '', body = '', signature = '']) => [
        head,
        body,
        `${signature.slice(0, -2)}AAAA`,
      ]),
    ),
    refuse(
      'a signature of zeros',
      altered(([head = '', body = '', signature = '']) => [
        head,
        body,
        'A'.repeat(signature.length),
      ]),
    ),
    refuse(
      'a key of nobody',
      bearer(({ main }) =>
        main.sign({}, {}, { key: createKey('RS256', { nth: 4, kid: 'rs256-0' }) }),
      ),
    ),
  ]
}

/** Step 2: each token has one spelling, or a deny list by hash would miss the others. */
function spellings(): readonly Case[] {
  const parts = ({ main }: World) => {
    const [head = '', body = '', signature = ''] = main.sign().split('.')
    return { head, body, signature }
  }
  const write = (text: (given: ReturnType<typeof parts>) => string): Send =>
    bearer((world) => text(parts(world)))
  const refuse = (number: string, title: string, send: Send) =>
    deny(number, title, 'malformed_token', send)
  return [
    deny(
      '33',
      'padding after the header',
      'malformed_authorization',
      write(({ head, body, signature }) => `${head}=.${body}.${signature}`),
    ),
    deny(
      '33',
      'padding after the payload',
      'malformed_authorization',
      write(({ head, body, signature }) => `${head}.${body}==.${signature}`),
    ),
    refuse(
      '33',
      'padding after the signature',
      write(({ head, body, signature }) => `${head}.${body}.${signature}==`),
    ),
    refuse(
      '§2.2.2',
      'a header in another spelling',
      bearer(({ main }) =>
        main.signParts(
          encodeLoosely(JSON.stringify(main.header())),
          encodePart(JSON.stringify(main.claims())),
        ),
      ),
    ),
    refuse(
      '§2.2.2',
      'a payload in another spelling',
      bearer(({ main }) =>
        main.signParts(
          encodePart(JSON.stringify(main.header())),
          encodeLoosely(JSON.stringify(main.claims())),
        ),
      ),
    ),
    refuse(
      '§2.2.2',
      'a signature in another spelling',
      write(({ head, body, signature }) => `${head}.${body}.${respell(signature)}`),
    ),
    refuse(
      '§2.2.2',
      'a payload of an impossible length',
      write(
        ({ head, body, signature }) =>
          `${head}.${body.slice(0, body.length - (body.length % 4))}A.${signature}`,
      ),
    ),
    refuse(
      '§2.2.2',
      'digits of another alphabet in the header',
      write(({ head, body, signature }) => `${head.slice(0, -4)}+/+/.${body}.${signature}`),
    ),
    refuse(
      '§2.2.2',
      'digits of another alphabet in the payload',
      write(({ head, body, signature }) => `${head}.${body.slice(0, -4)}+/+/.${signature}`),
    ),
    refuse(
      '§2.2.2',
      'digits of another alphabet in the signature',
      write(({ head, body, signature }) => `${head}.${body}.${signature.slice(0, -4)}+/+A`),
    ),
    refuse(
      '§2.2.2',
      'a tilde in the payload',
      write(({ head, body, signature }) => `${head}.${body}~.${signature}`),
    ),
    refuse(
      '§2.2.2',
      'an empty payload',
      write(({ head, signature }) => `${head}..${signature}`),
    ),
  ]
}

/** JSON may begin with these; the token is a JWT all the same (§1.4). */
const BLANKS = [' ', '\t', '\n', '\r\n']

const BOM = '\ufeff'

/** Step 2: JSON that means one thing. The signature is good. */
function texts(): readonly Case[] {
  const head = ({ main }: World, change = (text: string) => text) =>
    change(JSON.stringify(main.header()))
  const body = ({ main }: World, change = (text: string) => text) =>
    change(JSON.stringify(main.claims()))
  const inHeader = (change: (text: string) => string | Uint8Array): Send =>
    bearer((world) => world.main.signRaw(change(head(world)), body(world)))
  const inPayload = (change: (text: string) => string | Uint8Array): Send =>
    bearer((world) => world.main.signRaw(head(world), change(body(world))))
  const refuse = (title: string, send: Send) => deny('§2.2.2', title, 'malformed_token', send)
  const add = (members: string) => (text: string) => text.replace('{', `{${members},`)
  const nest = (levels: number) => add(`"deep":${'['.repeat(levels)}${']'.repeat(levels)}`)
  const nestObjects = (levels: number) =>
    add(`"deep":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)
  const withByte = (byte: number) => (text: string) =>
    Buffer.concat([
      Buffer.from(text.slice(0, -1)),
      Buffer.from(',"x":"'),
      Buffer.from([byte]),
      Buffer.from('"}'),
    ])
  return [
    deny('33', 'a payload that is not UTF-8', 'malformed_token', inPayload(withByte(0xff))),
    refuse('a header that is not UTF-8', inHeader(withByte(0xff))),
    refuse('half a character of UTF-8', inPayload(withByte(0xc3))),
    refuse(
      'a byte-order mark before the payload',
      inPayload((text) => BOM + text),
    ),
    // What begins with a mark does not look like a token any more.
    deny(
      '§2.2.2',
      'a byte-order mark before the header',
      'opaque_token',
      inHeader((text) => BOM + text),
    ),
    ...BLANKS.map((blank) =>
      allow(
        '§1.4',
        `a header that begins with ${JSON.stringify(blank)}`,
        inHeader((text) => blank + text),
      ),
    ),
    refuse('alg twice in the header', inHeader(add('"alg":"none"'))),
    refuse('kid twice in the header, once escaped', inHeader(add(String.raw`"\u006bid":"x"`))),
    refuse('a member twice in an object in the header', inHeader(add('"a":{"b":1,"b":2}'))),
    refuse('iss twice in the payload', inPayload(add('"iss":"https://evil.example/"'))),
    refuse('sub twice in the payload, to the same effect', inPayload(add('"sub":"auth0|123"'))),
    refuse(
      'scope twice in the payload, once escaped',
      inPayload(add(String.raw`"\u0073cope":"admin"`)),
    ),
    refuse('a member twice in an object', inPayload(add('"a":{"b":1,"b":1}'))),
    refuse('a member twice in an object in a list', inPayload(add('"a":[[{"b":1,"c":[],"b":1}]]'))),
    refuse('__proto__ twice', inPayload(add('"__proto__":1,"__proto__":2'))),
    allow(
      '§2.2.2',
      'text that looks like a member twice',
      inPayload(add(String.raw`"a":"\"b\":1,\"b\":2","b":"\\","c":["b:",":b"]`)),
    ),
    allow('§2.2.2', 'one name in two objects', inPayload(add('"a":{"sub":1},"b":{"sub":2}'))),
    allow(
      '§2.2.2',
      'letters beyond ASCII, escaped and not',
      inPayload(add(String.raw`"name":"Jörg \ud83d\ude00 😀"`)),
    ),
    allow('§2.2.2', 'lists nested 32 deep', inPayload(nest(31))),
    refuse('lists nested 33 deep', inPayload(nest(32))),
    refuse('objects nested 33 deep', inPayload(nestObjects(32))),
    refuse('lists nested 1000 deep in the header', inHeader(nest(1000))),
    refuse(
      'a payload that is a list',
      inPayload((text) => `[${text}]`),
    ),
    refuse(
      'a payload that is text',
      inPayload(() => '"sub"'),
    ),
    refuse(
      'a payload that is null',
      inPayload(() => 'null'),
    ),
    refuse(
      'a payload with a comma too many',
      inPayload((text) => text.replace('}', ',}')),
    ),
    refuse(
      'a payload with more behind it',
      inPayload((text) => `${text}{}`),
    ),
    refuse(
      'a header with more behind it',
      inHeader((text) => `${text},`),
    ),
    allow(
      '§2.2.2',
      'white space around the JSON',
      inPayload((text) => ` \n${text}\r\n\t`),
    ),
  ]
}
