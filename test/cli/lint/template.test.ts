/** CloudFormation, in JSON as `sls package` writes it and in YAML as people do. */
import { describe, expect, test } from 'vitest'
import { lintDeployment } from '../../../cli/lint/lint.ts'
import type { Config } from '../../../shared/config/types.ts'

const config: Config = {
  issuers: [{ issuer: 'https://issuer.example/', audience: 'https://api.example.com' }],
  routes: { 'GET /users': { scopes: 'read:users' }, 'GET /users/{id}': { scopes: 'read:users' } },
}

type Properties = Record<string, unknown>

const resource = (type: string, properties: Properties, more: object = {}) => ({
  Type: `AWS::${type}`,
  Properties: properties,
  ...more,
})
const ref = (name: string) => ({ Ref: name })
const uri = {
  'Fn::Join': ['', ['arn:', { 'Fn::GetAtt': ['Function', 'Arn'] }, '/invocations']],
}
const lambda = (more: Properties = {}) =>
  resource('Lambda::Function', { Handler: 'i.handler', Runtime: 'nodejs24.x', Timeout: 5, ...more })

const http = (authorizer: Properties, routes: Record<string, Properties> = {}) => ({
  Function: lambda(),
  Api: resource('ApiGatewayV2::Api', { ProtocolType: 'HTTP' }),
  Edge: resource('ApiGatewayV2::Authorizer', {
    ApiId: ref('Api'),
    AuthorizerType: 'REQUEST',
    AuthorizerUri: uri,
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: true,
    IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
    AuthorizerResultTtlInSeconds: 60,
    ...authorizer,
  }),
  Users: route('GET /users'),
  User: route('GET /users/{id}'),
  ...Object.fromEntries(Object.entries(routes).map(([name, one]) => [name, route('', one)])),
})
const route = (key: string, more: Properties = {}) =>
  resource('ApiGatewayV2::Route', {
    ApiId: ref('Api'),
    RouteKey: key,
    AuthorizationType: 'CUSTOM',
    AuthorizerId: ref('Edge'),
    ...more,
  })

const RESPONSES = [
  'UNAUTHORIZED',
  'ACCESS_DENIED',
  'AUTHORIZER_FAILURE',
  'AUTHORIZER_CONFIGURATION_ERROR',
]
const rest = (authorizer: Properties, more: object = {}) => ({
  Function: lambda(),
  Api: resource('ApiGateway::RestApi', { Name: 'users' }),
  Edge: resource('ApiGateway::Authorizer', {
    RestApiId: ref('Api'),
    Type: 'REQUEST',
    AuthorizerUri: { 'Fn::Sub': 'arn:${AWS::Partition}:…/${Function.Arn}/invocations' },
    IdentitySource: 'method.request.header.Authorization',
    AuthorizerResultTtlInSeconds: 60,
    ...authorizer,
  }),
  UsersPath: path({ 'Fn::GetAtt': ['Api', 'RootResourceId'] }, 'users'),
  UserPath: path(ref('UsersPath'), '{id}'),
  Users: method('UsersPath'),
  User: method('UserPath'),
  ...Object.fromEntries(
    RESPONSES.map((type) => [
      type,
      resource('ApiGateway::GatewayResponse', {
        RestApiId: ref('Api'),
        ResponseType: type,
        ResponseParameters: {
          'gatewayresponse.header.WWW-Authenticate': `'Bearer realm="api"'`,
        },
      }),
    ]),
  ),
  Deployment: resource('ApiGateway::Deployment', { RestApiId: ref('Api') }, { DependsOn: 'User' }),
  ...more,
})
const path = (parent: object, part: string) =>
  resource('ApiGateway::Resource', { RestApiId: ref('Api'), ParentId: parent, PathPart: part })
const method = (at: string, more: Properties = {}) =>
  resource(
    'ApiGateway::Method',
    {
      RestApiId: ref('Api'),
      ResourceId: ref(at),
      HttpMethod: 'GET',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: ref('Edge'),
      ...more,
    },
    { DependsOn: RESPONSES },
  )

/** Each finding with the text of its line. */
function lint(resources: object, given: Config = config) {
  const text = JSON.stringify({ Resources: resources }, null, 2)
  const lines = text.split('\n')
  const findings = lintDeployment({ config: given, files: [{ name: 'template.json', text }] })
  return findings.map(({ rule, line }) => `${rule}: ${lines[line - 1]?.trim()}`)
}

test('has nothing to say of an HTTP API and a REST API that are right', () => {
  expect(lint(http({}))).toEqual([])
  expect(lint(rest({}))).toEqual([])
})

const bound: Config = {
  ...config,
  routes: { ...config.routes, 'GET /users/{id}': { bind: { id: 'sub' } } },
}

test.each<[string, Properties, string[], Config?]>([
  [
    'payload version',
    { AuthorizerPayloadFormatVersion: undefined },
    ['payload-version-missing: "Edge": {'],
  ],
  [
    'route key',
    { IdentitySource: ['$request.header.Authorization'] },
    ['simple-without-route-key: "AuthorizerResultTtlInSeconds": 60'],
  ],
  ['bind', {}, ['simple-kept-too-wide: "AuthorizerResultTtlInSeconds": 60'], bound],
  ['shape', { EnableSimpleResponses: false }, ['response-shape: "EnableSimpleResponses": false,']],
  [
    'nobody to keep an answer for',
    { IdentitySource: undefined },
    [
      'ttl-without-source: "AuthorizerResultTtlInSeconds": 60',
      'simple-without-route-key: "AuthorizerResultTtlInSeconds": 60',
    ],
  ],
  [
    'identity source',
    { IdentitySource: ['$request.header.X-Tenant'], AuthorizerResultTtlInSeconds: 0 },
    ['identity-source-authorization: "IdentitySource": ['],
  ],
])('an HTTP API: %s', (_, authorizer, findings, given) => {
  expect(lint(http(authorizer), given)).toEqual(findings)
})

test('an HTTP API with a route that nobody guards', () => {
  const open = { RouteKey: 'ANY /{proxy+}', AuthorizationType: 'NONE', AuthorizerId: undefined }
  expect(lint(http({}, { Rest: open }))).toEqual(['catch-all-open: "Rest": {'])
})

test.each([
  [undefined, 'catch-all-open: "Target": "arn:…"'],
  ['GET /users/{id}/photo', 'route-open: "Target": "arn:…"'],
])('an HTTP API whose target makes a route: %s', (RouteKey, finding) => {
  const Api = resource('ApiGatewayV2::Api', { ProtocolType: 'HTTP', RouteKey, Target: 'arn:…' })
  expect(lint({ ...http({}), Api })).toEqual([finding])
})

describe('a REST API', () => {
  test.each<[string, Properties, string[]]>([
    ['no TTL', { AuthorizerResultTtlInSeconds: undefined }, ['ttl-unset: "Edge": {']],
    [
      'too long a TTL',
      { AuthorizerResultTtlInSeconds: 4000 },
      ['ttl-over-limit: "AuthorizerResultTtlInSeconds": 4000'],
    ],
    [
      'nobody to keep an answer for',
      { IdentitySource: undefined },
      ['ttl-without-source: "AuthorizerResultTtlInSeconds": 60'],
    ],
    [
      'nobody to keep an answer of a TOKEN authorizer for',
      { Type: 'TOKEN', IdentitySource: undefined },
      ['ttl-without-source: "AuthorizerResultTtlInSeconds": 60'],
    ],
    [
      'no source of a TOKEN authorizer that keeps nothing',
      { Type: 'TOKEN', IdentitySource: undefined, AuthorizerResultTtlInSeconds: 0 },
      ['identity-source-authorization: "Edge": {'],
    ],
    [
      'no source, and none is needed',
      { IdentitySource: undefined, AuthorizerResultTtlInSeconds: 0 },
      [],
    ],
    [
      'several sources in one text',
      { IdentitySource: 'method.request.header.X, method.request.header.Y' },
      [
        'identity-source-authorization: "IdentitySource": "method.request.header.X, method.request.header.Y",',
      ],
    ],
  ])('%s', (_, authorizer, findings) => {
    expect(lint(rest(authorizer))).toEqual(findings)
  })

  test('with paths put together from their parts', () => {
    const open = method('UserPath', { AuthorizationType: 'NONE', AuthorizerId: undefined })
    expect(lint(rest({}, { User: open }))).toEqual(['route-open: "User": {'])
  })

  test('that is deployed before its gateway responses', () => {
    const early = resource('ApiGateway::Deployment', { RestApiId: ref('Api') })
    const findings = lint(rest({}, { Deployment: early }))
    expect(findings).toEqual(RESPONSES.map((type) => `gateway-response-late: "${type}": {`))
  })

  test('whose function takes the three seconds that CloudFormation gives', () => {
    const hasty = lambda({ Timeout: undefined })
    expect(lint(rest({}, { Function: hasty }))).toEqual(['function-timeout: "Function": {'])
  })
})

test('fixes are in the words of a template', () => {
  const open = { ...http({}), Users: route('$default'), User: undefined }
  const socket = {
    Api: resource('ApiGatewayV2::Api', { ProtocolType: 'WEBSOCKET' }),
    Connect: route('$connect', { AuthorizationType: 'NONE' }),
  }
  const any = rest({ Type: 'TOKEN' }, { Users: method('UsersPath', { HttpMethod: 'ANY' }) })
  const mends = (Resources: object, given: Config) => {
    const text = JSON.stringify({ Resources })
    return lintDeployment({ config: given, files: [{ name: 'template.json', text }] }).map(
      ({ mend }) => mend,
    )
  }
  expect(mends(open, config)).toContain(
    'Add a route `OPTIONS /{proxy+}` without authorizer, or declare the methods one by one and let `CorsConfiguration` answer.',
  )
  expect(mends(socket, { ...config, routes: { $connect: 'authenticated' } })).toEqual([
    'Give $connect an authorizer with `IdentitySource: [route.request.header.Authorization]`.',
  ])
  expect(mends(any, bound)).toEqual(
    expect.arrayContaining([
      'Add an OPTIONS method without authorizer.',
      'Make it a REQUEST authorizer (`Type: REQUEST`).',
    ]),
  )
})

describe('the table', () => {
  const statement = (...actions: string[]) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: { 'Fn::GetAtt': ['Keys', 'Arn'] },
  })
  const withTable = (document: object) => ({
    ...http({}),
    Function: lambda({
      Environment: { Variables: { CACHE_TABLE: ref('Keys') } },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    }),
    Role: resource('IAM::Role', { Policies: [{ PolicyDocument: { Statement: [document] } }] }),
    Keys: resource('DynamoDB::Table', {
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    }),
  })

  test.each([
    [['dynamodb:GetItem', 'dynamodb:PutItem']],
    [['dynamodb:*']],
    [['*']],
    [['dynamodb:?etItem', 'DynamoDB:Put*']],
  ])('is open to a role that may %j', (actions) => {
    expect(lint(withTable(statement(...actions)))).toEqual([])
  })

  test.each([[['dynamodb:GetItem']], [['dynamodb:Query', 'dynamodb:Put']], [['s3:*']]])(
    'is shut to a role that may %j',
    (actions) => {
      expect(lint(withTable(statement(...actions)))).toEqual(['table-permission: "CACHE_TABLE": {'])
    },
  )
})

describe('an API whose definition is in its `Body`', () => {
  const authorizer = (type: string, more: Properties) => ({
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authorizer': {
      type,
      authorizerUri: uri,
      authorizerResultTtlInSeconds: 60,
      ...more,
    },
  })
  const guarded = { security: [{ Edge: [] }] }
  const paths = { '/users': { get: guarded }, '/users/{id}': { get: guarded } }

  const simple = {
    authorizerPayloadFormatVersion: 2,
    enableSimpleResponses: true,
    identitySource: ['$request.header.Authorization', '$context.routeKey'],
  }
  const httpBody = (more: Properties, body: object = {}) => ({
    Function: lambda(),
    Api: resource('ApiGatewayV2::Api', {
      Body: {
        openapi: '3.0.1',
        components: { securitySchemes: { Edge: authorizer('request', { ...simple, ...more }) } },
        paths,
        ...body,
      },
    }),
  })

  const RESPONSE = {
    responseParameters: { 'gatewayresponse.header.WWW-Authenticate': `'Bearer realm="api"'` },
  }
  const restBody = (type: string, more: Properties, body: object = {}, schemes: object = {}) => ({
    Function: lambda(),
    Api: resource('ApiGateway::RestApi', {
      Body: {
        swagger: '2.0',
        securityDefinitions: { Edge: authorizer(type, more), ...schemes },
        paths,
        'x-amazon-apigateway-gateway-responses': Object.fromEntries(
          RESPONSES.map((name) => [name, RESPONSE]),
        ),
        ...body,
      },
    }),
  })
  const HEADER = { identitySource: 'method.request.header.Authorization' }

  test('has nothing wrong where it is right', () => {
    expect(lint(httpBody({}))).toEqual([])
    expect(lint(restBody('request', HEADER))).toEqual([])
    // The header of a TOKEN authorizer is the scheme's.
    expect(lint(restBody('token', {}))).toEqual([])
  })

  test.each<[string, object, string[]]>([
    [
      'a yes for all routes',
      httpBody({ identitySource: '$request.header.Authorization' }),
      ['simple-without-route-key: "authorizerResultTtlInSeconds": 60,'],
    ],
    [
      'another shape',
      httpBody({ enableSimpleResponses: false }),
      ['response-shape: "enableSimpleResponses": false,'],
    ],
    [
      'a whole day',
      restBody('request', { ...HEADER, authorizerResultTtlInSeconds: 86400 }),
      ['ttl-over-limit: "authorizerResultTtlInSeconds": 86400,'],
    ],
    [
      'nobody to keep an answer for',
      restBody('request', {}),
      ['ttl-without-source: "authorizerResultTtlInSeconds": 60'],
    ],
    [
      'an expression',
      restBody('token', { identityValidationExpression: 'Bearer [a-z.]+' }),
      ['identity-validation: "identityValidationExpression": "Bearer [a-z.]+"'],
    ],
    [
      'a runtime',
      { ...restBody('token', {}), Function: lambda({ Runtime: 'nodejs18.x' }) },
      ['runtime-old: "Runtime": "nodejs18.x",'],
    ],
    [
      'a status',
      restBody(
        'token',
        {},
        {
          'x-amazon-apigateway-gateway-responses': {
            ...Object.fromEntries(RESPONSES.map((name) => [name, RESPONSE])),
            ACCESS_DENIED: { statusCode: 200 },
          },
        },
      ),
      ['gateway-response-status: "statusCode": 200'],
    ],
    [
      'a default',
      httpBody({}, { paths: { ...paths, $default: { 'x-amazon-apigateway-any-method': {} } } }),
      ['catch-all-open: "x-amazon-apigateway-any-method": {}'],
    ],
    [
      'a default as API Gateway exports it',
      httpBody(
        {},
        {
          paths: {
            ...paths,
            '/$default': { 'x-amazon-apigateway-any-method': { isDefaultRoute: true } },
          },
        },
      ),
      ['catch-all-open: "x-amazon-apigateway-any-method": {'],
    ],
    [
      'a preflight',
      httpBody({}, { paths: { ...paths, '/users': { get: guarded, options: guarded } } }),
      ['preflight-guarded: "options": {'],
    ],
  ])('is judged: %s', (_, resources, findings) => {
    expect(lint(resources)).toEqual(findings)
  })

  const openTo = (get: object, body: object = {}, schemes: object = {}) =>
    lint(restBody('token', {}, { paths: { ...paths, '/users': { get } }, ...body }, schemes))

  test.each<[string, string[]]>([
    ['nothing', openTo({})],
    ['the whole, which a REST API passes over', openTo({}, guarded)],
    ['no authorizer', openTo({ security: [{ NONE: [] }] })],
    ['a key', openTo({ security: [{ Key: [] }] }, {}, { Key: { type: 'apiKey' } })],
    ['a scheme alone', openTo({ security: [{ Any: [] }] }, {}, { Any: { type: 'http' } })],
  ])('is open where its security is %s', (_, findings) => {
    expect(findings).toEqual([expect.stringMatching(/^route-open: "get": \{/)])
  })

  test.each<[string, object, object?]>([
    ['a pool', { security: [{ Pool: [] }] }, { Pool: authorizer('cognito_user_pools', {}) }],
    ['IAM', { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } }],
    ['a condition', { security: { 'Fn::If': ['Open', [], [{ Edge: [] }]] } }],
  ])('is not ours where %s guards it', (_, get, schemes) => {
    expect(openTo(get, {}, schemes)).toEqual([])
  })

  test.each<[string, object]>([
    ['paths', { 'Fn::Transform': { Name: 'AWS::Include' } }],
    ['one path', { '/users': { 'Fn::If': ['Open', {}, { Ref: 'AWS::NoValue' }] } }],
    ['one operation', { '/users': { get: { 'Fn::If': ['Open', {}, {}] } } }],
  ])('is not complete where %s may be in another file', (_, other) => {
    expect(lint(restBody('token', {}, { paths: other }))).toEqual([])
  })
})

test('a function behind an alias is the function', () => {
  const alias = {
    Version: resource('Lambda::Version', { FunctionName: ref('Function') }),
    Live: resource('Lambda::Alias', { FunctionName: ref('Function'), Name: 'live' }),
    Function: lambda({ Runtime: 'nodejs18.x' }),
  }
  const uris = [{ 'Fn::Sub': 'arn:…/${Live}/invocations' }, { 'Fn::Join': ['', [ref('Version')]] }]
  for (const AuthorizerUri of uris) {
    expect(lint({ ...rest({ AuthorizerUri }), ...alias })).toEqual([
      'runtime-old: "Runtime": "nodejs18.x",',
    ])
  }
})

test('YAML with the short forms of functions is the same', () => {
  const text = `Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: { Runtime: nodejs20.x, Timeout: 5 }
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP } }
  Edge:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      AuthorizerType: REQUEST
      AuthorizerUri: !Sub arn:\${AWS::Partition}:lambda:path/\${Function.Arn}/invocations
      AuthorizerPayloadFormatVersion: '2.0'
      EnableSimpleResponses: true
      AuthorizerResultTtlInSeconds: 0
  Users:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      { ApiId: !Ref Api, RouteKey: $default, AuthorizationType: CUSTOM, AuthorizerId: !Ref Edge }
`
  const findings = lintDeployment({ config, files: [{ name: 'template.yaml', text }] })
  expect(findings.map(({ rule, line }) => [rule, line])).toEqual([
    ['runtime-old', 4],
    ['preflight-swallowed', 15],
  ])
})
