import type { UnavailableCode } from '../../../shared/index.ts'
import { createAuth0OpaqueToken } from '../../support/jwe.ts'
import { OPAQUE } from '../opaque.ts'
import { AUDIENCE } from '../world.ts'
import { allow, bearer, cannotTell, deny, type Case, type Options } from './case.ts'

type TokenName = keyof typeof OPAQUE

const opaqueSetting = { setting: 'opaque' } as const
const send = (name: TokenName) => bearer(() => OPAQUE[name])

/** Token-spec §10 G and §3, §4: tokens that somebody else has to read. */
export const opaque = (): readonly Case[] =>
  [...introspected(), ...remembered(), ...userinfo(), ...enriched(), ...providers()].map((one) => ({
    ...one,
    ...opaqueSetting,
  }))

function unavailable(
  number: string,
  title: string,
  code: UnavailableCode,
  [name, options = {}]: readonly [TokenName, Options?],
): Case {
  const one = cannotTell(number, title, send(name), options)
  return { ...one, verdict: { outcome: 'unavailable', code } }
}

function introspected(): readonly Case[] {
  const at = (route: string): Options => ({ route })
  return [
    allow('§3.4', 'an opaque token that is active', send('active')),
    allow(
      '§3.4',
      'the same, for its own object',
      bearer(() => OPAQUE.active, { path: '/users/auth0%7C123' }),
      {
        ...at('GET /users/{id}'),
        needs: ['path'],
      },
    ),
    deny(
      '§3.4',
      'the same, for another object',
      'resource_owner_mismatch',
      bearer(() => OPAQUE.active, { path: '/users/auth0%7C124' }),
      {
        ...at('GET /users/{id}'),
        needs: ['path'],
      },
    ),
    deny(
      '§1.5',
      'the same, which lives too long for the route',
      'token_lifetime_exceeded',
      send('active'),
      at('GET /bank'),
    ),
    deny('§3.3', 'one that is not active', 'token_inactive', send('inactive')),
    unavailable('77', 'one that is active as text', 'introspection_unavailable', ['text']),
    deny('77', 'one for another audience', 'audience_mismatch', send('otherAudience')),
    deny('77', 'one for no audience', 'audience_mismatch', send('noAudience')),
    deny('§3.4', 'one that is over', 'token_expired', send('expired')),
    deny('§1.4', 'one where only JWTs are taken: nobody is asked', 'opaque_token', send('active'), {
      ...at('GET /jwt'),
      issuerRequests: 0,
    }),
    deny(
      '11',
      "Auth0's opaque token, which its issuer does not know",
      'token_inactive',
      bearer(() => createAuth0OpaqueToken('https://t.auth0.com/')),
    ),
    allow(
      '§1.4',
      'a JWT, where opaque tokens are taken too',
      bearer(({ opaque }) => opaque.sign()),
    ),
    deny(
      '§1.4',
      'a JWT, where only opaque tokens are taken',
      'wrong_token_type',
      bearer(({ opaque }) => opaque.sign()),
      at('GET /opaque'),
    ),
    deny(
      '15',
      'a Management API token, as a JWT',
      'management_api_token',
      bearer(({ opaque }) => opaque.sign({ aud: `${opaque.issuer}api/v2/` })),
    ),
    deny(
      '13',
      'an ID token, where opaque tokens are taken too',
      'id_token_used',
      bearer(({ opaque }) => opaque.sign({ nonce: 'n' })),
    ),
  ]
}

/** The second of two rows: nobody is asked again. */
const remembered = (): readonly Case[] => [
  deny('78', 'a token that is not active', 'token_inactive', send('refused')),
  deny('78', 'the same again: nobody is asked', 'token_inactive', send('refused'), {
    issuerRequests: 0,
  }),
  allow('§3.6', 'an active token again: nobody is asked', send('active'), { issuerRequests: 0 }),
]

function userinfo(): readonly Case[] {
  const me = { route: 'GET /me' }
  return [
    allow('§3.8', 'a token that opens /userinfo', send('user'), me),
    deny('§3.8', 'the same, where a scope is asked for', 'insufficient_scope', send('user'), {
      route: 'GET /me/scope',
      scope: 'read:a',
    }),
    deny('§3.9', 'a token that /userinfo refuses', 'token_inactive', send('refused'), me),
    unavailable('81', 'a user who asks too often', 'userinfo_rate_limited', ['limited', me]),
    allow('81', 'another user, meanwhile', send('user'), me),
  ]
}

function enriched(): readonly Case[] {
  const token = (claims: object = {}) =>
    bearer(({ opaque }) =>
      opaque.sign({
        aud: [AUDIENCE, `${opaque.issuer}userinfo`],
        scope: 'openid read:a',
        ...claims,
      }),
    )
  const [profile, card] = [{ route: 'GET /profile' }, { route: 'GET /card' }]
  return [
    allow('§3.10', 'a JWT that /userinfo speaks of', token(), profile),
    allow(
      '§3.10',
      'a JWT that is not for /userinfo, where that is optional',
      token({ aud: AUDIENCE }),
      card,
    ),
    deny(
      '§3.10',
      'a JWT that is not for /userinfo',
      'audience_mismatch',
      token({ aud: AUDIENCE }),
      profile,
    ),
    deny('§3.10', 'a JWT without openid', 'insufficient_scope', token({ scope: 'read:a' }), {
      ...profile,
      scope: 'openid',
    }),
    ...['openid read:a', 'read:b read:c'].map((scope) =>
      deny(
        '§9.1',
        `a JWT with ${scope} alone: all are named`,
        'insufficient_scope',
        token({ scope }),
        {
          route: 'GET /folder',
          scope: 'read:b read:c openid',
        },
      ),
    ),
    deny(
      '81',
      'a JWT of whom /userinfo says another name',
      'userinfo_subject_mismatch',
      token({ sub: 'auth0|mixed' }),
      profile,
    ),
    deny(
      '81',
      'the same, where /userinfo is optional',
      'userinfo_subject_mismatch',
      token({ sub: 'auth0|mixed' }),
      card,
    ),
  ]
}

function providers(): readonly Case[] {
  const login = { route: 'GET /login' }
  const names = ['facebook', 'google', 'github'] as const
  return [
    ...names.flatMap((name) => [
      allow('§4', `a token of ${name} for our app`, send(name), login),
      deny(
        '82',
        `a token of ${name} for another app`,
        'idp_app_mismatch',
        send(`${name}Other`),
        login,
      ),
      deny(
        '20',
        `a token of ${name}, where it is not taken: nobody but the issuer is asked`,
        'token_inactive',
        send(name),
      ),
    ]),
    deny('82', 'a token that GitHub does not know', 'token_inactive', send('githubUnknown'), login),
    deny(
      '§4',
      'a token of Google, where a scope is asked for',
      'insufficient_scope',
      send('google'),
      {
        route: 'GET /login/scope',
        scope: 'read:a',
      },
    ),
    deny('20', 'a token of Google, where only JWTs are taken', 'idp_token', send('google'), {
      route: 'GET /jwt',
      issuerRequests: 0,
    }),
  ]
}
