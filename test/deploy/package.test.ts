import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyProject, type Project } from './project.ts'
import { ofType, orderOf, readTemplate, render, type Resources } from './template.ts'
import { readZip } from './zip.ts'

const AUTHORIZERS = ['Token', 'Request', 'Http', 'Websocket'].map((kind) => `${kind}Authorizer`)
const SAMPLES = ['Rest', 'Http', 'Websocket'].map((kind) => `${kind}Sample`)
const API = 'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>'

let project: Project
let resources: Resources
let configured: Resources

beforeAll(async () => {
  project = await copyProject()
  await project.run('npm', ['run', 'build'])
  // One after the other: whatever its target, osls works in `.serverless`.
  await project.run('sls', ['package', '--package', 'plain'])
  const given = ['issuer=https://issuer.example.com/', 'audience=https://a.example.com']
  const options = ['--stage', 'prod', ...given.flatMap((pair) => ['--param', pair])]
  await project.run('sls', ['package', '--package', 'configured', ...options])
  resources = render(await readTemplate(project, 'plain'))
  configured = render(await readTemplate(project, 'configured'))
})

afterAll(() => project.remove())

const calls = (name: string) =>
  `arn:<AWS::Partition>:apigateway:<AWS::Region>:lambda:path/2015-03-31/functions/<${name}LambdaFunction.Arn>/invocations`

/** One property of each resource of a type. */
const pick = (type: string, property: string) =>
  Object.fromEntries(
    Object.entries(ofType(resources, type)).map(([name, properties]) => [
      name,
      properties[property],
    ]),
  )

describe('the REST API', () => {
  it('keeps the TOKEN and the REQUEST authorizer apart', () => {
    expect(ofType(resources, 'AWS::ApiGateway::Authorizer')).toEqual({
      TokenAuthorizerApiGatewayAuthorizer: {
        Type: 'TOKEN',
        Name: 'tokenAuthorizer',
        RestApiId: '<ApiGatewayRestApi>',
        AuthorizerUri: calls('TokenAuthorizer'),
        IdentitySource: 'method.request.header.Authorization',
        AuthorizerResultTtlInSeconds: 60,
      },
      RequestAuthorizerApiGatewayAuthorizer: {
        Type: 'REQUEST',
        Name: 'requestAuthorizer',
        RestApiId: '<ApiGatewayRestApi>',
        AuthorizerUri: calls('RequestAuthorizer'),
        IdentitySource: 'method.request.header.Authorization',
        AuthorizerResultTtlInSeconds: 60,
      },
    })
  })

  it('asks one of them before every method but OPTIONS', () => {
    const methods = Object.values(ofType(resources, 'AWS::ApiGateway::Method')).map((method) => [
      `${String(method['HttpMethod'])} ${String(method['ResourceId'])}`,
      method['AuthorizerId'] ?? method['AuthorizationType'],
    ])
    expect(Object.fromEntries(methods)).toEqual({
      'GET <ApiGatewayResourceMe>': '<TokenAuthorizerApiGatewayAuthorizer>',
      'GET <ApiGatewayResourcePatients>': '<RequestAuthorizerApiGatewayAuthorizer>',
      'GET <ApiGatewayResourcePatientsIdVar>': '<RequestAuthorizerApiGatewayAuthorizer>',
      'OPTIONS <ApiGatewayResourceMe>': 'NONE',
      'OPTIONS <ApiGatewayResourcePatients>': 'NONE',
      'OPTIONS <ApiGatewayResourcePatientsIdVar>': 'NONE',
    })
  })

  it('answers a preflight for a request with a token', () => {
    expect(resources['ApiGatewayMethodMeOptions']?.Properties['Integration']).toMatchObject({
      Type: 'MOCK',
      IntegrationResponses: [
        {
          ResponseParameters: {
            'method.response.header.Access-Control-Allow-Origin': "'*'",
            'method.response.header.Access-Control-Allow-Headers': "'Authorization,Content-Type'",
            'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,GET'",
          },
        },
      ],
    })
  })

  it('is regional', () => {
    expect(resources['ApiGatewayRestApi']?.Properties['EndpointConfiguration']).toEqual({
      Types: ['REGIONAL'],
    })
  })

  const headers = {
    'Access-Control-Allow-Origin': "'*'",
    'Access-Control-Expose-Headers': "'WWW-Authenticate, Retry-After'",
    'Cache-Control': "'no-store'",
  }

  it.each([
    ['UNAUTHORIZED', { 'WWW-Authenticate': `'Bearer realm="api", error="invalid_token"'` }],
    ['ACCESS_DENIED', { 'WWW-Authenticate': `'Bearer realm="api", error="insufficient_scope"'` }],
    ['AUTHORIZER_FAILURE', { 'Retry-After': "'5'" }],
    ['AUTHORIZER_CONFIGURATION_ERROR', { 'Retry-After': "'5'" }],
    ['DEFAULT_4XX', {}],
    ['DEFAULT_5XX', {}],
  ])('says %s in a way that a page of another origin can read', (type, more) => {
    const responses = Object.values(ofType(resources, 'AWS::ApiGateway::GatewayResponse'))
    const names = Object.entries({ ...headers, ...more }).map(([name, value]) => [
      `gatewayresponse.header.${name}`,
      value,
    ])
    expect(responses.filter(({ ResponseType }) => ResponseType === type)).toEqual([
      {
        ResponseType: type,
        RestApiId: '<ApiGatewayRestApi>',
        ResponseParameters: Object.fromEntries(names),
      },
    ])
  })

  it('is deployed after its authorizers and gateway responses', () => {
    const order = orderOf(resources)
    const at = (type: string) =>
      Object.keys(ofType(resources, type)).map((name) => order.indexOf(name))
    const [deployed = -1] = at('AWS::ApiGateway::Deployment')
    expect(deployed).toBeGreaterThan(Math.max(...at('AWS::ApiGateway::GatewayResponse')))
    expect(deployed).toBeGreaterThan(Math.max(...at('AWS::ApiGateway::Authorizer')))
  })
})

describe('the HTTP API', () => {
  it('has an authorizer that answers yes or no, once for each route and never from a cache', () => {
    expect(resources['HttpApiAuthorizerEdgeAuthorizer']?.Properties).toEqual({
      ApiId: '<HttpApi>',
      Name: 'edgeAuthorizer',
      AuthorizerType: 'REQUEST',
      AuthorizerUri: calls('HttpAuthorizer'),
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
      AuthorizerResultTtlInSeconds: 0,
    })
  })

  it('lets browsers of other origins in, without asking the authorizer about a preflight', () => {
    expect(resources['HttpApi']?.Properties['CorsConfiguration']).toEqual({
      AllowOrigins: ['*'],
      AllowMethods: ['GET'],
      AllowHeaders: ['Authorization', 'Content-Type'],
      ExposeHeaders: ['WWW-Authenticate'],
      MaxAge: 600,
    })
  })
})

describe('the WebSocket API', () => {
  it('has an authorizer that reads Authorization, not the header that osls assumes', () => {
    expect(resources['WebsocketAuthorizerWebsocketsAuthorizer']?.Properties).toEqual({
      ApiId: '<WebsocketsApi>',
      Name: 'websocketAuthorizer',
      AuthorizerType: 'REQUEST',
      AuthorizerUri: calls('WebsocketAuthorizer'),
      IdentitySource: ['route.request.header.Authorization'],
    })
  })
})

it('guards every route of the HTTP API, and the $connect of the WebSocket API', () => {
  const routes = Object.values(ofType(resources, 'AWS::ApiGatewayV2::Route')).map((route) => [
    `${String(route['ApiId'])} ${String(route['RouteKey'])}`,
    [route['AuthorizationType'], route['AuthorizerId']],
  ])
  const http = ['CUSTOM', '<HttpApiAuthorizerEdgeAuthorizer>']
  expect(Object.fromEntries(routes)).toEqual({
    '<HttpApi> GET /me': http,
    '<HttpApi> GET /patients': http,
    '<HttpApi> GET /patients/{id}': http,
    '<WebsocketsApi> $connect': ['CUSTOM', '<WebsocketAuthorizerWebsocketsAuthorizer>'],
    '<WebsocketsApi> $default': ['NONE', undefined],
  })
})

describe('the functions', () => {
  it.each(AUTHORIZERS)('%s runs the bundle, for five seconds at most', (name) => {
    expect(resources[`${name}LambdaFunction`]?.Properties).toMatchObject({
      Handler: 'dist/lambda/index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 512,
      Timeout: 5,
      Role: '<AuthorizerRole.Arn>',
    })
  })

  it.each(AUTHORIZERS)('%s knows the table, and no issuer unless one is given', (name) => {
    const environment = { Variables: { CACHE_TABLE: 'edge-authorizer-dev-keys' } }
    expect(resources[`${name}LambdaFunction`]?.Properties['Environment']).toEqual(environment)
    expect(configured[`${name}LambdaFunction`]?.Properties['Environment']).toEqual({
      Variables: {
        CACHE_TABLE: 'edge-authorizer-prod-keys',
        ISSUER: 'https://issuer.example.com/',
        AUDIENCE: 'https://a.example.com',
      },
    })
  })

  it('keep their logs for a month, and no version but the present', () => {
    const names = [...AUTHORIZERS, ...SAMPLES].map((name) => [`${name}LogGroup`, 30])
    expect(pick('AWS::Logs::LogGroup', 'RetentionInDays')).toEqual(Object.fromEntries(names))
    expect(ofType(resources, 'AWS::Lambda::Version')).toEqual({})
  })

  it('may be called by the authorizers and routes that are theirs, and by nobody else', () => {
    const permissions = Object.values(ofType(resources, 'AWS::Lambda::Permission'))
    const sources = permissions.map((permission) => [
      permission['FunctionName'],
      permission['SourceArn'],
    ])
    expect(Object.fromEntries(sources)).toEqual({
      '<TokenAuthorizerLambdaFunction.Arn>': `${API}:<ApiGatewayRestApi>/authorizers/<TokenAuthorizerApiGatewayAuthorizer>`,
      '<RequestAuthorizerLambdaFunction.Arn>': `${API}:<ApiGatewayRestApi>/authorizers/<RequestAuthorizerApiGatewayAuthorizer>`,
      '<HttpAuthorizerLambdaFunction.Arn>': `${API}:<HttpApi>/authorizers/<HttpApiAuthorizerEdgeAuthorizer>`,
      '<WebsocketAuthorizerLambdaFunction.Arn>': `${API}:<WebsocketsApi>/authorizers/<WebsocketAuthorizerWebsocketsAuthorizer>`,
      '<RestSampleLambdaFunction.Arn>': `${API}:<ApiGatewayRestApi>/*/GET/*`,
      '<HttpSampleLambdaFunction.Arn>': `${API}:<HttpApi>/*/GET/*`,
      '<WebsocketSampleLambdaFunction.Arn>': `${API}:<WebsocketsApi>/*`,
    })
    expect(permissions).toHaveLength(7)
  })
})

const logs = (names: readonly string[]) => ({
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: names.map((name) => `<${name}LogGroup.Arn>`),
})
const table = {
  Effect: 'Allow',
  Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
  Resource: '<KeyTable.Arn>',
}
const role = (name: string, statements: readonly unknown[]) => ({
  AssumeRolePolicyDocument: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'lambda.amazonaws.com' },
      },
    ],
  },
  Policies: [
    {
      PolicyName: name,
      PolicyDocument: { Version: '2012-10-17', Statement: statements },
    },
  ],
})

describe('the roles', () => {
  it('may read and write items of the one table and write their own logs, nothing more', () => {
    expect(ofType(resources, 'AWS::IAM::Role')).toEqual({
      AuthorizerRole: role('authorizer', [table, logs(AUTHORIZERS)]),
      SampleRole: role('sample', [logs(SAMPLES)]),
    })
  })
})

it('has one table, keyed by pk, that forgets by expiresAt', () => {
  expect(ofType(resources, 'AWS::DynamoDB::Table')).toEqual({
    KeyTable: {
      TableName: 'edge-authorizer-dev-keys',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      SSESpecification: { SSEEnabled: true },
    },
  })
})

it('names only what is there, and never in a circle', () => {
  expect(orderOf(resources)).toHaveLength(Object.keys(resources).length)
})

const read = (...path: string[]) => readFile(join(project.root, ...path))
const list = async (folder: string) =>
  (await readdir(join(project.root, folder))).filter((name) => name.endsWith('.zip'))

/** In a folder with the bundle and nothing else. */
const runUnpacked = async (script: string, environment: Record<string, string>) => {
  const folder = await mkdtemp(join(tmpdir(), 'edge-authorizer-lambda-'))
  try {
    const archive = readZip(await read('plain', 'tokenAuthorizer.zip'))
    await writeFile(join(folder, 'index.mjs'), archive.get('dist/lambda/index.mjs') ?? '')
    return await project.run('node', ['--eval', script], { environment, folder })
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('the archives', () => {
  it('hold one file each: the bundle, or the sample', async () => {
    const bundle = { 'dist/lambda/index.mjs': await read('dist/lambda/index.mjs') }
    const sample = { 'dev/sample/handler.mjs': await read('dev/sample/handler.mjs') }
    const names = await list('plain')
    const files = names.map(async (name) => [
      name,
      Object.fromEntries(readZip(await read('plain', name))),
    ])
    expect(Object.fromEntries(await Promise.all(files))).toEqual({
      'tokenAuthorizer.zip': bundle,
      'requestAuthorizer.zip': bundle,
      'httpAuthorizer.zip': bundle,
      'websocketAuthorizer.zip': bundle,
      'restSample.zip': sample,
      'httpSample.zip': sample,
      'websocketSample.zip': sample,
    })
  })

  it('hold a module that Node 24 loads with nothing beside it, and that exports handler', async () => {
    const script = `import('./index.mjs').then(({ handler }) => console.log(process.version, typeof handler))`
    expect(await runUnpacked(script, {})).toMatch(/^v24\.\S+ function$/m)
  })

  it('hold a module that does not load where its configuration is wrong', async () => {
    const environment = { ISSUER: 'ftp://issuer.example.com' }
    await expect(runUnpacked(`import('./index.mjs')`, environment)).rejects.toThrow(
      'issuers[0].issuer: ',
    )
  })

  it('are the same to the byte whenever the same sources are packaged', async () => {
    for (const name of await list('plain')) {
      const [one, other] = await Promise.all([read('plain', name), read('configured', name)])
      expect(one.equals(other)).toBe(true)
    }
  })
})
