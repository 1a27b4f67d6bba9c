/** A CloudFormation template, as `sls package` writes it or by hand: API Gateway, Lambda, DynamoDB, IAM. */
import { readDefinition } from './definition.ts'
import type { Definition } from './definition.ts'
import { isKnown } from './deployment.ts'
import type {
  Api,
  Authorizer,
  DeclaredRoute,
  Deployment,
  LambdaFunction,
  Route,
} from './deployment.ts'
import { functionIn } from './function-reference.ts'
import {
  dependenciesOf,
  ofType,
  readGatewayResponses,
  readStatements,
  readTables,
} from './resources.ts'
import type { Resources } from './resources.ts'
import {
  asBoolean,
  asList,
  asNumber,
  asText,
  asVersion,
  readSetting,
  unset,
  withDefault,
} from './setting.ts'
import { entriesOf, get, referenceOf, textOf } from './tree.ts'
import type { Tree } from './tree.ts'

const REST_API = 'AWS::ApiGateway::RestApi'
const V2_API = 'AWS::ApiGatewayV2::Api'
/** CloudFormation's own default. */
const TIMEOUT_SECONDS = 3

export function readTemplate(file: string, root: Tree): Deployment {
  const resources = entriesOf(get(root, 'Resources'))
  const functions = ofType(resources, 'AWS::Lambda::Function').map(
    ([name, resource]) => [name, readFunction(name, resource, resources)] as const,
  )
  return {
    file,
    source: [...ofType(resources, REST_API), ...ofType(resources, V2_API)].some(([, api]) =>
      get(api, 'Properties', 'Body'),
    )
      ? 'definition'
      : 'template',
    apis: [...readRestApis(resources), ...readV2Apis(resources)],
    functions: new Map(functions),
    tables: readTables(resources),
    // Macros and nested stacks make resources that are not in the file.
    isComplete:
      get(root, 'Transform') === undefined &&
      ofType(resources, 'AWS::CloudFormation::Stack').length === 0,
  }
}

function readFunction(name: string, resource: Tree, resources: Resources): LambdaFunction {
  const { line } = resource
  const properties = get(resource, 'Properties')
  const timeout = readSetting(get(properties, 'Timeout'), line, asNumber)
  const role = get(properties, 'Role')
  return {
    name,
    line,
    timeoutSeconds: withDefault(timeout, TIMEOUT_SECONDS),
    runtime: readSetting(get(properties, 'Runtime'), line, asText),
    table: get(properties, 'Environment', 'Variables', 'CACHE_TABLE'),
    statements: role && readStatements(referenceOf(role), resources),
  }
}

/** Those of one API. */
const belonging = (resources: Resources, type: string, member: string, api: string): Resources =>
  ofType(resources, type).filter(
    ([, resource]) => referenceOf(get(resource, 'Properties', member)) === api,
  )

function readRestApis(resources: Resources): readonly Api[] {
  return ofType(resources, REST_API).map(([api, resource]) => {
    const { line } = resource
    const properties = get(resource, 'Properties')
    const own = (type: string) => belonging(resources, `AWS::ApiGateway::${type}`, 'RestApiId', api)
    const authorizers = new Map(
      own('Authorizer').flatMap(([name, resource]) =>
        readRestAuthorizer(name, resource, resources),
      ),
    )
    const body = readBody(properties, 'rest', resources)
    const methods = own('Method').map(([, method]) => readMethod(method, resources, authorizers))
    const responses = own('GatewayResponse')
    return {
      kind: 'rest' as const,
      line,
      authorizers: [...authorizers.values(), ...body.authorizers],
      ...routesOf([...methods, ...body.routes]),
      gatewayResponses: [
        ...readGatewayResponses(responses, inTime(own('Deployment'), resources)),
        ...body.gatewayResponses,
      ],
      isDefaultEndpointOff: readSetting(
        get(properties, 'DisableExecuteApiEndpoint') ?? body.isDefaultEndpointOff,
        line,
        asBoolean,
      ),
      apiKeySource: readSetting(
        get(properties, 'ApiKeySourceType') ?? body.apiKeySource,
        line,
        asText,
      ),
      isComplete: body.isComplete,
    }
  })
}

function readBody(
  properties: Tree | undefined,
  kind: Api['kind'],
  resources: Resources,
): Definition {
  const body = readDefinition(get(properties, 'Body'), kind, (uri) => functionIn(uri, resources))
  return { ...body, isComplete: body.isComplete && !get(properties, 'BodyS3Location') }
}

/** Preflights of a path are answered where it has an OPTIONS that is open. */
function routesOf(declared: readonly DeclaredRoute[]): Pick<Api, 'routes' | 'hasUnknownRoutes'> {
  const answered = new Set(
    declared
      .filter(({ method, guard }) => method === 'OPTIONS' && guard === 'none')
      .map(({ path }) => path),
  )
  return {
    routes: declared
      .filter(isKnown)
      .map((route) => ({ ...route, hasCors: answered.has(route.path) })),
    hasUnknownRoutes: !declared.every(isKnown),
  }
}

type Named = readonly [name: string, authorizer: Authorizer]

function readRestAuthorizer(name: string, resource: Tree, resources: Resources): readonly Named[] {
  const properties = get(resource, 'Properties')
  const type = textOf(get(properties, 'Type'))?.toLowerCase()
  if (type !== 'token' && type !== 'request') return []
  const { line } = resource
  const sources = readSetting(get(properties, 'IdentitySource'), line, asList)
  const authorizer = {
    name,
    type,
    line,
    functionName: functionIn(get(properties, 'AuthorizerUri'), resources),
    ttlSeconds: readSetting(get(properties, 'AuthorizerResultTtlInSeconds'), line, asNumber),
    identitySources: withDefault(sources, []),
    payloadVersion: unset(line),
    isSimple: unset(line),
    validation: readSetting(get(properties, 'IdentityValidationExpression'), line, asText),
  } as const
  return [[name, authorizer]]
}

function readMethod(
  resource: Tree,
  resources: Resources,
  authorizers: ReadonlyMap<string, Authorizer>,
): DeclaredRoute {
  const properties = get(resource, 'Properties')
  const method = textOf(get(properties, 'HttpMethod'))
  const path = pathOf(get(properties, 'ResourceId'), resources)
  return {
    method: method === 'ANY' ? '*' : method,
    path: path && `/${path.join('/')}`,
    line: resource.line,
    guard: readGuard(properties, authorizers),
    hasCors: false,
  }
}

/** Each resource knows its own part and its parent; the root is an attribute of the API. */
function pathOf(
  reference: Tree | undefined,
  resources: Resources,
  depth = 0,
): readonly string[] | undefined {
  const [, resource] = resources.find(([name]) => name === referenceOf(reference)) ?? []
  if (textOf(get(resource, 'Type')) === REST_API) return []
  const part = textOf(get(resource, 'Properties', 'PathPart'))
  if (part === undefined || depth > resources.length) return undefined
  const above = pathOf(get(resource, 'Properties', 'ParentId'), resources, depth + 1)
  return above && [...above, part]
}

function readGuard(
  properties: Tree | undefined,
  authorizers: ReadonlyMap<string, Authorizer>,
): Route['guard'] {
  const type = get(properties, 'AuthorizationType')
  if (type === undefined || textOf(type) === 'NONE') return 'none'
  const name = referenceOf(get(properties, 'AuthorizerId'))
  return authorizers.get(name ?? '') ?? 'other'
}

/** What the deployment of the stage waits for, over however many steps. */
function inTime(deployments: Resources, resources: Resources): (logicalId: string) => boolean {
  const known = new Map(resources)
  const waiting = new Set<string>()
  const add = (name: string): void => {
    if (waiting.has(name)) return
    waiting.add(name)
    dependenciesOf(known.get(name)).forEach(add)
  }
  for (const [name] of deployments) add(name)
  return (logicalId) => deployments.length === 0 || waiting.has(logicalId)
}

function readV2Apis(resources: Resources): readonly Api[] {
  return ofType(resources, V2_API).map(([api, resource]) => {
    const { line } = resource
    const properties = get(resource, 'Properties')
    const own = (type: string) => belonging(resources, `AWS::ApiGatewayV2::${type}`, 'ApiId', api)
    const isWebSocket = textOf(get(properties, 'ProtocolType')) === 'WEBSOCKET'
    const kind = isWebSocket ? ('websocket' as const) : ('http' as const)
    const authorizers = new Map(
      own('Authorizer').flatMap(([name, tree]) => readV2Authorizer(name, tree, resources)),
    )
    const body = readBody(properties, kind, resources)
    const routes = [
      ...own('Route').map(([, route]) => readRoute(route, authorizers)),
      ...readQuickRoute(properties),
    ]
    return {
      kind,
      line,
      authorizers: [...authorizers.values(), ...body.authorizers],
      ...routesOf([...routes, ...body.routes]),
      gatewayResponses: [],
      isDefaultEndpointOff: readSetting(
        get(properties, 'DisableExecuteApiEndpoint') ?? body.isDefaultEndpointOff,
        line,
        asBoolean,
      ),
      apiKeySource: unset(line),
      isComplete: body.isComplete,
    }
  })
}

function readV2Authorizer(name: string, resource: Tree, resources: Resources): readonly Named[] {
  const properties = get(resource, 'Properties')
  if (textOf(get(properties, 'AuthorizerType')) !== 'REQUEST') return []
  const { line } = resource
  const sources = readSetting(get(properties, 'IdentitySource'), line, asList)
  const authorizer = {
    name,
    type: 'request',
    line,
    functionName: functionIn(get(properties, 'AuthorizerUri'), resources),
    ttlSeconds: readSetting(get(properties, 'AuthorizerResultTtlInSeconds'), line, asNumber),
    identitySources: withDefault(sources, []),
    payloadVersion: readSetting(get(properties, 'AuthorizerPayloadFormatVersion'), line, asVersion),
    isSimple: readSetting(get(properties, 'EnableSimpleResponses'), line, asBoolean),
    validation: unset(line),
  } as const
  return [[name, authorizer]]
}

/** `Target` makes a route beside those declared: unless `RouteKey` says otherwise, one that takes everything. */
function readQuickRoute(properties: Tree | undefined): readonly DeclaredRoute[] {
  const target = get(properties, 'Target')
  if (target === undefined) return []
  const key = get(properties, 'RouteKey')
  const parts = readRouteKey(key ? textOf(key) : '$default')
  return [{ ...parts, line: target.line, guard: 'none', hasCors: false }]
}

function readRoute(route: Tree, authorizers: ReadonlyMap<string, Authorizer>): DeclaredRoute {
  const properties = get(route, 'Properties')
  return {
    ...readRouteKey(textOf(get(properties, 'RouteKey'))),
    line: route.line,
    guard: readGuard(properties, authorizers),
    hasCors: false,
  }
}

function readRouteKey(key: string | undefined): Pick<DeclaredRoute, 'method' | 'path'> {
  const [method, path] = key?.split(' ') ?? []
  return { method: path === undefined || method === 'ANY' ? '*' : method, path: path ?? key }
}
