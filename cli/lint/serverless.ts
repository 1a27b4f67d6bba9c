/**
 * `serverless.yml` as osls 4 reads it, its defaults included: functions, the three APIs that their
 * events make, and what `resources` adds. What stands in other files is not followed.
 */
import type { Api, Deployment, LambdaFunction } from './deployment.ts'
import { dependenciesOf, readGatewayResponses, readStatements, readTables } from './resources.ts'
import type { Resources } from './resources.ts'
import { readHttpEvents, readRestEvents, readWebSocketEvents } from './serverless-events.ts'
import type { Events } from './serverless-events.ts'
import { asBoolean, asNumber, asText, readSetting, unset, withDefault } from './setting.ts'
import { entriesOf, get, isUnknown, itemsOf, referenceOf, textOf, walk } from './tree.ts'
import type { Tree } from './tree.ts'
import { resolveVariables } from './variables.ts'

/** What osls 4 writes where nothing is said. */
const TIMEOUT_SECONDS = 6
const RUNTIME = 'nodejs24.x'

export function readServerless(file: string, raw: Tree): Deployment {
  const root = resolveVariables(raw)
  const functions = itemsOf(get(root, 'functions')).flatMap(entriesOf)
  const resources = itemsOf(get(root, 'resources')).flatMap((part) =>
    entriesOf(get(part, 'Resources')),
  )
  return {
    file,
    source: 'serverless',
    apis: readApis(root, functions, resources),
    functions: new Map(
      functions.map(([name, tree]) => [name, readFunction(name, tree, root, resources)]),
    ),
    tables: readTables(resources),
    isComplete: isComplete(root, functions, resources),
  }
}

/** Nothing that could hold a route, a response or a table is out of sight. */
function isComplete(root: Tree, functions: Resources, resources: Resources): boolean {
  const parts = itemsOf(get(root, 'resources'))
  const events = functions.map(([, tree]) => get(tree, 'events'))
  return ![
    get(root, 'functions'),
    ...itemsOf(get(root, 'functions')),
    ...functions.map(([, tree]) => tree),
    ...events,
    ...events.flatMap((list) => itemsOf(list).flatMap((event) => [event, ...kindsOf(event)])),
    ...parts,
    ...parts.flatMap((part) => [get(part, 'Resources'), get(part, 'extensions')]),
    ...resources.flatMap(([, tree]) => [tree, get(tree, 'Type')]),
  ].some(isUnknown)
}

const kindsOf = (event: Tree): readonly Tree[] => entriesOf(event).map(([, tree]) => tree)

function readFunction(name: string, tree: Tree, root: Tree, resources: Resources): LambdaFunction {
  const provider = get(root, 'provider')
  const timeout = readSetting(get(tree, 'timeout') ?? get(provider, 'timeout'), tree.line, asNumber)
  const runtime = readSetting(get(tree, 'runtime') ?? get(provider, 'runtime'), tree.line, asText)
  return {
    name,
    line: tree.line,
    timeoutSeconds: withDefault(timeout, TIMEOUT_SECONDS),
    runtime: withDefault(runtime, RUNTIME),
    table: get(tree, 'environment', 'CACHE_TABLE') ?? get(provider, 'environment', 'CACHE_TABLE'),
    statements: readRole(tree, provider, resources),
  }
}

function readRole(
  tree: Tree,
  provider: Tree | undefined,
  resources: Resources,
): LambdaFunction['statements'] {
  // Of a plugin that gives each function a role of its own.
  if (get(tree, 'iamRoleStatements')) return undefined
  const common = get(provider, 'iam', 'role')
  const role =
    get(tree, 'role') ?? (common?.kind === 'map' && !referenceOf(common) ? undefined : common)
  if (role) return readStatements(referenceOf(role) ?? textOf(role), resources)
  if (get(common, 'managedPolicies') || get(provider, 'iamRoleStatements')) return undefined
  const statements = get(common, 'statements')
  return statements && [...walk(statements)].some(isUnknown) ? undefined : itemsOf(statements)
}

function readApis(root: Tree, functions: Resources, resources: Resources): readonly Api[] {
  const provider = get(root, 'provider')
  const apis: readonly (Api | undefined)[] = [
    readRest(provider, readRestEvents(functions), root, resources),
    readHttp(provider, readHttpEvents(functions, provider)),
    readWebSocket(readWebSocketEvents(functions), provider),
  ]
  return apis.flatMap((api) => api ?? [])
}

function readRest(
  provider: Tree | undefined,
  { line, ...events }: Events,
  root: Tree,
  resources: Resources,
): Api | undefined {
  if (events.routes.length === 0 && !events.hasUnknownRoutes) return undefined
  const options = get(provider, 'apiGateway')
  return {
    kind: 'rest',
    line,
    ...events,
    gatewayResponses: readGatewayResponses(resources, inTime(root)),
    isDefaultEndpointOff: readSetting(get(options, 'disableDefaultEndpoint'), line, asBoolean),
    apiKeySource: readSetting(get(options, 'apiKeySourceType'), line, asText),
    isComplete: !isUnknown(options) && get(options, 'restApiId') === undefined,
  }
}

/** The deployment waits for the methods, and they wait for what an extension names. */
function inTime(root: Tree): (logicalId: string) => boolean {
  const extensions = itemsOf(get(root, 'resources')).map((part) => get(part, 'extensions'))
  const waiting = new Set(
    extensions
      .flatMap(entriesOf)
      .filter(([name]) => name.startsWith('ApiGatewayMethod'))
      .flatMap(([, extension]) => dependenciesOf(extension)),
  )
  return (logicalId) => extensions.some(isUnknown) || waiting.has(logicalId)
}

function readHttp(provider: Tree | undefined, { line, ...events }: Events): Api | undefined {
  if (events.routes.length === 0 && !events.hasUnknownRoutes) return undefined
  const options = get(provider, 'httpApi')
  return {
    ...PLAIN,
    kind: 'http',
    line,
    ...events,
    isDefaultEndpointOff: readSetting(get(options, 'disableDefaultEndpoint'), line, asBoolean),
    isComplete: !isUnknown(options) && get(options, 'id') === undefined,
  }
}

function readWebSocket({ line, ...events }: Events, provider: Tree | undefined): Api | undefined {
  if (events.routes.length === 0 && !events.hasUnknownRoutes) return undefined
  const isComplete = get(provider, 'apiGateway', 'websocketApiId') === undefined
  return { ...PLAIN, kind: 'websocket', line, ...events, isComplete }
}

const PLAIN = {
  gatewayResponses: [],
  isDefaultEndpointOff: unset(1),
  apiKeySource: unset(1),
}
