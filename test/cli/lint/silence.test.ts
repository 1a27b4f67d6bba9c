/** What the lint must not say: of this project nothing, and of what it cannot know nothing. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import authorizerConfig from '../../../authorizer.config.ts'
import { lintDeployment } from '../../../cli/lint/lint.ts'
import type { Config } from '../../../shared/config/types.ts'
import { serverlessFixtures } from './fixture.ts'

const read = (name: string) => ({ name, text: readFileSync(name, 'utf8') })

const config: Config = {
  issuers: [{ issuer: 'https://issuer.example/', audience: 'https://api.example.com' }],
  routes: { 'GET /users': { scopes: 'read:users' } },
}

const lint = (text: string, given = config, name = 'serverless.yml') =>
  lintDeployment({ config: given, files: [{ name, text }] }).map(({ rule, line }) => [rule, line])

describe('this project', () => {
  test('is clean', () => {
    const files = [read('serverless.yml'), read('wrangler.toml')]
    expect(lintDeployment({ config: authorizerConfig, files })).toEqual([])
  })

  test('without its Worker serves two patterns less', () => {
    const findings = lintDeployment({ config: authorizerConfig, files: [read('serverless.yml')] })
    expect(findings.map(({ rule, message }) => [rule, message])).toEqual(
      ['GET /health', 'GET /admin/{report+}'].map((pattern) => [
        'pattern-unserved',
        `No deployed route leads to "${pattern}" of the configuration`,
      ]),
    )
  })

  const serverless = read('serverless.yml').text
  test.each<[string, (text: string) => string, string]>([
    [
      'the HTTP API keeps a yes',
      (text) => text.replace('Seconds: 0', 'Seconds: 60').replace(', $context.routeKey', ''),
      'simple-without-route-key',
    ],
    [
      'the bound route is kept',
      (text) => text.replace('Seconds: 0', 'Seconds: 60'),
      'simple-kept-too-wide',
    ],
    [
      'a route is opened',
      (text) =>
        text.replace(
          "path: '/patients/{id}', authorizer: { name: edgeAuthorizer }",
          "path: '/patients/{id}'",
        ),
      'route-open',
    ],
    [
      'one function does for both types',
      (text) => text.replace('name: requestAuthorizer', 'name: tokenAuthorizer'),
      'authorizers-collapse',
    ],
    [
      'the handshake is left to osls',
      (text) => text.replace('identitySource: [route.request.header.Authorization]', ''),
      'websocket-header-default',
    ],
    [
      'a gateway response is late',
      (text) => text.replace('        - AccessDeniedResponse\n', ''),
      'gateway-response-late',
    ],
    [
      'an anchor loses the origin',
      (text) => text.replace(/ {4}gatewayresponse.header.Access-Control-Allow-Origin.*\n/, ''),
      'gateway-response-cors',
    ],
    [
      'the table forgets nothing',
      (text) => text.replace(/TimeToLiveSpecification.*\n/, 'X: 1\n'),
      'table-ttl',
    ],
    [
      'the function is given no time',
      (text) => text.replace('    timeout: 5\n    environment', '    timeout: 2\n    environment'),
      'function-timeout',
    ],
  ])('is complained of where %s', (_, change, rule) => {
    const routes = { ...authorizerConfig.routes, 'GET /patients/{id}': { bind: { id: 'sub' } } }
    const text = change(serverless)
    expect(text).not.toBe(serverless)
    const files = [{ name: 'serverless.yml', text }, read('wrangler.toml')]
    const findings = lintDeployment({ config: { ...authorizerConfig, routes }, files })
    expect(findings.map((finding) => finding.rule)).toContain(rule)
  })
})

describe('variables', () => {
  const { text = '' } = serverlessFixtures.find(({ name }) => name === 'variables')?.faulty ?? {}

  test('of the file itself are followed, through others and into anchors', () => {
    expect(lint(text)).toEqual([
      ['simple-without-route-key', 20],
      ['function-timeout', 24],
    ])
  })

  test.each([
    ['the environment', '${env:TTL}'],
    ['an option', "${opt:ttl, '60'}"],
    ['another file', '${file(./ttl.yml):ttl}'],
    ['one that is not there', '${self:custom.nothing}'],
    ['the environment, where there is no other', '${self:custom.nothing, env:TTL}'],
    ['the environment, before a number', "${self:custom.nothing, env:TTL, '60'}"],
    ['itself', '${self:custom.ttl}'],
  ])('of %s are unknown', (_, variable) => {
    expect(lint(text.replace('ttl: 60', `ttl: ${variable}`))).toEqual([['function-timeout', 24]])
  })
})

test.each([
  ['another of the file', '${self:custom.nothing, self:custom.old}'],
  ['text', "${self:custom.nothing, 'nodejs18.x'}"],
  ['what is not null', '${self:custom.empty, self:custom.old}'],
  ['a part of it', "nodejs${self:custom.nothing, '18'}.x"],
  ['a name that another has a part in', '${self:custom.${self:custom.which}}'],
])('a variable is %s', (_, variable) => {
  const text = `service: lint
provider: { name: aws, runtime: "${variable}" }
custom: { old: nodejs18.x, which: old, empty: null }
functions:
  authorizer: { handler: dist/index.handler }
  backend:
    events: [{ websocket: { route: $connect, authorizer: { name: authorizer, identitySource: [route.request.header.Authorization] } } }]
`
  const routes = { $connect: 'authenticated' as const }
  expect(lint(text, { ...config, routes })).toEqual([['runtime-old', 2]])
})

test('a variable that is null in the end is no authorizer', () => {
  const text = SERVICE.replace(/authorizer: \{ name.*/, 'authorizer: ${self:custom.none, null}')
  expect(lint(text).map(([rule]) => rule)).toEqual(['route-open'])
})

const SERVICE = `service: lint
provider:
  name: aws
functions:
  authorizer: { handler: dist/index.handler }
  backend:
    handler: backend.handler
    events:
      - http:
          method: GET
          path: users
          authorizer: { name: authorizer, type: request, resultTtlInSeconds: 60 }
`

test('what is missing is told only where nothing is out of sight', () => {
  const missing = (text: string) =>
    lint(text).filter(([rule]) => rule === 'gateway-response-missing')
  expect(missing(SERVICE)).toHaveLength(4)
  expect(missing(`${SERVICE}resources: \${file(resources.yml)}\n`)).toEqual([])
  expect(missing(`${SERVICE}resources:\n  - \${file(resources.yml)}\n`)).toEqual([])
  const external = 'apiGateway: { restApiId: a, restApiRootResourceId: b }'
  expect(missing(SERVICE.replace('name: aws', `name: aws\n  ${external}`))).toEqual([])
})

test.each([
  ['events', '      - ${file(events.yml)}\n'],
  ['functions', '  more: ${file(more.yml)}\n'],
])('%s in another file may serve what this one does not', (_, more) => {
  const routes = { ...config.routes, 'GET /orders': 'authenticated' as const }
  const unserved = (text: string) =>
    lint(text, { ...config, routes }).filter(([rule]) => rule === 'pattern-unserved')
  expect(unserved(SERVICE)).toHaveLength(1)
  expect(unserved(SERVICE + more)).toEqual([])
})

describe('a route with a variable in it', () => {
  const events = `      - http: { method: GET, path: '\${env:BASE}/users' }
      - http: { method: '\${env:VERB}', path: orders }
      - httpApi: { method: GET, path: '\${env:BASE}/users' }
      - httpApi: { method: '\${env:VERB}', path: /orders }
      - websocket: { route: '\${env:ROUTE}' }
`

  test('of serverless.yml is not taken for another', () => {
    const text = SERVICE.replace(/ +- http:[^]*/, events)
    expect(lint(text)).toEqual([])
  })

  test('of serverless.yml has an authorizer all the same', () => {
    const text = SERVICE.replace('path: users', "path: '${env:BASE}/users'")
    const names = lint(text.replace('Seconds: 60', 'Seconds: 7200')).map(([rule]) => rule)
    expect(new Set(names)).toEqual(new Set(['ttl-over-limit', 'gateway-response-missing']))
  })

  test('of a template is not taken for another', () => {
    const text = `Resources:
  Rest: { Type: AWS::ApiGateway::RestApi, Properties: { Name: lint } }
  Path:
    Type: AWS::ApiGateway::Resource
    Properties: { RestApiId: !Ref Rest, ParentId: !GetAtt Rest.RootResourceId, PathPart: !Ref Base }
  Below:
    Type: AWS::ApiGateway::Resource
    Properties: { RestApiId: !Ref Rest, ParentId: !Ref Path, PathPart: users }
  Users:
    Type: AWS::ApiGateway::Method
    Properties: { RestApiId: !Ref Rest, ResourceId: !Ref Below, HttpMethod: GET, AuthorizationType: NONE }
  Elsewhere:
    Type: AWS::ApiGateway::Method
    Properties: { RestApiId: !Ref Rest, ResourceId: !ImportValue path, HttpMethod: GET, AuthorizationType: NONE }
  Verb:
    Type: AWS::ApiGateway::Method
    Properties: { RestApiId: !Ref Rest, ResourceId: !GetAtt Rest.RootResourceId, HttpMethod: !Ref Verb }
  Http: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP } }
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Http, RouteKey: !Sub 'GET /\${Base}/users' }
  Quick:
    Type: AWS::ApiGatewayV2::Api
    Properties: { ProtocolType: HTTP, Target: 'arn:…', RouteKey: !Sub 'GET /\${Base}/users' }
`
    expect(lint(text, config, 'template.yaml')).toEqual([])
  })
})

test.each([
  ['IAM', 'aws_iam'],
  ['a Cognito pool', 'arn:aws:cognito-idp:us-east-1:1:userpool/x'],
  ['something unknown', '${self:custom.guard}'],
  ['an external authorizer', '{ type: CUSTOM, authorizerId: abc }'],
])('a route that %s guards is none of ours', (_, guard) => {
  expect(lint(SERVICE.replace(/authorizer: \{ name.*/, `authorizer: ${guard}`))).toEqual([])
})

test('what SAM will make of a template is not passed over in silence', () => {
  const template = (type: string) => `Resources:\n  Api:\n    Type: ${type}\n`
  const names = (text: string) => lint(text, config, 'template.yaml').map(([rule]) => rule)
  expect(names(template('AWS::Serverless::HttpApi'))).toEqual(['file-unexpanded'])
  expect(names(template('AWS::S3::Bucket'))).not.toContain('file-unexpanded')
})

test.each(['serverless.ts', 'serverless.js', 'serverless.mjs'])('%s is a program', (name) => {
  expect(lint("export default { service: 'lint' }", config, name)).toEqual([['file-unexpanded', 1]])
})

describe('a file that is none', () => {
  test.each([
    ['no YAML', 'a: [1', 'file-unreadable'],
    ['empty', '', 'file-unreadable'],
    ['a list', '- 1', 'file-unknown'],
    ['something else', '{"name":"x"}', 'file-unknown'],
  ])('%s', (_, text, rule) => {
    expect(lint(text).map(([name]) => name)).toEqual([rule])
  })

  test('is told how to fix it', () => {
    const mend = (text: string) =>
      lintDeployment({ config, files: [{ name: 'template.yaml', text }] }).map((one) => one.mend)
    expect(mend('Resources: [')).toEqual(['Correct the file at this line.'])
    expect(mend('name: x')).toEqual([expect.stringMatching(/^Give it a serverless.yml/)])
  })

  test('is none with a member twice, of which the last counts', () => {
    const text = `Resources:
  Rest: { Type: AWS::ApiGateway::RestApi, Properties: { Name: lint } }
  Root:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Rest
      ResourceId: !GetAtt Rest.RootResourceId
      HttpMethod: POST
      HttpMethod: GET
      AuthorizationType: NONE
`
    const given = { ...config, routes: { 'GET /': 'authenticated' as const } }
    expect(lint(text, given, 'template.yaml')).toEqual([['route-open', 3]])
    expect(lint(text, { ...config, routes: { 'GET /': 'public' } }, 'template.yaml')).toEqual([])
  })

  test('that grows when it is read takes no time', () => {
    const levels = Array.from({ length: 30 }, (_, at) => {
      const items = Array.from({ length: 9 }, () => (at === 0 ? 'x' : `*a${at - 1}`)).join(', ')
      return `  a${at}: &a${at} [${items}]`
    })
    expect(lint(`service: lint\ncustom:\n${levels.join('\n')}\n`)).toEqual([])
  })

  test('whose variables grow takes no time', () => {
    const levels = Array.from({ length: 19 }, (_, at) => {
      const value = at === 0 ? 'xxxxxxxxxx' : `\${self:custom.a${at - 1}}`.repeat(10)
      return `  a${at}: '${value}'`
    })
    expect(lint(`service: \${self:custom.a18}\ncustom:\n${levels.join('\n')}\n`)).toEqual([])
  })

  test('that names itself ends', () => {
    expect(lint('service: lint\nprovider: &p\n  httpApi: *p\n')).toEqual([])
  })
})
