/** Beside each fault, what is no fault; and faults in other words than those of the fixtures. */
import { describe, expect, test } from 'vitest'
import { lintDeployment } from '../../../cli/lint/lint.ts'
import type { Config } from '../../../shared/config/types.ts'

const ISSUERS = [{ issuer: 'https://issuer.example/', audience: 'https://api.example.com' }]
const USERS = { 'GET /users': { scopes: 'read:users' } }

const lint = (text: string, more: object = {}) =>
  lintDeployment({
    config: { issuers: ISSUERS, routes: USERS, ...more } as Config,
    files: [{ name: 'serverless.yml', text }],
  })
    .map(({ rule }) => rule)
    .filter((rule) => rule !== 'gateway-response-missing')

const http = (authorizer: string, provider = '') => `
service: lint
provider:
  name: aws
  httpApi:
    ${provider}
    authorizers:
      edge: { type: request, functionName: authorizer, ${authorizer} }
functions:
  authorizer: { handler: dist/index.handler }
  backend:
    handler: backend.handler
    events: [httpApi: { method: GET, path: /users, authorizer: { name: edge } }]
`
/** Before a greedy route. */
const PREFLIGHT = `
  preflight: { handler: backend.handler, events: [httpApi: 'OPTIONS /{proxy+}'] }
`
const AUTHORIZATION = 'identitySource: [$request.header.Authorization]'
const IAM = { apiGateway: { httpApiResponse: 'iam' } }

const rest = (authorizer: string, more = '') => `
service: lint
provider:
  name: aws
  ${more}
functions:
  authorizer: { handler: dist/index.handler }
  backend:
    handler: backend.handler
    events: [http: { method: GET, path: users, authorizer: { name: authorizer, ${authorizer} } }]
`

describe('an HTTP API', () => {
  test('keeps nothing where it has no identity source', () => {
    expect(lint(http('enableSimpleResponses: true'))).toEqual([])
  })

  test('may keep a policy for long where it ends with the token', () => {
    const text = http(`enableSimpleResponses: false, resultTtlInSeconds: 900, ${AUTHORIZATION}`)
    const ending = { apiGateway: { httpApiResponse: 'iam', expiryCondition: true } }
    expect(lint(text, ending)).toEqual([])
    expect(lint(text, IAM)).toEqual(['ttl-outlives-token'])
  })

  test('cannot end a yes with the token', () => {
    const sources = 'identitySource: [$request.header.Authorization, $context.routeKey]'
    const text = http(`enableSimpleResponses: true, resultTtlInSeconds: 900, ${sources}`)
    expect(lint(text, { apiGateway: { expiryCondition: true } })).toEqual(['ttl-outlives-token'])
  })

  test('may take the header in any case', () => {
    const sources = 'identitySource: $request.header.authorization'
    expect(lint(http(`enableSimpleResponses: true, resultTtlInSeconds: 0, ${sources}`))).toEqual([])
  })

  test('of payload 1.0 answers with policies', () => {
    const text = http(`payloadVersion: '1.0', resultTtlInSeconds: 60, ${AUTHORIZATION}`)
    expect(lint(text)).toEqual([])
    expect(lint(text, IAM)).toEqual([])
  })

  test.each([
    ['GET', 'simple-kept-too-wide'],
    ["'*'", 'simple-kept-too-wide'],
    ['POST', undefined],
  ])('sends other requests to a greedy %s than are meant for it', (method, rule) => {
    const sources = 'identitySource: [$request.header.Authorization, $context.routeKey]'
    const greedy = `functions:
  other:
    handler: backend.handler
    events: [httpApi: { method: ${method}, path: '/{proxy+}', authorizer: { name: edge } }]`
    const simple = `enableSimpleResponses: true, resultTtlInSeconds: 60, ${sources}`
    const text = http(simple).replace('functions:', greedy) + PREFLIGHT
    const routes = { ...USERS, [`${method.replaceAll("'", '')} /{rest+}`]: { scopes: 'admin' } }
    expect(lint(text, { routes })).toEqual(rule ? [rule] : [])
  })

  test('sends them to one that keeps policies as well', () => {
    const kept = `
      kept: { type: request, functionName: other, resultTtlInSeconds: 60, ${AUTHORIZATION} }
functions:
  other:
    handler: dist/index.handler
    events: [httpApi: { method: '*', path: '/{proxy+}', authorizer: { name: kept } }]`
    const text =
      http(`resultTtlInSeconds: 0, ${AUTHORIZATION}`).replace('\nfunctions:', kept) + PREFLIGHT
    const routes = { 'GET /users': { maxAgeSeconds: 300 }, '* /{rest+}': 'authenticated' }
    expect(lint(text, { ...IAM, routes })).toEqual(['ttl-time-rules'])
  })

  test('sends them to an open one as well', () => {
    const open = `functions:
  other: { handler: backend.handler, events: [httpApi: { method: '*', path: '/{proxy+}' }] }`
    const text = http('enableSimpleResponses: true', 'cors: true').replace('functions:', open)
    expect(lint(text, { routes: { ...USERS, '* /{rest+}': 'public' } })).toEqual(['catch-all-open'])
  })

  test.each([
    ["'*'", '/{proxy+}', 'OPTIONS /{proxy+}', true],
    ["'*'", '*', 'OPTIONS /{proxy+}', true],
    ["'*'", '*', 'OPTIONS /users', false],
    ["'*'", '/users/{id}', 'OPTIONS /{proxy+}', false],
    ['GET', '/{proxy+}', undefined, true],
  ])('answers preflights of %s %s by %s: %s', (method, path, preflight, isAnswered) => {
    const events = [
      `httpApi: { method: ${method}, path: '${path}', authorizer: { name: edge } }`,
      ...(preflight ? [`httpApi: '${preflight}'`] : []),
    ]
    const text = http('enableSimpleResponses: true', 'cors: true').replace(
      'functions:',
      `functions:\n  other: { handler: backend.handler, events: [${events.join(', ')}] }`,
    )
    const routes = { ...USERS, '* /{rest+}': 'authenticated' }
    expect(lint(text, { routes })).toEqual(isAnswered ? [] : ['preflight-swallowed'])
  })

  test.each(['stepUp', 'proof'])('may keep nothing of a route with %s', (option) => {
    const text = http(`enableSimpleResponses: false, resultTtlInSeconds: 60, ${AUTHORIZATION}`)
    expect(lint(text, { ...IAM, routes: { 'GET /users': { [option]: 'x' } } })).toEqual([
      'ttl-time-rules',
    ])
    const elsewhere = { ...USERS, 'GET /else': { [option]: 'x' } }
    expect(lint(text, { ...IAM, routes: elsewhere })).toEqual(['pattern-unserved'])
  })

  test('may keep an answer no longer than a route lets a verdict be old', () => {
    const text = http(`enableSimpleResponses: false, resultTtlInSeconds: 60, ${AUTHORIZATION}`)
    const within = (verdictSeconds: number) => ({ 'GET /users': { verdictSeconds } })
    expect(lint(text, { ...IAM, routes: within(59) })).toEqual(['ttl-time-rules'])
    expect(lint(text, { ...IAM, routes: within(60) })).toEqual([])
  })

  test.each([
    ['revocation', {}],
    ['dpop', { mode: 'allowed' }],
  ])('may keep nothing with %s', (name, value) => {
    const text = http(`enableSimpleResponses: false, resultTtlInSeconds: 60, ${AUTHORIZATION}`)
    expect(lint(text, { ...IAM, [name]: value })).toEqual(['ttl-time-rules'])
    expect(lint(text, { ...IAM, dpop: { mode: 'off' } })).toEqual([])
  })

  test('that asks for certificates elsewhere is no concern of one without them', () => {
    const text = http('enableSimpleResponses: true')
    expect(lint(text, { mtls: { mode: 'off' } })).toEqual([])
    expect(lint(text, { mtls: { mode: 'allowed' } })).toEqual(['default-endpoint-open'])
    expect(
      lint(http('enableSimpleResponses: true', 'disableDefaultEndpoint: true'), {
        mtls: { mode: 'required' },
      }),
    ).toEqual([])
  })
})

describe('a REST API', () => {
  test('takes a cookie where it keeps nothing and asks for no source', () => {
    const cookie = { cookie: 'token' }
    expect(lint(rest('type: request, resultTtlInSeconds: 0'), cookie)).toEqual([])
    expect(lint(rest('type: token, resultTtlInSeconds: 0'), cookie)).toEqual([
      'identity-source-cookie',
    ])
  })

  test.each(['Cookie', 'X-Other'])('with a cookie is told one thing of the source %s', (name) => {
    const source = `identitySource: method.request.header.${name}`
    const text = rest(`type: request, resultTtlInSeconds: 60, ${source}`)
    expect(lint(text, { cookie: 'token' })).toEqual(['identity-source-cookie'])
    expect(lint(text)).toEqual(['identity-source-authorization'])
  })

  test('with a cookie keeps nothing, rather than for a header that it may lack', () => {
    const text = rest('type: request, resultTtlInSeconds: 60, identitySource: []')
    const mendsFor = (more: object) =>
      lintDeployment({
        config: { issuers: ISSUERS, routes: USERS, ...more },
        files: [{ name: 'serverless.yml', text }],
      }).flatMap(({ rule, mend }) => (rule === 'ttl-without-source' ? [mend] : []))
    expect(mendsFor({ cookie: 'token' })).toEqual(['Set `resultTtlInSeconds: 0`.'])
    expect(mendsFor({})).toEqual([
      'Set `identitySource` to `method.request.header.Authorization`, or `resultTtlInSeconds: 0`.',
    ])
  })

  test.each([
    [String.raw`^Bearer [-\w.~+/]+=*$`, true],
    [String.raw`(?i)^bearer +[-\w.~+/]+=*$`, false],
    ['^[Bb]earer .+$', false],
    ['.*', false],
    ['^Bearer .+$', true],
    ['(?<=x', false],
  ])('with the validation %s refuses legal tokens: %s', (expression, isNarrow) => {
    const text = rest(
      `type: token, resultTtlInSeconds: 60, identityValidationExpression: '${expression}'`,
    )
    expect(lint(text)).toEqual(isNarrow ? ['identity-validation'] : [])
  })

  test.each([
    ['token', ['public-guarded']],
    ['request', []],
  ])('that keeps nothing asks for the header of a %s authorizer: %j', (type, rules) => {
    const text = rest(
      `type: ${type}, resultTtlInSeconds: 0, identitySource: method.request.header.Authorization`,
    )
    expect(lint(text, { routes: { 'GET /users': 'public' } })).toEqual(rules)
  })

  test('takes usage keys from the authorizer, or from a header', () => {
    const authorizer = 'apiGateway: { apiKeySourceType: AUTHORIZER }'
    const claim = { apiGateway: { usageIdentifierClaim: 'client' } }
    const text = 'type: request, resultTtlInSeconds: 60'
    expect(lint(rest(text, authorizer), claim)).toEqual([])
    expect(lint(rest(text, authorizer))).toEqual(['api-key-source'])
    expect(lint(rest(text, 'apiGateway: { apiKeySourceType: HEADER }'), claim)).toEqual([
      'api-key-source',
    ])
  })

  test('whose authorizer is written twice in the same words has one', () => {
    const text = rest('type: request, resultTtlInSeconds: 60').replace(
      /events: \[(.*)\]/,
      'events: [$1, http: { method: POST, path: users, authorizer: { resultTtlInSeconds: 60, type: request, name: authorizer } }]',
    )
    expect(lint(text, { routes: { '* /users': 'authenticated' } })).toEqual([])
  })

  test('with an authorizer that is a name is kept for 300 s', () => {
    const text = rest('').replace('{ name: authorizer,  }', 'authorizer')
    expect(lint(text)).toEqual(['ttl-unset'])
  })

  test('with an event in two words', () => {
    const text = rest('').replace(/http: \{.*\}/, 'http: GET users')
    expect(lint(text)).toEqual(['route-open'])
    expect(lint(text, { routes: { 'GET /users': 'public' } })).toEqual([])
  })
})

describe('a WebSocket API', () => {
  const socket = (event: string) => `
service: lint
provider: { name: aws }
functions:
  authorizer: { handler: dist/index.handler }
  backend: { handler: backend.handler, events: [websocket: ${event}] }
`
  const routes = { $connect: 'authenticated' }

  test('without $connect is open', () => {
    expect(lint(socket('$default'), { routes })).toEqual(['connect-open'])
    expect(lint(socket('{ route: $default }'), { routes })).toEqual(['connect-open'])
  })

  test.each([
    [{}, 'header.Authorization'],
    [{ subprotocol: 'bearer' }, 'header.Sec-WebSocket-Protocol'],
    [{ query: 'token' }, 'querystring.token'],
  ])('with %j is closed where the token is', (webSocket, source) => {
    const lintOf = (event: string) =>
      lintDeployment({
        config: { issuers: ISSUERS, routes: { $connect: 'authenticated' }, webSocket },
        files: [{ name: 'serverless.yml', text: socket(event) }],
      })
    const sources = `identitySource: [route.request.${source}]`
    expect(lintOf('$connect')).toEqual([
      expect.objectContaining({
        rule: 'connect-open',
        mend: `Give $connect an authorizer with \`${sources}\`.`,
      }),
    ])
    expect(lintOf(`{ route: $connect, authorizer: { name: authorizer, ${sources} } }`)).toEqual([])
  })

  test('may be public', () => {
    expect(lint(socket('$connect'), { routes: { $connect: 'public' } })).toEqual([])
  })

  test('with a name for an authorizer asks for `Auth`', () => {
    const event = '{ route: $connect, authorizer: authorizer }'
    expect(lint(socket(event), { routes })).toEqual(['websocket-header-default'])
  })

  test('with `Auth` is told once, and where the token is', () => {
    const text = socket('{ route: $connect, authorizer: authorizer }')
    const files = [{ name: 'serverless.yml', text }]
    const given = { issuers: ISSUERS, routes, webSocket: { query: 'token' } } as Config
    expect(lintDeployment({ config: given, files })).toEqual([
      expect.objectContaining({
        rule: 'websocket-header-default',
        mend: 'Set `identitySource: [route.request.querystring.token]`.',
      }),
    ])
  })

  test('may carry its token in a cookie', () => {
    const sources = 'identitySource: [route.request.header.Cookie]'
    const event = `{ route: $connect, authorizer: { name: authorizer, ${sources} } }`
    expect(lint(socket(event), { routes, cookie: 'session' })).toEqual([])
    expect(lint(socket(event), { routes })).toEqual(['identity-source-websocket'])
  })

  test('may carry its token as a subprotocol', () => {
    const sources = 'identitySource: [route.request.header.Sec-WebSocket-Protocol]'
    const event = `{ route: $connect, authorizer: { name: authorizer, ${sources} } }`
    expect(lint(socket(event), { routes, webSocket: { subprotocol: 'token' } })).toEqual([])
  })
})

test('an ARN of a function is an authorizer, whatever its account and region', () => {
  const arn = '${self:custom.arn}'
  const text = (
    event: string,
    value = 'arn:aws:lambda:${aws:region}:${aws:accountId}:function:x',
  ) => `
service: lint
provider: { name: aws }
custom: { arn: '${value}' }
functions:
  backend: { handler: backend.handler, events: [${event}] }
`
  const rest = `http: { method: GET, path: users, authorizer: '${arn}' }`
  expect(lint(text(rest))).toEqual(['ttl-unset'])
  expect(lint(text(rest, '${env:ARN}'))).toEqual([])
  expect(lint(text(rest, 'arn:aws:cognito-idp:${aws:region}:1:userpool/x'))).toEqual([])
  const socket = `websocket: { route: $connect, authorizer: '${arn}' }`
  const routes = { $connect: 'authenticated' }
  expect(lint(text(socket), { routes })).toEqual(['websocket-header-default'])
  expect(lint(text(socket, '${env:ARN}'), { routes })).toEqual([])
})

test('authorizers elsewhere are told apart by what is written of them', () => {
  const event = (name: string, arn: string, seconds: number) =>
    `      - http: { method: GET, path: ${name}, authorizer: { arn: ${arn}, resultTtlInSeconds: ${seconds} } }`
  const text = (one: string, other: string) => `
service: lint
provider: { name: aws }
functions:
  backend:
    handler: backend.handler
    events:
${event('users', one, 0)}
${event('orders', other, 60)}
`
  const routes = { 'GET /users': 'authenticated', 'GET /orders': 'authenticated' }
  expect(lint(text("'${env:ONE}'", "'${env:OTHER}'"), { routes })).toEqual([])
  expect(lint(text('!ImportValue one', '!ImportValue other'), { routes })).toEqual([])
  expect(lint(text("'${env:ONE}'", "'${env:ONE}'"), { routes })).toEqual(['authorizers-collapse'])
})

test('what all functions have from the provider is told once', () => {
  const text = `
service: lint
provider:
  name: aws
  runtime: nodejs20.x
  timeout: 30
functions:
  one: { handler: dist/index.handler }
  two: { handler: dist/index.handler }
  three: { handler: dist/index.handler, timeout: 20 }
  backend:
    handler: backend.handler
    events:
${['one', 'two', 'three']
  .map(
    (name) =>
      `      - http: { method: GET, path: users/${name}, authorizer: { name: ${name}, resultTtlInSeconds: 60 } }`,
  )
  .join('\n')}
`
  const routes = { 'GET /users/{id}': 'authenticated' }
  expect(lint(text, { routes })).toEqual(['runtime-old', 'function-timeout', 'function-timeout'])
})
