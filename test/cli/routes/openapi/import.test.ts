import { describe, expect, test } from 'vitest'
import { importOpenApi, routesOf } from '../../../../cli/routes/openapi/import.ts'
import { readConfig } from '../../../../shared/config/read.ts'

const SCHEMES = `components:
  securitySchemes:
    oauth: { type: oauth2, flows: {} }
    oidc: { type: openIdConnect, openIdConnectUrl: https://issuer.example/ }
    jwt: { type: http, scheme: Bearer }
    dpop: { type: http, scheme: DPoP }
    alias: { $ref: '#/components/securitySchemes/oauth' }
    key: { type: apiKey, in: header, name: X-Key }
    basic: { type: http, scheme: basic }
`
const describeApi = (paths: string, more = '') =>
  `openapi: 3.1.0\n${SCHEMES}${more}paths:\n${paths.replace(/^/gm, '  ')}\n`

const run = (text: string, options = {}) => {
  const found = importOpenApi({ name: 'openapi.yml', text }, options)
  if (found.kind === 'unreadable') throw new TypeError(found.message)
  const findings = found.findings.map(({ rule, line }) => `${rule} ${line}`)
  return { routes: routesOf(found), findings }
}
/** What one operation becomes. */
const operation = (security: string, more = '') => {
  const { routes, findings } = run(describeApi(`/users: { get: { ${security} } }`, more))
  return { policy: routes['GET /users'], rules: findings.map((text) => text.split(' ')[0]) }
}

describe('the security of an operation', () => {
  test.each([
    ['one scheme with scopes: all of them', '[{ oauth: [a, b] }]', { scopes: ['a', 'b'] }],
    ['a scheme without scopes', '[{ jwt: [] }]', 'authenticated'],
    [
      'schemes in one entry: all of their scopes',
      '[{ oauth: [a], oidc: [b] }]',
      { scopes: ['a', 'b'] },
    ],
    ['alternatives of one scope', '[{ oauth: [a] }, { oidc: [b] }]', { anyScope: ['a', 'b'] }],
    [
      'alternatives with a common part',
      '[{ oauth: [a, b] }, { oauth: [a, c] }]',
      { scopes: 'a', anyScope: ['b', 'c'] },
    ],
    [
      'an alternative that asks for less wins',
      '[{ oauth: [a, b] }, { oauth: [a] }]',
      { scopes: 'a' },
    ],
    ['the same alternative twice', '[{ oauth: [a] }, { oidc: [a] }]', { scopes: 'a' }],
    [
      'an alternative that asks for nothing but a token',
      '[{ oauth: [a] }, { jwt: [] }]',
      'authenticated',
    ],
    ['a token with a proof', '[{ dpop: [] }]', 'authenticated'],
    ['a scheme by reference', '[{ alias: [a] }]', { scopes: 'a' }],
  ])('%s', (_, security, policy) => {
    expect(operation(`security: ${security}`)).toEqual({ policy, rules: [] })
  })

  test.each([
    ['nothing, said so', '[]', 'public', 'operation-public'],
    ['an empty requirement alone', '[{}]', 'public', 'operation-public'],
    ['optional', '[{}, { oauth: [a] }]', 'public', 'operation-optional'],
    [
      'alternatives of several scopes each',
      '[{ oauth: [a, b] }, { oauth: [c, d] }]',
      { scopes: ['a', 'b'] },
      'security-not-expressible',
    ],
    [
      'one of two schemes is none of ours',
      '[{ oauth: [a], key: [] }]',
      { scopes: 'a' },
      'security-scheme-foreign',
    ],
    [
      'one of two alternatives is none of ours',
      '[{ key: [] }, { oauth: [a] }]',
      { scopes: 'a' },
      'security-scheme-foreign',
    ],
    ['only a key', '[{ key: [] }]', undefined, 'security-scheme-foreign'],
    ['only a password', '[{ basic: [] }]', undefined, 'security-scheme-foreign'],
    [
      'a scheme that is declared nowhere',
      '[{ nothing: [a] }]',
      undefined,
      'security-scheme-foreign',
    ],
  ])('%s is reported, and taken strictly', (_, security, policy, rule) => {
    expect(operation(`security: ${security}`)).toEqual({ policy, rules: [rule] })
  })

  test.each([
    ['a further credential is left to the backend', '[{ oauth: [a], key: [] }]', 'warning'],
    ['an alternative that is left out refuses somebody', '[{ key: [] }, { jwt: [] }]', 'error'],
    ['a credential that is declared nowhere may be a slip', '[{ jwt: [], ghost: [] }]', 'error'],
  ])('%s', (_, security, severity) => {
    const text = describeApi(`/users: { get: { security: ${security} } }`)
    expect(importOpenApi({ name: 'openapi.yml', text })).toMatchObject({ findings: [{ severity }] })
  })

  test('not said is left out', () => {
    expect(operation('summary: x')).toEqual({ policy: undefined, rules: ['operation-unprotected'] })
  })

  test('of the whole description counts unless the operation has its own', () => {
    const common = 'security: [{ oauth: [common] }]\n'
    expect(operation('summary: x', common).policy).toEqual({ scopes: 'common' })
    expect(operation('security: [{ oauth: [own] }]', common).policy).toEqual({ scopes: 'own' })
    expect(operation('security: []', common).policy).toBe('public')
  })
})

const GUARDED = '{ security: [{ jwt: [] }] }'

describe('a path', () => {
  test.each([
    ['/', 'GET /'],
    ['/users/', 'GET /users'],
    ['/users/{id}/orders/{orderId}', 'GET /users/{id}/orders/{orderId}'],
    ['/users/{user.id}', 'GET /users/{user_id}'],
    ['/users/{1st}', 'GET /users/{_1st}'],
    ['/users/{proxy+}', 'GET /users/{proxy+}'],
  ])('%s becomes %s', (path, pattern) => {
    expect(run(describeApi(`"${path}": { get: ${GUARDED} }`))).toEqual({
      routes: { [pattern]: 'authenticated' },
      findings: [],
    })
  })

  test.each(['/files/{name}.json', '/a{b}', '/{a}-{b}', '/50%', '/a//b', '/a*', '/{a+}/b'])(
    '%s is left out',
    (path) => {
      expect(run(describeApi(`"${path}": { get: ${GUARDED} }`))).toEqual({
        routes: {},
        findings: ['path-not-expressible 12'],
      })
    },
  )

  test.each([
    ['/users/{a}', '/users/{b}'],
    ['/users', '/users/'],
  ])('%s and %s are one', (one, other) => {
    const paths = `"${one}": { get: ${GUARDED} }\n"${other}": { get: { security: [] } }`
    expect(run(describeApi(paths))).toEqual({
      routes: { [`GET ${one}`]: 'authenticated' },
      findings: ['path-conflict 13'],
    })
  })

  test('of a server is put before it where asked for, and reported where not', () => {
    const text = describeApi(
      `/users: { get: ${GUARDED} }`,
      'servers: [{ url: https://a.example/v1/ }]\n',
    )
    expect(run(text).findings).toEqual(['server-path 11'])
    expect(run(text, { prefix: '/v1' })).toEqual({
      routes: { 'GET /v1/users': 'authenticated' },
      findings: [],
    })
  })
})

test('every method of a path, and none of its other members', () => {
  const item = `/a:\n  summary: x\n  parameters: []\n  get: ${GUARDED}\n  delete: ${GUARDED}\n  x-more: 1`
  expect(Object.keys(run(describeApi(item)).routes)).toEqual(['GET /a', 'DELETE /a'])
})

test('a path item elsewhere in the file is followed, another file is not', () => {
  const paths = `/a: { $ref: '#/paths/~1b' }\n/b: { get: ${GUARDED} }\n/c: { $ref: other.yml }`
  expect(run(describeApi(paths))).toEqual({
    routes: { 'GET /a': 'authenticated', 'GET /b': 'authenticated' },
    findings: ['reference-foreign 14'],
  })
})

test('JSON is read as well, and 3.0', () => {
  const document = {
    openapi: '3.0.3',
    components: { securitySchemes: { jwt: { type: 'http', scheme: 'bearer' } } },
    paths: { '/a': { post: { security: [{ jwt: [] }] } } },
  }
  expect(run(JSON.stringify(document)).routes).toEqual({ 'POST /a': 'authenticated' })
})

test('methods that 3.2 adds', () => {
  const text = describeApi(
    `/a: { query: ${GUARDED}, additionalOperations: { COPY: ${GUARDED} } }`,
  ).replace('3.1.0', '3.2.0')
  expect(Object.keys(run(text).routes)).toEqual(['QUERY /a', 'COPY /a'])
})

test.each([
  ['swagger: "2.0"', /is read, not 2\.0$/],
  ['openapi: 4.0.0', /not 4\.0\.0$/],
  ['- 1', /not this$/],
  ['{', /^(?!.* at line )./],
  ['', /empty/],
])('%j is no description', (text, message) => {
  const found = importOpenApi({ name: 'openapi.yml', text })
  expect(found).toMatchObject({ kind: 'unreadable', line: 1 })
  expect(found).toHaveProperty('message', expect.stringMatching(message))
})

test('what comes out is a configuration', () => {
  const text = describeApi(
    `/users/{id}: { get: { security: [{ oauth: [a, b] }, { oauth: [a, c] }] }, put: { security: [] } }`,
  )
  const { routes } = run(text)
  const issuers = [{ issuer: 'https://issuer.example/', audience: 'https://api.example.com' }]
  expect(readConfig({ issuers, routes }, {}).routes).toEqual(routes)
})

describe('a description of API Gateway', () => {
  const text = `openapi: 3.0.1
servers: [{ url: 'https://api.example/{basePath}', variables: { basePath: { default: /live } } }]
components:
  securitySchemes:
    guard:
      { type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: { type: token } }
    iam: { type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: awsSigv4 }
paths:
  /users:
    get: { security: [{ guard: [] }] }
    x-amazon-apigateway-any-method: { security: [{ guard: [] }] }
  /orders:
    get: { security: [{ iam: [] }] }
  /$default:
    x-amazon-apigateway-any-method: { isDefaultRoute: true, security: [{ guard: [] }] }
`

  test('has authorizers, which a token answers, and any method', () => {
    expect(run(text)).toEqual({
      routes: { 'GET /users': 'authenticated', '* /users': 'authenticated' },
      findings: ['server-path 2', 'security-scheme-foreign 13', 'path-not-expressible 15'],
    })
  })

  test('has a stage in its address, which may be the prefix', () => {
    const found = importOpenApi({ name: 'openapi.yml', text })
    const [finding] = found.kind === 'imported' ? found.findings : []
    expect(finding?.message).toBe('The server has the path "/live", which the patterns do not have')
    const withDefault = (path: string) => text.replace('default: /live', `default: '${path}'`)
    expect(run(withDefault('')).findings).not.toContain('server-path 2')
    expect(run(withDefault('live')).findings).toContain('server-path 2')
  })
})
