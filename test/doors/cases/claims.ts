import type { Members } from '../../support/signer.ts'
import { allow, bearer, deny, now, type Case, type Options } from './case.ts'
import { AUDIENCE } from '../world.ts'

/** Token-spec §10 D, §1.2, §1.5, §2.2 steps 5 and 8 to 12: what the token says. */
export const claims = (): readonly Case[] => [
  ...issuers(),
  ...audiences(),
  ...times(),
  ...lifetimes(),
  ...required(),
  ...shapes(),
  ...names(),
  ...constraints(),
]

/** A token of the main issuer with these claims. */
const saying = (members: Members) => bearer(({ main }) => main.sign(members))

function issuers(): readonly Case[] {
  const cold = { setting: 'cold', issuerRequests: 0 } as const
  const refuse = (number: string, title: string, send: Case['send']) =>
    deny(number, title, 'issuer_mismatch', send, cold)
  return [
    refuse(
      '36',
      'iss without its slash at the end',
      bearer(({ cold }) => cold.sign({ iss: cold.issuer.slice(0, -1) })),
    ),
    refuse(
      '36',
      'a domain that is not listed',
      bearer(({ unlisted }) => unlisted.sign()),
    ),
    refuse(
      '36',
      'iss in capitals',
      bearer(({ cold }) => cold.sign({ iss: cold.issuer.toUpperCase() })),
    ),
    refuse(
      '36',
      'iss with more behind it',
      bearer(({ cold }) => cold.sign({ iss: `${cold.issuer}.evil.example/` })),
    ),
    refuse(
      '36',
      'iss with a space before it',
      bearer(({ cold }) => cold.sign({ iss: ` ${cold.issuer}` })),
    ),
    refuse(
      '§2.2.5',
      'no iss',
      bearer(({ cold }) => cold.sign({ iss: undefined })),
    ),
    refuse(
      '§2.2.5',
      'iss in a list',
      bearer(({ cold }) => cold.sign({ iss: [cold.issuer] })),
    ),
    refuse(
      '§2.2.5',
      'iss that is a name of every object',
      bearer(({ cold }) => cold.sign({ iss: 'constructor' })),
    ),
    allow(
      '36',
      'iss with a path and no slash',
      bearer(({ tenant }) => tenant.sign()),
    ),
    deny(
      '36',
      'the same with a slash',
      'issuer_mismatch',
      bearer(({ tenant }) => tenant.sign({ iss: `${tenant.issuer}/` })),
    ),
  ]
}

function audiences(): readonly Case[] {
  const refuse = (number: string, title: string, aud: unknown) =>
    deny(number, title, 'audience_mismatch', saying({ aud }))
  const misshape = (number: string, title: string, aud: unknown) =>
    deny(number, title, 'claim_type_invalid', saying({ aud }), { hint: /aud/ })
  const others = Array.from({ length: 32 }, (_, index) => `urn:${index}`)
  return [
    refuse('37', 'aud with a slash more', `${AUDIENCE}/`),
    refuse('37', 'aud in capitals', 'https://API.example.com'),
    refuse('38', 'aud with a longer host', `${AUDIENCE}.evil`),
    refuse('38', 'aud that holds ours among others, in one text', `x ${AUDIENCE}`),
    refuse('38', 'aud that holds ours with commas', `${AUDIENCE},x`),
    refuse('§2.2.10', 'an empty aud', ''),
    misshape('39', 'aud with a number beside ours', [AUDIENCE, 7]),
    misshape('39', 'an empty list for aud', []),
    misshape('39', 'aud that is a number', 7),
    misshape('39', 'aud that is an object', { [AUDIENCE]: true }),
    misshape('39', 'a list in the list of aud', [[AUDIENCE]]),
    misshape('§1.2', 'aud with 33 entries', [AUDIENCE, ...others]),
    allow('§1.2', 'aud with 32 entries', saying({ aud: [...others.slice(1), AUDIENCE] })),
    allow(
      '§1.2',
      'aud with /userinfo beside ours',
      bearer(({ main }) => main.sign({ aud: [AUDIENCE, `${main.issuer}userinfo`] })),
    ),
    ...strictAudiences(),
  ]
}

function strictAudiences(): readonly Case[] {
  const scope = { 'https://example.com/scope': 'read:a' }
  const to = (aud: unknown) =>
    bearer(({ strict }) => strict.sign({ ...scope, aud, exp: now() + 3600 }))
  return [
    allow('§2.2.10', 'the second of the configured audiences', to('urn:second')),
    allow('§2.2.10', 'strict: both of the configured audiences', to([AUDIENCE, 'urn:second'])),
    deny(
      '§2.2.10',
      'strict: an audience of somebody else beside ours',
      'audience_mismatch',
      to([AUDIENCE, 'urn:else']),
    ),
    allow(
      '§2.2.10',
      'strict: /userinfo beside ours',
      bearer(({ strict }) =>
        strict.sign({ ...scope, exp: now() + 3600, aud: [AUDIENCE, `${strict.issuer}userinfo`] }),
      ),
    ),
  ]
}

/** To the second in lifetime.test.ts; here a request may take three on its way. */
function times(): readonly Case[] {
  const at = (members: (now: number) => Members) => bearer(({ main }) => main.sign(members(now())))
  const exact: Options = { setting: 'exact' }
  return [
    deny(
      '40',
      'exp now, no tolerance',
      'token_expired',
      at((now) => ({ iat: now - 60, exp: now })),
      exact,
    ),
    allow(
      '40',
      'exp a second ago, tolerance 5',
      at((now) => ({ iat: now - 60, exp: now - 1 })),
    ),
    deny(
      '40',
      'exp 5 seconds ago, tolerance 5',
      'token_expired',
      at((now) => ({ iat: now - 60, exp: now - 5 })),
    ),
    allow(
      '43',
      'exp with a fraction',
      at((now) => ({ iat: now, exp: now + 3600.5 })),
    ),
    deny(
      '44',
      'iat a minute from now',
      'token_issued_in_future',
      at((now) => ({ iat: now + 60 })),
    ),
    allow(
      '44',
      'iat 3 seconds from now, tolerance 5',
      at((now) => ({ iat: now + 3 })),
    ),
    deny(
      '44',
      'iat 5 seconds from now, no tolerance',
      'token_issued_in_future',
      at((now) => ({ iat: now + 5 })),
      exact,
    ),
    deny(
      '44',
      'nbf a minute from now',
      'token_not_yet_valid',
      at((now) => ({ nbf: now + 60 })),
    ),
    allow(
      '44',
      'nbf 3 seconds from now, tolerance 5',
      at((now) => ({ nbf: now + 3 })),
    ),
    allow(
      '44',
      'nbf in the past',
      at((now) => ({ nbf: now - 60 })),
    ),
    deny(
      '§2.2.11',
      'exp before iat',
      'claim_invalid',
      at((now) => ({ iat: now + 4, exp: now + 3 })),
    ),
    deny(
      '§2.2.11',
      'exp at iat',
      'claim_invalid',
      at((now) => ({ iat: now + 4, exp: now + 4 })),
    ),
  ]
}

function lifetimes(): readonly Case[] {
  const between = (iat: number, seconds: number) => ({ iat, exp: iat + seconds })
  const living = (seconds: number) => bearer(({ main }) => main.sign(between(now(), seconds)))
  const aged = (seconds: number) => bearer(({ main }) => main.sign({ iat: now() - seconds }))
  const bank: Options = { route: 'GET /bank' }
  const fresh: Options = { route: 'GET /fresh' }
  const scope = { 'https://example.com/scope': 'read:a' }
  return [
    deny('41', 'exp 40 years ahead', 'token_lifetime_exceeded', living(1_262_304_000), {
      hint: /2592000/,
    }),
    allow('§1.5', 'exp 30 days ahead', living(2_592_000)),
    deny('§1.5', 'exp 30 days and a second ahead', 'token_lifetime_exceeded', living(2_592_001)),
    deny(
      '45',
      'a day to live where 900 seconds are the most',
      'token_lifetime_exceeded',
      living(86_400),
      { ...bank, hint: /900/ },
    ),
    deny(
      '45',
      '901 seconds to live, no tolerance applies',
      'token_lifetime_exceeded',
      living(901),
      bank,
    ),
    allow('45', '900 seconds to live', living(900), bank),
    allow('45', 'a day to live where nothing is said', living(86_400)),
    deny(
      '§1.5',
      'more to live than its issuer may give',
      'token_lifetime_exceeded',
      bearer(({ strict }) => strict.sign({ ...scope, ...between(now(), 3601) })),
    ),
    deny(
      '§1.5',
      'less than its issuer may give, more than the route takes',
      'token_lifetime_exceeded',
      bearer(({ strict }) => strict.sign({ ...scope, ...between(now(), 1800) })),
      bank,
    ),
    allow('46', 'aged 901 seconds where 900 are the most, tolerance 5', aged(901), fresh),
    deny('46', 'aged 906 seconds where 900 are the most, tolerance 5', 'token_too_old', aged(906), {
      ...fresh,
      hint: /900/,
    }),
  ]
}

function required(): readonly Case[] {
  return ['sub', 'aud', 'iat', 'exp'].map((name) =>
    deny(
      '§1.1',
      `no ${name}`,
      'claim_missing',
      saying({ iat: now(), exp: now() + 3600, [name]: undefined }),
      {
        hint: new RegExp(name),
      },
    ),
  )
}

/** Step 8: present is checked, whether or not a rule reads it. */
function shapes(): readonly Case[] {
  const date = [now(), now() + 3600].map((seconds) => seconds * 1000)
  const bad: Readonly<Record<string, readonly unknown[]>> = {
    sub: ['', 7, null, ['auth0|123'], { id: 1 }, 'half a pair \ud83d'],
    exp: ['1999999999', date[1], null, -1, true, [1]],
    iat: ['1', null, -1, date[0]],
    nbf: ['1', null, -1, date[0], {}],
    auth_time: ['1', null, -1],
    jti: [7, null],
    azp: [7, null, ['client-1']],
    client_id: [7, null],
    gty: [7, {}, [7]],
    scope: [
      ['read:a'],
      null,
      7,
      'read:a\tread:b',
      'read:a\nread:b',
      'read:"a"',
      String.raw`a\b`,
      'läs:a',
    ],
    permissions: [
      'read:a',
      'read:a read:b',
      null,
      [7],
      ['read:a', null],
      ['\udc00'],
      { 'read:a': true },
    ],
    org_id: [7, null, ['org_1']],
    org_name: [7],
    sub_profile: [7],
    client_profile: [['ai_agent']],
    cnf: ['x', null, [], 7],
    act: ['agt_1', null, [], {}, { sub: '' }, { sub: 7 }, { sub: 'a', act: 'b' }, actors(6)],
    authorization_details: ['read', {}, [{}], [{ type: 7 }], ['read'], null],
  }
  const good: Readonly<Record<string, readonly unknown[]>> = {
    sub: ['auth0|123|456', ' padded ', 'ÄÖ', '0'],
    auth_time: [0, 1.5],
    gty: ['password', ['password', 'refresh_token']],
    permissions: [[], ['read:a']],
    act: [{ sub: 'agt_1' }, actors(5)],
    authorization_details: [[], [{ type: 'payment' }]],
    scope: ['  read:a   read:b '],
  }
  const lists = (of: typeof bad) =>
    Object.entries(of).flatMap(([name, values]) => values.map((value) => [name, value] as const))
  return [
    ...lists(bad).map(([name, value]) =>
      deny(
        name === 'exp' ? '41' : '§1.2',
        `${name} ${JSON.stringify(value)}`,
        'claim_type_invalid',
        saying({ exp: now() + 3600, [name]: value }),
        {
          hint: new RegExp(name),
        },
      ),
    ),
    ...lists(good).map(([name, value]) =>
      allow('§1.2', `${name} ${JSON.stringify(value)}`, saying({ [name]: value })),
    ),
    ...['exp', 'iat', 'nbf', 'auth_time'].map((name) =>
      deny(
        '§1.2',
        `${name} 1e999, which is read as infinity`,
        'claim_type_invalid',
        written(`"${name}":1e999`, name),
      ),
    ),
    deny(
      '§1.2',
      'azp and client_id that differ',
      'claim_invalid',
      saying({ azp: 'client-1', client_id: 'client-2' }),
    ),
    allow(
      '§1.2',
      'azp and client_id that agree',
      saying({ azp: 'client-1', client_id: 'client-1' }),
    ),
  ]
}

/** An actor on behalf of whom another one acts, and so on. */
function actors(levels: number): object {
  return levels === 1 ? { sub: 'agt_1' } : { sub: 'agt_1', act: actors(levels - 1) }
}

/** With these members as text, in place of the one of that name. */
const written = (members: string, instead?: string): Case['send'] =>
  bearer(({ main }) => {
    const claims = main.claims(instead === undefined ? {} : { [instead]: undefined })
    const text = JSON.stringify(claims).replace('{', `{${members},`)
    return main.signRaw(JSON.stringify(main.header()), text)
  })

/** A claim by the name of something that every object has grants nothing, and breaks nothing. */
function names(): readonly Case[] {
  const withoutScope = (members: string) => written(members, 'scope')
  return [
    deny(
      '§1.2',
      'a scope in __proto__',
      'insufficient_scope',
      withoutScope('"__proto__":{"scope":"read:a"}'),
      { scope: 'read:a' },
    ),
    deny(
      '§1.2',
      'a scope in constructor',
      'insufficient_scope',
      withoutScope('"constructor":{"prototype":{"scope":"read:a"}}'),
      { scope: 'read:a' },
    ),
    allow(
      '§1.2',
      'claims called __proto__, constructor and toString',
      written('"__proto__":null,"constructor":1,"toString":"x","hasOwnProperty":true'),
    ),
    allow(
      '§1.2',
      'a scope in the claim of its issuer',
      bearer(({ strict }) =>
        strict.sign({ scope: undefined, 'https://example.com/scope': 'read:a', exp: now() + 3600 }),
      ),
    ),
    deny(
      '§1.2',
      'a scope in the usual claim where another is configured',
      'insufficient_scope',
      bearer(({ strict }) => strict.sign({ scope: 'read:a', exp: now() + 3600 })),
      { scope: 'read:a' },
    ),
    deny(
      '§1.2',
      'the configured claim in the wrong shape',
      'claim_type_invalid',
      bearer(({ strict }) =>
        strict.sign({ 'https://example.com/permissions': 'a', exp: now() + 3600 }),
      ),
    ),
  ]
}

/** §5: a bound token, taken as a bearer token, would be stolen ware. */
function constraints(): readonly Case[] {
  const bound: Readonly<Record<string, object>> = {
    'a key': { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
    'a certificate': { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
    'something unknown': { kid: 'x' },
    nothing: {},
  }
  return Object.entries(bound).map(([what, cnf]) =>
    deny('§5', `a token bound to ${what}`, 'sender_constraint_unsupported', saying({ cnf })),
  )
}
