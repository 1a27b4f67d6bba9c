import type { Members } from '../../support/signer.ts'
import { allow, bearer, credentials, deny, fields, now, type Case, type Options } from './case.ts'
import type { Sent } from '../support/door.ts'

/** Token-spec §10 E, §9 and step 0 of §2.2: routes, and what they ask of a token. */
export const authorization = (): readonly Case[] => [
  ...scopes(),
  ...permissions(),
  ...principals(),
  ...otherRules(),
  ...bindings(),
  ...paths(),
  ...methods(),
  ...openRoutes(),
  ...echoes(),
]

const saying = (members: Members, sent: Sent = {}) => bearer(({ main }) => main.sign(members), sent)

const at = (path: string, more: Options = {}): Options => ({
  setting: 'rules',
  route: `GET ${path}`,
  ...more,
})

function scopes(): readonly Case[] {
  const refuse = (title: string, scope: string | undefined, more: Options) =>
    deny('49', title, 'insufficient_scope', saying({ scope }), more)
  return [
    refuse('the scope read:ab', 'read:ab', { scope: 'read:a' }),
    refuse('the scope READ:A', 'READ:A', { scope: 'read:a' }),
    refuse('the scope read', 'read', { scope: 'read:a' }),
    refuse('the scope read:*', 'read:*', { scope: 'read:a' }),
    refuse('no scope', undefined, { scope: 'read:a' }),
    refuse('an empty scope', '', { scope: 'read:a' }),
    refuse('one of the two scopes', 'read:a', at('/ab', { scope: 'read:a read:b' })),
    refuse('one of the two scopes in one text', 'read:b', at('/text', { scope: 'read:a read:b' })),
    refuse(
      'none of the scopes of which one will do',
      'read:a',
      at('/neither', { scope: 'read:x read:y' }),
    ),
    allow('49', 'both scopes', saying({ scope: 'read:b read:c read:a' }), at('/ab')),
    allow('49', 'both scopes in one text', saying({ scope: 'read:b read:a' }), at('/text')),
    allow(
      '49',
      'one of the scopes of which one will do',
      saying({ scope: 'read:a' }),
      at('/either'),
    ),
  ]
}

function permissions(): readonly Case[] {
  const refuse = (number: string, title: string, members: Members, path: string) =>
    deny(number, title, 'insufficient_permissions', saying(members), at(path))
  return [
    deny(
      '51',
      'permissions that are one text',
      'claim_type_invalid',
      saying({ permissions: 'read:a' }),
      at('/permission'),
    ),
    allow(
      '51',
      'the permission',
      saying({ scope: undefined, permissions: ['x', 'read:a'] }),
      at('/permission'),
    ),
    refuse('53', 'no permissions', {}, '/permission'),
    refuse('53', 'a longer permission', { permissions: ['read:ab'] }, '/permission'),
    refuse(
      '53',
      'no permission of which one will do',
      { permissions: ['read:b'] },
      '/any-permission',
    ),
    allow(
      '53',
      'a permission of which one will do',
      saying({ permissions: ['read:a'] }),
      at('/any-permission'),
    ),
    deny(
      '52',
      'the permission without the scope',
      'insufficient_scope',
      saying({ scope: 'x', permissions: ['read:a'] }),
      at('/both', { scope: 'read:a' }),
    ),
    refuse('52', 'the scope without the permission', { permissions: ['x'] }, '/both'),
    allow('52', 'scope and permission', saying({ permissions: ['read:a'] }), at('/both')),
  ]
}

function principals(): readonly Case[] {
  const machines: Readonly<Record<string, Members>> = {
    'cid@clients': { sub: 'client-1@clients' },
    'the client id': { sub: 'client-1' },
    'gty client-credentials': { gty: 'client-credentials' },
    'gty client-credentials in a list': { gty: ['client-credentials'] },
    'sub_profile service': { sub_profile: 'service' },
  }
  const refuse = (number: string, title: string, members: Members, path: string) =>
    deny(number, title, 'principal_not_allowed', saying(members), at(path))
  return [
    ...Object.entries(machines).flatMap(([what, members]) => [
      refuse('54', `a machine by ${what}, where users are wanted`, members, '/for-users'),
      allow(
        '§9.3',
        `a machine by ${what}, where machines are wanted`,
        saying(members),
        at('/for-machines'),
      ),
    ]),
    deny(
      '54',
      'a machine in RFC 9068, its subject the client',
      'principal_not_allowed',
      bearer(({ main }) => main.signRfc9068({ sub: 'client-1' })),
      at('/for-users'),
    ),
    refuse(
      '§9.3',
      'an agent where users are wanted',
      { sub: 'agt_1', sub_profile: 'ai_agent' },
      '/for-users',
    ),
    refuse('§9.3', 'a user where machines are wanted', {}, '/for-machines'),
    refuse('§9.3', 'a user where agents or machines are wanted', {}, '/for-agents'),
    refuse(
      '§9.3',
      'the subject of another client where machines are wanted',
      { sub: 'other@clients' },
      '/for-machines',
    ),
    allow(
      '§9.3',
      'an agent where agents are wanted',
      saying({ sub_profile: 'ai_agent' }),
      at('/for-agents'),
    ),
    allow('§9.3', 'a user where users are wanted', saying({}), at('/for-users')),
  ]
}

function otherRules(): readonly Case[] {
  const tier = 'https://example.com/tier'
  return [
    deny(
      '59',
      'another organization',
      'org_not_allowed',
      saying({ org_id: 'org_2' }),
      at('/organization'),
    ),
    deny('59', 'no organization', 'org_not_allowed', saying({}), at('/organization')),
    deny(
      '59',
      'an organization in capitals',
      'org_not_allowed',
      saying({ org_id: 'ORG_1' }),
      at('/organization'),
    ),
    deny(
      '59',
      'an organization by name, without its id',
      'org_not_allowed',
      saying({ org_name: 'acme' }),
      at('/organization'),
    ),
    allow('59', 'the organization', saying({ org_id: 'org_1' }), at('/organization')),
    allow(
      '59',
      'the organization by name, folded',
      saying({ org_id: 'org_9', org_name: 'acme' }),
      at('/organization'),
    ),
    deny('§9', 'another client', 'client_not_allowed', saying({ azp: 'client-2' }), at('/client')),
    deny('§9', 'no client', 'client_not_allowed', saying({ azp: undefined }), at('/client')),
    allow('§9', 'the client', saying({}), at('/client')),
    deny(
      '§9',
      'another value of a claim',
      'claim_policy_failed',
      saying({ [tier]: 'bronze', level: 3 }),
      at('/tier'),
    ),
    deny(
      '§9',
      'a claim as text in place of a number',
      'claim_policy_failed',
      saying({ [tier]: 'gold', level: '3' }),
      at('/tier'),
    ),
    deny(
      '§9',
      'the values of a claim in a list',
      'claim_policy_failed',
      saying({ [tier]: ['gold'], level: 3 }),
      at('/tier'),
    ),
    deny('§9', 'no such claim', 'claim_policy_failed', saying({ [tier]: 'gold' }), at('/tier')),
    allow(
      '§9',
      'one of the values of a claim',
      saying({ [tier]: 'silver', level: 3 }),
      at('/tier'),
    ),
    deny(
      '§9.4',
      'somebody on behalf of the subject, where nobody may',
      'actor_not_allowed',
      saying({ act: { sub: 'agt_1' } }),
      at('/in-person'),
    ),
    allow('§9.4', 'the subject itself, where nobody may act for it', saying({}), at('/in-person')),
    allow(
      '§9.4',
      'the listed actor',
      saying({ act: { sub: 'agt_1', act: { sub: 'x' } } }),
      at('/delegates'),
    ),
    allow('§9.4', 'no actor', saying({}), at('/delegates')),
    deny(
      '§9.4',
      'another actor, the listed one nested in it',
      'actor_not_allowed',
      saying({ act: { sub: 'x', act: { sub: 'agt_1' } } }),
      at('/delegates'),
    ),
  ]
}

function bindings(): readonly Case[] {
  const path = (text: string) => (sent: Members) => saying(sent, { path: text })
  const own = { sub: 'auth0|1' }
  const bound = (pattern: string, more: Options = {}) => at(pattern, { needs: ['path'], ...more })
  const refuse = (number: string, title: string, send: Case['send'], pattern = '/users/{id}') =>
    deny(number, title, 'resource_owner_mismatch', send, bound(pattern))
  const user = '/users/{id}'
  return [
    allow('57', 'an own object, percent-encoded', path('/users/auth0%7C1')(own), bound(user)),
    allow('57', 'an own object, in another spelling', path('/users/%61uth0%7c1')(own), bound(user)),
    allow('57', 'an own object, as it is', path('/users/abc')({ sub: 'abc' }), bound(user)),
    refuse('57', "somebody else's object", path('/users/auth0%7C1')({ sub: 'auth0|2' })),
    refuse('57', 'an own object, encoded twice', path('/users/auth0%257C1')(own)),
    refuse('57', 'an own object in capitals', path('/users/AUTH0%7C1')(own)),
    refuse('57', 'an own object with more behind it', path('/users/auth0%7C1x')(own)),
    refuse(
      '57',
      'an own object, in another composition of its letters',
      path('/users/jo%CC%88rg')({ sub: 'jörg' }),
    ),
    allow(
      '57',
      'an own object, in the same composition',
      path('/users/j%C3%B6rg')({ sub: 'jörg' }),
      bound(user),
    ),
    refuse('§9.5', 'the object of a machine', path('/users/client-1')({ sub: 'client-1' })),
    refuse('§9.5', 'a subject that would be a wildcard', path('/users/a%2A')({ sub: 'a*' })),
    deny(
      '57',
      "somebody else's object, where objects are hidden",
      'resource_owner_mismatch',
      path('/hidden/x')(own),
      { ...bound('/hidden/{id}'), status: 404 },
    ),
    allow(
      '§9.5',
      "somebody else's object, with the scope for all",
      path('/support/x')({ ...own, scope: 'support' }),
      bound('/support/{id}'),
    ),
    allow(
      '§9.5',
      "a machine at somebody's object, with the scope for all",
      path('/support/x')({ sub: 'client-1', scope: 'support' }),
      bound('/support/{id}'),
    ),
    refuse(
      '§9.5',
      "a machine at somebody's object, without",
      path('/support/client-1')({ sub: 'client-1' }),
      '/support/{id}',
    ),
    allow(
      '§9.5',
      'the own organization',
      path('/orgs/org_1/a')({ org_id: 'org_1' }),
      bound('/orgs/{org}/a'),
    ),
    refuse(
      '§9.5',
      'another organization',
      path('/orgs/org_2/a')({ org_id: 'org_1' }),
      '/orgs/{org}/a',
    ),
    refuse('§9.5', 'no organization', path('/orgs/undefined/a')({}), '/orgs/{org}/a'),
  ]
}

function paths(): readonly Case[] {
  const send = (path: string) => bearer(({ main }) => main.sign(), { path })
  const options = { route: null, needs: ['path'] } as const
  const ambiguous = (path: string, needs: Case['needs'] = options.needs) =>
    deny('§9.6', `the path ${JSON.stringify(path)}`, 'path_ambiguous', send(path), {
      route: null,
      needs,
    })
  const unmatched = (path: string) =>
    deny(
      '§9.6',
      `the path ${path}, which nothing matches`,
      'no_matching_route',
      send(path),
      options,
    )
  const tree = (path: string, pattern: string, members: Members = {}) =>
    allow(
      '§9.6',
      `the path ${path} by ${pattern}`,
      saying(members, { path }),
      at(pattern, { needs: ['path'] }),
    )
  return [
    ...['/a%2Fb', '/a%2f', '/%5Ca', '/a%5c', '/a%00', '//a', '/a//', '/a//b', '/open//'].map(
      (path) => ambiguous(path),
    ),
    ...['/a/..;/open', '/open/..;x=1/a', '/.;/a', '/a/%2e%2e%3B/x'].map((path) => ambiguous(path)),
    ...[
      '/./a',
      '/open/../a',
      '/a/.',
      '/a/..',
      '/%2e/a',
      '/open/%2E%2e/a',
      '/open/.%2e/a',
      String.raw`/a\b`,
      String.raw`/open\..\a`,
    ].map((path) => ambiguous(path, ['path', 'unresolved path'])),
    ...['/%zz', '/%', '/a%2', '/%ff', '/%c3'].map((path) =>
      ambiguous(path, ['path', 'bad escape']),
    ),
    deny(
      '§9.6',
      'an ambiguous path at a public route, without a token',
      'path_ambiguous',
      () => ({ path: '/open//' }),
      { route: null, needs: ['path', 'no credentials'] },
    ),
    ...['/', '/A', '/ab', '/a/b', '/open/b', '/a;x=1'].map(unmatched),
    deny(
      '§9.6',
      'a path that nothing matches, without a token',
      'no_matching_route',
      () => ({ path: '/b' }),
      { route: null, needs: ['path', 'no credentials'] },
    ),
    deny(
      '§9.6',
      'a path that nothing matches, with a bad token',
      'no_matching_route',
      bearer(() => 'a.b.c', { path: '/b' }),
      { route: null, needs: ['path'] },
    ),
    allow('§9.6', 'one slash at the end', send('/a/'), { needs: ['path'] }),
    allow('§9.6', 'letters percent-encoded without need', send('/%61'), { needs: ['path'] }),
    tree('/trees/elm/leaf', '/trees/{rest+}'),
    tree('/trees/elm', '/trees/{name}', { scope: 'read:b' }),
    tree('/trees/oak', '/trees/oak', { scope: 'x' }),
    tree('/trees/oak/leaf', '/trees/{rest+}'),
    deny(
      '§9.6',
      'a path by the more specific pattern, which asks for more',
      'insufficient_scope',
      saying({}, { path: '/trees/elm' }),
      at('/trees/{name}', { needs: ['path'], scope: 'read:b' }),
    ),
    deny(
      '§9.6',
      'nothing below a pattern for one and more',
      'no_matching_route',
      saying({}, { path: '/trees' }),
      { setting: 'rules', route: null, needs: ['path'] },
    ),
  ]
}

function methods(): readonly Case[] {
  const send = (method: string, path = '/a') => saying({}, { method, path })
  const needs = ['path'] as const
  const override = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']
  return [
    allow('§9.6', 'HEAD by the rule for GET', send('HEAD'), { needs }),
    deny('§9.6', 'HEAD by a rule of its own', 'insufficient_scope', send('HEAD', '/headless'), {
      setting: 'rules',
      route: 'HEAD /headless',
      needs,
      scope: 'read:head',
    }),
    allow('§9.6', 'HEAD by the rule for any method', send('HEAD', '/any'), {
      setting: 'rules',
      route: '* /any',
      needs,
    }),
    allow('§9.6', 'PATCH by the rule for any method', send('PATCH', '/any'), {
      setting: 'rules',
      route: '* /any',
      needs,
    }),
    deny('63', 'DELETE of what may only be read', 'no_matching_route', send('DELETE'), {
      route: null,
      needs,
    }),
    ...override.map((name) =>
      deny(
        '§9.6',
        `DELETE that ${name} calls GET`,
        'no_matching_route',
        saying({}, { method: 'DELETE', headers: [[name, 'GET']] }),
        { route: null, needs: ['path', 'another field'] },
      ),
    ),
    allow('§2.4', 'a preflight, without a token', preflight('GET'), { needs: ['preflight'] }),
    deny(
      '§2.4',
      'a preflight for a method that no rule knows',
      'no_matching_route',
      preflight('DELETE'),
      { route: null, needs: ['preflight'] },
    ),
    allow(
      '§2.4',
      'a preflight for no rule, where OPTIONS is public',
      preflight('DELETE', '/cors'),
      {
        setting: 'rules',
        route: 'OPTIONS /cors',
        needs: ['preflight'],
      },
    ),
    deny(
      '§2.4',
      'a preflight for no rule, where OPTIONS has one that is not public',
      'no_matching_route',
      preflight('DELETE', '/guarded'),
      { setting: 'rules', route: null, needs: ['preflight'] },
    ),
    deny(
      '§2.4',
      'another method with the fields of a preflight',
      'missing_token',
      () => ({ ...preflight('GET')(), method: 'GET' }),
      { needs: ['no credentials', 'another field'] },
    ),
    deny(
      '§2.4',
      'OPTIONS that asks about a method, but of no page',
      'no_matching_route',
      () => ({ method: 'OPTIONS', headers: [['Access-Control-Request-Method', 'GET']] }),
      { route: null, needs: ['path', 'no credentials', 'another field'] },
    ),
    deny(
      '§2.4',
      'OPTIONS that is no preflight',
      'no_matching_route',
      () => ({ method: 'OPTIONS', headers: [['Origin', 'https://spa.example']] }),
      { route: null, needs: ['path', 'no credentials', 'another field'] },
    ),
  ]
}

const preflight =
  (method: string, path = '/a') =>
  () => ({
    method: 'OPTIONS',
    path,
    headers: [
      ['Origin', 'https://spa.example'],
      ['Access-Control-Request-Method', method],
    ] as const,
  })

function openRoutes(): readonly Case[] {
  const open: Options = { route: 'GET /open' }
  const me: Options = { route: 'GET /me' }
  return [
    allow('§2.2.0', 'a public route, without a token', fields(), {
      ...open,
      needs: ['no credentials'],
    }),
    allow('§2.2.0', 'a public route, with a token', saying({}), open),
    allow('§2.2.0', 'a public route, with an expired token', saying({ iat: 1, exp: 2 }), open),
    allow(
      '§2.2.0',
      'a public route, with nonsense for a token',
      bearer(() => '"'),
      open,
    ),
    allow(
      '§2.2.0',
      'a public route, with credentials of another scheme',
      credentials(() => 'Basic eHl6'),
      open,
    ),
    allow(
      '§2.2.0',
      'an authenticated route, with a token that may nothing',
      saying({ scope: undefined }),
      me,
    ),
    deny('§2.2.0', 'an authenticated route, without a token', 'missing_token', fields(), {
      ...me,
      needs: ['no credentials'],
    }),
    allow(
      '§2.2.0',
      'a token that may nothing, where there are no routes',
      saying({ scope: undefined }),
      { setting: 'routeless', route: null },
    ),
    deny('§2.2.0', 'no token, where there are no routes', 'missing_token', fields(), {
      setting: 'routeless',
      route: null,
      needs: ['no credentials'],
    }),
    allow(
      '§2.2.0',
      'a path that nothing matches, where the rest is for whoever has a token',
      saying({ scope: undefined }, { path: '/b' }),
      { setting: 'otherwise', route: null, needs: ['path'] },
    ),
    deny(
      '§2.2.0',
      'an expired token there',
      'token_expired',
      saying({ iat: now() - 60, exp: now() - 30 }, { path: '/b' }),
      { setting: 'otherwise', route: null, needs: ['path'] },
    ),
    deny('§2.2.0', 'a path that is matched there', 'insufficient_scope', saying({}), {
      setting: 'otherwise',
      scope: 'read:x',
    }),
  ]
}

/** 65: nothing that a caller wrote comes back in a header, a body or the log. */
function echoes(): readonly Case[] {
  const evil = [
    'x", error="none',
    '\r\nSet-Cookie: evil=1',
    '<script>evil()</script>',
    '%0d%0aevil: 1',
  ]
  return evil.flatMap((text) => {
    const what = JSON.stringify(text)
    const secrets = [text, 'evil'].filter((secret) => text.includes(secret))
    return [
      deny(
        '65',
        `the kid ${what}`,
        'unknown_key',
        bearer(({ main }) => main.sign({}, { kid: text })),
        { secrets },
      ),
      deny(
        '65',
        `the scope ${what}`,
        'claim_type_invalid',
        saying({ scope: text.includes('"') || text.includes('\r') ? text : `${text}\\` }),
        { secrets },
      ),
      deny('65', `the issuer ${what}`, 'issuer_mismatch', saying({ iss: text }), { secrets }),
      deny(
        '65',
        `the subject ${what} without a scope`,
        'insufficient_scope',
        saying({ sub: `auth0|${text}`, scope: 'x' }),
        { scope: 'read:a' },
      ),
    ]
  })
}
