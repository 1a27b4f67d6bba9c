import { createAuth0OpaqueToken } from '../../support/jwe.ts'
import { encodePart } from '../../support/jws.ts'
import { allow, bearer, deny, type Case } from './case.ts'
import { AUDIENCE } from '../world.ts'

/** Token-spec §10 B and §1.4: what else arrives at a door. */
export const kinds = (): readonly Case[] => [
  deny(
    '11',
    "Auth0's opaque token",
    'opaque_token',
    bearer(() => createAuth0OpaqueToken('https://t.auth0.com/')),
    { hint: /audience=/ },
  ),
  ...opaque(),
  ...idTokens(),
  ...otherAudiences(),
  ...types(),
  ...profiles(),
  ...providers(),
]

function opaque(): readonly Case[] {
  const texts = {
    'a short random text': 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29t',
    "RFC 9449's own sample, which has two dots": 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU',
    'two parts': 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0',
    'four parts': 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA.AAAA',
    'six parts': 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA.AAAA.AAAA.AAAA',
    'three parts of which the first is no JSON': 'abc.def.ghi',
    'three empty parts': '..',
    'three parts of which the first begins as JSON after a blank may': `${encodePart('\n')}.e30.AAAA`,
    'four parts, of which the first is the header of something encrypted': `${ENCRYPTED}.AAAA.AAAA.AAAA`,
    'six parts, of which the first is the header of something encrypted': `${ENCRYPTED}.A.A.A.A.A`,
    'five parts, of which nothing says that they are encrypted': 'eyJhbGciOiJSUzI1NiJ9.A.A.A.A',
  }
  return Object.entries(texts).map(([title, text]) =>
    deny(
      '§1.4',
      `opaque: ${title}`,
      'opaque_token',
      bearer(() => text),
    ),
  )
}

const ENCRYPTED = encodePart(JSON.stringify({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }))

/** As an ID token: for the client, about the user, no word of what it allows. */
const ID_TOKEN = { aud: 'client-1', scope: undefined, email: 'a@example.com' }

function idTokens(): readonly Case[] {
  const refuse = (title: string, claims: object) =>
    deny(
      '13',
      title,
      'id_token_used',
      bearer(({ main }) => main.sign({ ...claims })),
    )
  return [
    refuse('an ID token, for the client', { ...ID_TOKEN, nonce: 'n' }),
    refuse('an ID token that only its audience gives away', { ...ID_TOKEN, email: undefined }),
    ...['nonce', 'at_hash', 'c_hash', 's_hash'].map((name) =>
      refuse(`a token with ${name}, for the right audience`, { [name]: 'x' }),
    ),
    ...['sid', 'email', 'nickname'].map((name) =>
      refuse(`a token for somebody else, without scope, with ${name}`, {
        aud: 'https://somebody.else',
        scope: undefined,
        [name]: 'x',
      }),
    ),
    deny(
      '13',
      'a token for somebody else with a scope, which no ID token has',
      'audience_mismatch',
      bearer(({ main }) => main.sign({ aud: 'client-1', email: 'x' })),
    ),
    ...['scope', 'https://example.com/scope', 'https://example.com/permissions'].map((name) =>
      deny(
        '13',
        `a token for somebody else with ${name}, of an issuer with names of its own`,
        'audience_mismatch',
        bearer(({ strict }) => {
          const value = name.endsWith('scope') ? 'read:a' : ['read:a']
          return strict.sign({ aud: 'client-1', scope: undefined, [name]: value, sid: 's' })
        }),
      ),
    ),
    ...[
      { title: 'a token for somebody else, which nothing marks as an ID token', aud: ['urn:else'] },
      { title: 'a token for its client and somebody else', aud: ['client-1', 'urn:else'] },
    ].map(({ title, aud }) =>
      deny(
        '13',
        title,
        'audience_mismatch',
        bearer(({ main }) => main.sign({ aud, scope: undefined })),
      ),
    ),
    allow(
      '13',
      'an access token with profile claims',
      bearer(({ main }) => main.sign({ email: 'a@example.com', sid: 's' })),
    ),
  ]
}

function otherAudiences(): readonly Case[] {
  const issuerOf = (path: string) => bearer(({ main }) => main.sign({ aud: [main.issuer + path] }))
  return [
    deny(
      '15',
      'a Management API token',
      'management_api_token',
      bearer(({ main }) => main.sign({ aud: `${main.issuer}api/v2/` })),
    ),
    deny(
      '15',
      'a Management API token that is also for us',
      'management_api_token',
      bearer(({ main }) => main.sign({ aud: [AUDIENCE, `${main.issuer}api/v2/`] })),
    ),
    ...['userinfo', 'me/', 'me', 'mfa', 'mfa/'].map((path) =>
      deny('16', `a token for /${path} only`, 'audience_mismatch', issuerOf(path), {
        hint: /userinfo/,
      }),
    ),
    deny(
      '16',
      'a token for /userinfo and somebody else',
      'audience_mismatch',
      bearer(({ main }) => main.sign({ aud: [`${main.issuer}userinfo`, 'urn:else'] })),
      { hint: /^Request/ },
    ),
  ]
}

function types(): readonly Case[] {
  const foreign = ['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'token-introspection+jwt', 'JOSE', '']
  return [
    ...['AT+JWT', 'at+jwt', 'application/at+jwt', 'Application/AT+JWT'].map((typ) =>
      allow(
        '18',
        `typ ${typ}`,
        bearer(({ main }) => main.signRfc9068({}, { typ })),
      ),
    ),
    ...['jwt', 'JWT', 'application/jwt'].map((typ) =>
      allow(
        '18',
        `typ ${typ}`,
        bearer(({ main }) => main.sign({}, { typ })),
      ),
    ),
    ...foreign.map((typ) =>
      deny(
        '18',
        `typ ${typ || 'empty'}`,
        'wrong_token_type',
        bearer(({ main }) => main.sign({}, { typ })),
      ),
    ),
    deny(
      '§2.2.4',
      'no typ',
      'wrong_token_type',
      bearer(({ main }) => main.sign({}, { typ: undefined })),
    ),
    deny(
      '§2.2.4',
      'a typ that is a number',
      'malformed_token',
      bearer(({ main }) => main.sign({}, { typ: 1 })),
    ),
    deny(
      '§2.2.9',
      'a token with events',
      'wrong_token_type',
      bearer(({ main }) => main.sign({ events: {} })),
    ),
  ]
}

function profiles(): readonly Case[] {
  return [
    deny(
      '19',
      'typ JWT where RFC 9068 is pinned',
      'wrong_token_type',
      bearer(({ rfc9068 }) => rfc9068.sign()),
    ),
    allow(
      '19',
      'typ at+jwt where RFC 9068 is pinned',
      bearer(({ rfc9068 }) => rfc9068.signRfc9068()),
    ),
    deny(
      '§1.1',
      "typ at+jwt where Auth0's profile is pinned",
      'wrong_token_type',
      bearer(({ auth0 }) => auth0.signRfc9068()),
    ),
    allow(
      '§1.1',
      "typ JWT where Auth0's profile is pinned",
      bearer(({ auth0 }) => auth0.sign()),
    ),
    ...['jti', 'client_id', 'sub', 'iat', 'exp', 'aud'].map((name) =>
      deny(
        '19',
        `at+jwt without ${name}`,
        'claim_missing',
        bearer(({ main }) => main.signRfc9068({ [name]: undefined })),
      ),
    ),
  ]
}

function providers(): readonly Case[] {
  const prefixes = {
    EAA: 'Facebook',
    'ya29.': 'Google',
    gho_: 'GitHub',
    ghu_: 'GitHub',
    ghp_: 'GitHub',
    ghs_: 'GitHub',
    ghr_: 'GitHub',
    github_pat_: 'GitHub',
  }
  return [
    ...Object.entries(prefixes).map(([prefix, provider]) =>
      deny(
        '20',
        `a token of ${provider}, ${prefix}…`,
        'idp_token',
        bearer(() => `${prefix}16C7e42F292c6912E7710c838347Ae178B4a`),
        {
          hint: new RegExp(provider),
        },
      ),
    ),
    deny(
      '§1.4',
      'a token of Microsoft Graph, with a nonce in its header',
      'idp_token',
      bearer(({ main }) => main.sign({}, { nonce: 'x' })),
      {
        hint: /Microsoft/,
      },
    ),
  ]
}
