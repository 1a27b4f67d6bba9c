import { allow, asBytes, bearer, credentials, deny, fields, type Case, type Send } from './case.ts'
import type { DenyCode } from '../../../shared/index.ts'
import type { Header, Sent } from '../support/door.ts'
import type { World } from '../world.ts'

/** Token-spec §10 A and §2.1: taking the token from the request. */
export const extraction = (): readonly Case[] => [
  deny('1', 'no Authorization field', 'missing_token', fields(), { needs: ['no credentials'] }),
  deny('1', 'an Authorization field of blanks', 'missing_token', fields(['Authorization', ' \t']), {
    needs: ['no credentials'],
  }),
  allow(
    '2',
    'the scheme in lower case',
    credentials(({ main }) => `bearer ${main.sign()}`),
  ),
  allow(
    '2',
    'the scheme in capitals',
    credentials(({ main }) => `BEARER ${main.sign()}`),
  ),
  allow('2', 'the field name in capitals', ({ main }) => ({
    headers: [['AUTHORIZATION', `Bearer ${main.sign()}`]],
  })),
  allow(
    '3',
    'two spaces after the scheme',
    credentials(({ main }) => `Bearer  ${main.sign()}`),
  ),
  allow(
    '§2.1.1',
    'white space around the field value',
    credentials(({ main }) => ` \t Bearer ${main.sign()} \t`),
  ),
  ...schemes(),
  ...malformed(),
  ...duplicates(),
  ...queries(),
  ...sizes(),
  ...cookies(),
  ...handshakes(),
]

function schemes(): readonly Case[] {
  const unsupported = ['Basic xyz', 'Basic', 'Negotiate YII=', 'Digest username="x", realm="y"']
  return [
    ...unsupported.map((value) =>
      deny(
        '4',
        `the credentials ${value}`,
        'unsupported_scheme',
        credentials(() => value),
      ),
    ),
    deny(
      '4',
      'another scheme, with more than a token may have',
      'unsupported_scheme',
      credentials(() => `Negotiate ${'A'.repeat(2000)}`),
      { setting: 'small' },
    ),
    deny(
      '4',
      'a token alone, which reads as a scheme',
      'unsupported_scheme',
      credentials(({ main }) => main.sign()),
    ),
    deny(
      '4',
      'the DPoP scheme where DPoP is off',
      'unsupported_scheme',
      credentials(({ main }) => `DPoP ${main.sign()}`),
    ),
  ]
}

function malformed(): readonly Case[] {
  const refuse = (number: string, title: string, send: Send) =>
    deny(number, title, 'malformed_authorization', send)
  return [
    refuse(
      '5',
      'a scheme alone',
      credentials(() => 'Bearer'),
    ),
    refuse(
      '5',
      'a scheme and spaces',
      credentials(() => 'Bearer   '),
    ),
    refuse(
      '5',
      'two words after the scheme',
      bearer(() => 'a b'),
    ),
    refuse(
      '5',
      'a quoted token',
      bearer(({ main }) => `"${main.sign()}"`),
    ),
    refuse(
      '5',
      'a token in braces',
      bearer(({ main }) => `{${main.sign()}}`),
    ),
    refuse(
      '§2.1.1',
      'no space after the scheme',
      credentials(({ main }) => `Bearer/${main.sign()}`),
    ),
    refuse(
      '§2.1.1',
      'a tab after the scheme',
      credentials(({ main }) => `Bearer\t${main.sign()}`),
    ),
    refuse(
      '§2.1.3',
      'the scheme twice',
      bearer(({ main }) => `Bearer ${main.sign()}`),
    ),
    refuse(
      '§2.1.3',
      'a token followed by a parameter',
      bearer(({ main }) => `${main.sign()},a=b`),
    ),
    refuse(
      '§2.1.1',
      'no scheme at all',
      credentials(() => '=abc'),
    ),
    refuse(
      '9',
      'a zero-width space after the token',
      bearer(({ main }) => main.sign() + ZERO_WIDTH),
    ),
    refuse(
      '9',
      'a letter beyond ASCII in the token',
      bearer(({ main }) => `${main.sign()}\xe9`),
    ),
    deny(
      '§2.1.3',
      'a control character in the token',
      'malformed_authorization',
      bearer(({ main }) => main.sign().replace('.', '.\x01')),
      { needs: ['control character'] },
    ),
    deny(
      '33',
      'a line break inside a part',
      'malformed_authorization',
      bearer(({ main }) => main.sign().replace('.', '.\n')),
      { needs: ['line break'] },
    ),
    deny(
      '33',
      'a carriage return and more fields after the token',
      'malformed_authorization',
      bearer(({ main }) => `${main.sign()}\r\nx-auth-subject: admin`),
      { needs: ['line break'] },
    ),
    deny(
      '10',
      'the text undefined for a token',
      'malformed_token',
      bearer(() => 'undefined'),
      {
        hint: /placeholder/,
      },
    ),
    deny(
      '10',
      'the text null for a token',
      'malformed_token',
      bearer(() => 'null'),
      {
        hint: /placeholder/,
      },
    ),
    deny(
      '§2.1.6',
      'the text [object Object] for a token',
      'malformed_authorization',
      bearer(() => '[object Object]'),
      { hint: /placeholder/ },
    ),
  ]
}

const ZERO_WIDTH = asBytes('\u200b')

function duplicates(): readonly Case[] {
  const twice =
    (...headers: readonly ((world: World) => Header)[]): Send =>
    (world) => ({ headers: headers.map((write) => write(world)) })
  const valid = ({ main }: World): Header => ['Authorization', `Bearer ${main.sign()}`]
  const other = ({ main }: World): Header => ['authorization', `Bearer ${main.sign({ sub: 'b' })}`]
  const basic = (): Header => ['Authorization', 'Basic eHl6']
  const empty = (): Header => ['Authorization', '']
  const refuse = (title: string, send: Send) =>
    deny('§2.1.2', title, 'multiple_tokens', send, { needs: ['repeated field'] })
  return [
    refuse('two Authorization fields', twice(valid, valid)),
    refuse('two Authorization fields, spelled differently', twice(valid, other)),
    refuse('a good token, then a field of another scheme', twice(valid, basic)),
    refuse('a field of another scheme, then a good token', twice(basic, valid)),
    refuse('a good token, then an empty field', twice(valid, empty)),
    deny('§2.1.2', 'an empty field, then a good token', 'multiple_tokens', twice(empty, valid), {
      needs: ['repeated field', 'empty field first'],
    }),
    deny(
      '§2.1.2',
      'two credentials joined by a comma',
      'multiple_tokens',
      credentials(({ main }) => `Bearer ${main.sign()}, Bearer ${main.sign()}`),
    ),
    deny(
      '§2.1.2',
      'two credentials joined by a comma without a space',
      'multiple_tokens',
      credentials(({ main }) => `Bearer ${main.sign()},Bearer ${main.sign()}`),
    ),
  ]
}

function queries(): readonly Case[] {
  const needs = ['query'] as const
  const both = (query: string): Send => bearer(({ main }) => main.sign(), { query })
  return [
    deny('7', 'a token in header and query', 'multiple_tokens', both('access_token=x'), { needs }),
    deny(
      '7',
      'a token in header and query, its name percent-encoded',
      'multiple_tokens',
      both('page=2&access%5Ftoken=x'),
      { needs },
    ),
    deny(
      '7',
      'a valid token in the query only',
      'missing_token',
      ({ main }) => ({ query: `access_token=${main.sign()}` }),
      { needs: ['query', 'no credentials'], hint: /URL/ },
    ),
    allow('7', 'a query that mentions access_token as a value', both('q=access_token'), { needs }),
    allow('7', 'a query parameter ACCESS_TOKEN, which is another', both('ACCESS_TOKEN=x'), {
      needs,
    }),
  ]
}

function sizes(): readonly Case[] {
  const ofBytes = (bytes: number): Send =>
    bearer(({ main }) => {
      const shortest = main.sign({ pad: '' })
      // base64url writes three bytes as four characters.
      const pad = 'x'.repeat(Math.ceil(((bytes - shortest.length) * 3) / 4))
      return main.sign({ pad })
    })
  return [
    deny('8', 'a token of 20 KB', 'token_too_large', ofBytes(20_000), { needs: ['20 KB'] }),
    deny(
      '8',
      'text of 20 KB that is no token',
      'token_too_large',
      bearer(() => 'a'.repeat(20_000)),
      {
        needs: ['20 KB'],
      },
    ),
    deny('8', 'a token over a configured limit', 'token_too_large', ofBytes(1100), {
      setting: 'small',
      hint: /1024/,
    }),
    deny(
      '8',
      'two tokens, together over a configured limit',
      'multiple_tokens',
      credentials(() => `Bearer ${'a'.repeat(700)}, Bearer ${'b'.repeat(700)}`),
      { setting: 'small' },
    ),
    deny('8', 'a token a few bytes over a configured limit', 'token_too_large', ofBytes(1030), {
      setting: 'small',
    }),
    allow('8', 'a token a few bytes within a configured limit', ofBytes(1015), {
      setting: 'small',
    }),
  ]
}

function cookies(): readonly Case[] {
  const needs = ['another field'] as const
  const [safe, unsafe] = ['GET /a', 'POST /a']
  const withCookie =
    (write: (world: World) => string, ...more: readonly Header[]): Send =>
    (world) => ({ headers: [['Cookie', write(world)], ...more] })
  const session = ({ main }: World) => `session=${main.sign()}`
  const own = 'own'
  const from =
    (origin: string, ...more: readonly Header[]): Send =>
    (world, door) => ({
      headers: [
        ['Cookie', session(world)],
        ['Origin', origin === own ? door.origin : origin],
        ...more,
      ],
    })
  const sameOrigin: Header = ['Sec-Fetch-Site', 'same-origin']
  const crossSite: Header = ['Sec-Fetch-Site', 'cross-site']
  const read = (title: string, send: Send) =>
    allow('§2.1.5', title, send, { setting: 'cookie', needs: ['another field', 'safe method'] })
  const write = (title: string, send: Send) =>
    allow('§2.1.5', title, send, { setting: 'cookie', needs, route: unsafe })
  const forge = (title: string, send: Send) =>
    deny('§2.1.5', title, 'csrf_rejected', send, { setting: 'cookie', needs, route: unsafe })
  return [
    deny('§2.1.5', 'a cookie where none is configured', 'missing_token', withCookie(session), {
      needs: ['another field', 'no credentials'],
    }),
    read('a token in the configured cookie', withCookie(session)),
    read(
      'the configured cookie among others',
      withCookie((world) => `a=b; ${session(world)}; c=d`),
    ),
    deny(
      '§2.1.5',
      'a cookie of another name',
      'missing_token',
      withCookie(({ main }) => `xsession=${main.sign()}`),
      {
        setting: 'cookie',
        needs,
        route: safe,
      },
    ),
    deny(
      '§2.1.5',
      'a header and a cookie: the header counts',
      'signature_invalid',
      (world) => ({
        headers: [
          ['Cookie', session(world)],
          ['Authorization', `Bearer ${world.main.sign({}, {}, { signature: 'AAAA' })}`],
        ],
      }),
      { setting: 'cookie', needs },
    ),
    allow(
      '§2.1.5',
      'a good header and a bad cookie',
      (world) => ({
        headers: [
          ['Cookie', 'session=x'],
          ['Authorization', `Bearer ${world.main.sign()}`],
        ],
      }),
      { setting: 'cookie', needs, route: unsafe },
    ),
    deny(
      '§2.1.5',
      'two cookies of the configured name',
      'multiple_tokens',
      withCookie((world) => `${session(world)}; ${session(world)}`, sameOrigin),
      { setting: 'cookie', needs },
    ),
    deny(
      '§2.1.5',
      'a quoted cookie',
      'malformed_authorization',
      withCookie(({ main }) => `session="${main.sign()}"`, sameOrigin),
      { setting: 'cookie', needs },
    ),
    forge('a write with a cookie and nothing else', withCookie(session)),
    forge('a write with a cookie from another origin', from('https://evil.example')),
    forge('a write with a cookie from a sandboxed page', from('null')),
    forge('a write with a cookie from a longer origin', from('https://api.example.com.evil')),
    forge('a write with a cookie across sites', withCookie(session, crossSite)),
    forge(
      'a write with a cookie from the same site only',
      withCookie(session, ['Sec-Fetch-Site', 'same-site']),
    ),
    forge('a write with a cookie across sites, its Origin looking right', from(own, crossSite)),
    forge(
      'a write with a cookie, its Origin repeated',
      from(own, ['origin', 'https://evil.example']),
    ),
    forge('a write with a cookie, same-origin and cross-site', from(own, sameOrigin, crossSite)),
    write('a write with a cookie from its own origin', from(own)),
    write('a write with a cookie, same-origin says the browser', withCookie(session, sameOrigin)),
    write('a write with a cookie from its own origin, twice told', from(own, sameOrigin)),
  ]
}

/** Contract §2, `webSocket`: how a browser's handshake may carry a token, which can set no header. */
function handshakes(): readonly Case[] {
  const upgrade: readonly Header[] = [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ]
  const open =
    (write: (world: World) => Sent): Send =>
    (world) => {
      const { headers = [], ...sent } = write(world)
      return { ...sent, headers: [...upgrade, ...headers] }
    }
  const inQuery = (token: string) => `a=b&access_token=${token}`
  const asProtocol = (text: string): Header => ['Sec-WebSocket-Protocol', text]
  const options = { setting: 'handshake', needs: ['handshake'] } as const
  const accept = (title: string, write: (world: World) => Sent) =>
    allow('§2.1', title, open(write), options)
  const refuse = (title: string, code: DenyCode, write: (world: World) => Sent) =>
    deny('§2.1', title, code, open(write), options)
  return [
    accept('a handshake with a token in the opened query', ({ main }) => ({
      query: inQuery(main.sign()),
    })),
    accept('a handshake with a token in the opened subprotocol', ({ main }) => ({
      headers: [asProtocol(`chat, bearer, ${main.sign()}`)],
    })),
    accept('a handshake with a token in the header', ({ main }) => ({
      headers: [['Authorization', `Bearer ${main.sign()}`]],
    })),
    refuse('a handshake with a token in header and query', 'multiple_tokens', ({ main }) => ({
      query: inQuery(main.sign()),
      headers: [['Authorization', `Bearer ${main.sign()}`]],
    })),
    refuse('a handshake with a token in subprotocol and query', 'multiple_tokens', ({ main }) => ({
      query: inQuery(main.sign()),
      headers: [asProtocol(`bearer, ${main.sign()}`)],
    })),
    refuse('a handshake with the query parameter twice', 'multiple_tokens', ({ main }) => ({
      query: `${inQuery(main.sign())}&access_token=${main.sign()}`,
    })),
    refuse('a handshake with the subprotocol twice', 'multiple_tokens', ({ main }) => ({
      headers: [asProtocol(`bearer, ${main.sign()}, bearer, ${main.sign()}`)],
    })),
    refuse('a handshake with a token after another subprotocol', 'missing_token', ({ main }) => ({
      headers: [asProtocol(`chat, ${main.sign()}`)],
    })),
    refuse('a handshake with a bad token in the query', 'signature_invalid', ({ main }) => ({
      query: inQuery(main.sign({}, {}, { signature: 'AAAA' })),
    })),
    refuse('a handshake with nonsense in the query', 'malformed_authorization', () => ({
      query: inQuery('%22'),
    })),
    deny(
      '§2.1.4',
      'a handshake with a token in access_token too, where another parameter is opened',
      'multiple_tokens',
      open(({ main }) => ({ query: `ticket=${main.sign()}&${inQuery(main.sign())}` })),
      { setting: 'ticket', needs: ['handshake'] },
    ),
    deny(
      '§2.1.4',
      'a handshake with a token in the query, where it is not opened',
      'missing_token',
      open(({ main }) => ({ query: inQuery(main.sign()) })),
      { needs: ['handshake'] },
    ),
    deny(
      '§2.1.4',
      'a request with a token in the query, where it is opened for handshakes',
      'missing_token',
      ({ main }) => ({ query: inQuery(main.sign()) }),
      { setting: 'handshake', needs: ['query', 'no credentials', 'no handshake'] },
    ),
    deny(
      '§2.1.5',
      'a handshake with a cookie from another origin',
      'csrf_rejected',
      open(({ main }) => ({
        headers: [
          ['Cookie', `session=${main.sign()}`],
          ['Origin', 'https://evil.example'],
        ],
      })),
      { setting: 'cookie', needs: ['handshake'] },
    ),
    allow(
      '§2.1.5',
      'a handshake with a cookie from its own origin',
      (world, door) =>
        open(({ main }) => ({
          headers: [
            ['Cookie', `session=${main.sign()}`],
            ['Origin', door.origin],
          ],
        }))(world, door),
      { setting: 'cookie', needs: ['handshake'] },
    ),
  ]
}
