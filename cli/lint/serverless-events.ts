/** Events of functions as routes, and the authorizers they name. */
import { isKnown } from './deployment.ts'
import type { Authorizer, DeclaredRoute, Route } from './deployment.ts'
import { writtenOf } from './resources.ts'
import type { Resources } from './resources.ts'
import { asBoolean, asList, asNumber, asText, readSetting, unset, withDefault } from './setting.ts'
import { entriesOf, get, isUnknown, itemsOf, referenceOf, textOf, walk } from './tree.ts'
import type { Tree } from './tree.ts'

export interface Events {
  readonly routes: readonly Route[]
  readonly hasUnknownRoutes: boolean
  readonly authorizers: readonly Authorizer[]
  /** Of the first of them. */
  readonly line: number
}

/** All events of one kind; those in other files are not seen. */
const eventsOf = (functions: Resources, kind: string): readonly Tree[] =>
  functions.flatMap(([, tree]) =>
    itemsOf(get(tree, 'events')).flatMap((event) => {
      const found = get(event, kind)
      return found && !isUnknown(found) ? [found] : []
    }),
  )

/** Equal declarations are one: each route repeats its authorizer. */
function collect(declared: readonly DeclaredRoute[]): Events {
  const distinct = new Map<string, Authorizer>()
  const shared = declared.map((route) => {
    if (typeof route.guard === 'string') return route
    const key = JSON.stringify(route.guard, (name, value: unknown) =>
      name === 'line' ? undefined : value,
    )
    const guard = distinct.get(key) ?? route.guard
    distinct.set(key, guard)
    return { ...route, guard }
  })
  return eventsWith(shared, [...distinct.values()])
}

function eventsWith(
  declared: readonly DeclaredRoute[],
  authorizers: readonly Authorizer[],
): Events {
  return {
    routes: declared.filter(isKnown),
    hasUnknownRoutes: !declared.every(isKnown),
    authorizers,
    line: declared[0]?.line ?? 1,
  }
}

const methodOf = (text: string | undefined): string | undefined =>
  /^(?:any|\*)$/i.test(text ?? '') ? '*' : text?.toUpperCase()

const withSlash = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : `/${path.replace(/^\/|\/$/g, '')}`

export function readRestEvents(functions: Resources): Events {
  const events = eventsOf(functions, 'http')
  const isAnswered = (path: string | undefined) =>
    events.some((event) => withSlash(restPart(event, 'path', 1)) === path && hasCors(event))
  return collect(
    events.map((event) => {
      const path = withSlash(restPart(event, 'path', 1))
      return {
        method: methodOf(restPart(event, 'method', 0)),
        path,
        line: event.line,
        guard: readRestGuard(get(event, 'authorizer')),
        hasCors: isAnswered(path),
      }
    }),
  )
}

/** `http: GET users/{id}`, or the same as members. */
const restPart = (event: Tree, name: string, position: number): string | undefined =>
  textOf(get(event, name)) ?? textOf(event)?.split(' ')[position]

const hasCors = (event: Tree): boolean => {
  const cors = get(event, 'cors')
  return cors !== undefined && textOf(cors) !== 'false'
}

const HEADER = 'method.request.header.Authorization'

function readRestGuard(tree: Tree | undefined): Route['guard'] {
  if (tree === undefined || (tree.kind === 'scalar' && !tree.value)) return 'none'
  if (tree.kind === 'unknown') return readElsewhere(tree.text, tree.line) ?? 'other'
  const name = textOf(tree)
  if (name) return /^aws_iam$|:cognito-idp:/i.test(name) ? 'other' : plain(name, tree.line)
  const type = textOf(get(tree, 'type'))?.toLowerCase() ?? 'token'
  const arn = get(tree, 'arn')
  const isLambda = (type === 'token' || type === 'request') && !get(tree, 'authorizerId')
  if (!isLambda || textOf(arn)?.includes(':cognito-idp:')) return 'other'
  const ttlSeconds = readSetting(get(tree, 'resultTtlInSeconds'), tree.line, asNumber)
  const sources = readSetting(get(tree, 'identitySource'), tree.line, asList)
  const isAsked = type === 'request' && ttlSeconds.value === 0
  return {
    ...plain(nameOf(tree), tree.line),
    type,
    ...(arn && { functionName: undefined }),
    ttlSeconds,
    identitySources: withDefault(sources, isAsked ? [] : [HEADER]),
    validation: readSetting(get(tree, 'identityValidationExpression'), tree.line, asText),
  }
}

/** As it is written: two equal variables are two equal names. */
function nameOf(tree: Tree): string {
  const arn = get(tree, 'arn')
  const texts = arn ? [...walk(arn)].flatMap((part) => writtenOf(part) ?? []) : []
  return writtenOf(get(tree, 'name')) ?? referenceOf(arn) ?? texts.join(' ')
}

/** Account and region of an ARN are often variables, and then it still is one of a function. */
const readElsewhere = (text: string, line: number): Authorizer | undefined =>
  /^arn:[^:]*:lambda:/.test(text) ? plain(text, line) : undefined

/** What osls makes of a mere name. */
const plain = (name: string, line: number): Authorizer => ({
  name,
  type: 'token',
  line,
  functionName: name.includes(':') ? undefined : name,
  ttlSeconds: unset(line),
  identitySources: { value: [HEADER], isUnknown: false, line },
  payloadVersion: unset(line),
  isSimple: unset(line),
  validation: unset(line),
})

export function readHttpEvents(functions: Resources, provider: Tree | undefined): Events {
  const authorizers = new Map(
    entriesOf(get(provider, 'httpApi', 'authorizers')).flatMap(([name, tree]) =>
      textOf(get(tree, 'type')) === 'request' ? [[name, readHttpAuthorizer(name, tree)]] : [],
    ),
  )
  const routes = eventsOf(functions, 'httpApi').map((event) => {
    const [method, path] = httpParts(event)
    return {
      method: methodOf(method),
      path: path === '*' ? '$default' : path,
      line: event.line,
      guard: readHttpGuard(get(event, 'authorizer'), authorizers),
      hasCors: false,
    }
  })
  return eventsWith(routes, [...authorizers.values()])
}

/** `httpApi: GET /users/{id}` or `httpApi: '*'`, or the same as members. */
function httpParts(event: Tree): readonly (string | undefined)[] {
  const text = textOf(event)
  if (text !== undefined) return text.includes(' ') ? text.split(' ') : ['*', text]
  const method = get(event, 'method')
  return [method ? textOf(method) : '*', textOf(get(event, 'path'))]
}

function readHttpAuthorizer(name: string, tree: Tree): Authorizer {
  const { line } = tree
  const sources = readSetting(get(tree, 'identitySource'), line, asList)
  const version = readSetting(get(tree, 'payloadVersion'), line, asText)
  return {
    ...plain(name, line),
    type: 'request',
    functionName: textOf(get(tree, 'functionName')),
    ttlSeconds: readSetting(get(tree, 'resultTtlInSeconds'), line, asNumber),
    identitySources: withDefault(sources, []),
    payloadVersion: withDefault(version, '2.0'),
    isSimple: readSetting(get(tree, 'enableSimpleResponses'), line, asBoolean),
  }
}

function readHttpGuard(
  tree: Tree | undefined,
  authorizers: ReadonlyMap<string, Authorizer>,
): Route['guard'] {
  if (tree === undefined || (tree.kind === 'scalar' && !tree.value)) return 'none'
  const name = textOf(tree) ?? textOf(get(tree, 'name'))
  return authorizers.get(name ?? '') ?? 'other'
}

export function readWebSocketEvents(functions: Resources): Events {
  return collect(
    eventsOf(functions, 'websocket').map((event) => ({
      method: '*',
      path: textOf(event) ?? textOf(get(event, 'route')),
      line: event.line,
      guard: readWebSocketGuard(get(event, 'authorizer')),
      hasCors: false,
    })),
  )
}

function readWebSocketGuard(tree: Tree | undefined): Route['guard'] {
  if (tree === undefined || (tree.kind === 'scalar' && !tree.value)) return 'none'
  const { line } = tree
  const authorizer =
    tree.kind === 'unknown'
      ? readElsewhere(tree.text, line)
      : plain(textOf(tree) ?? nameOf(tree), line)
  if (!authorizer) return 'other'
  const options = tree.kind === 'map' ? tree : undefined
  const sources = readSetting(get(options, 'identitySource'), line, asList)
  return {
    ...authorizer,
    type: 'request',
    ...(get(options, 'arn') && { functionName: undefined }),
    identitySources: withDefault(sources, ['route.request.header.Auth']),
  }
}
