/**
 * Routes from the `security` of an OpenAPI 3.x description: the entries of a list are alternatives,
 * the scopes in one entry are all needed. What a rule cannot say is reported and left out, so that
 * it is refused and never open by accident.
 */
import type { RoutePolicy } from '../../shared/config/types.ts'
import { isObject, own } from '../../shared/json.ts'
import type { JsonObject } from '../../shared/json.ts'
import { parsePattern } from '../../shared/policy/pattern.ts'

export type ImportedPolicy = RoutePolicy | 'public' | 'authenticated'

export interface ImportNote {
  readonly kind: 'unprotected' | 'public' | 'not expressible' | 'unmatched'
  readonly route: string
  readonly message: string
}

export interface Import {
  readonly routes: Readonly<Record<string, ImportedPolicy>>
  readonly notes: readonly ImportNote[]
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']
/** Their tokens are what is judged here. */
const TOKEN_SCHEMES = new Set(['oauth2', 'openIdConnect', 'http bearer', 'http dpop'])

/** A text in place of an import says what the document is instead. `prefix`: in front of every path. */
export function importRoutes(document: unknown, prefix: string): Import | string {
  if (!isObject(document)) return 'no description of an API'
  const version = String(own(document, 'openapi') ?? own(document, 'swagger'))
  if (!/^3\.\d/.test(version)) return `OpenAPI 3.x is read, not ${version}`
  const paths = own(document, 'paths')
  const found = isObject(paths) ? Object.entries(paths) : []
  const operations = found.flatMap(([path, item]) => listOperations(path, item, document))
  const read = operations.map(({ method, path, operation }) =>
    readOperation(document, `${method.toUpperCase()} ${writePath(prefix + path)}`, operation),
  )
  return {
    routes: Object.fromEntries(
      read.flatMap(({ route, policy }) => (policy === null ? [] : [[route, policy] as const])),
    ),
    notes: read.flatMap(({ note }) => note ?? []),
  }
}

interface Operation {
  readonly method: string
  readonly path: string
  readonly operation: JsonObject
}

function listOperations(path: string, item: unknown, document: JsonObject): readonly Operation[] {
  const resolved = resolve(item, document)
  return METHODS.flatMap((method) => {
    const operation = resolved && own(resolved, method)
    return isObject(operation) ? { method, path, operation } : []
  })
}

/** One step of `$ref` inside the document; a reference to elsewhere is not followed. */
function resolve(value: unknown, document: JsonObject): JsonObject | undefined {
  if (!isObject(value)) return undefined
  const reference = own(value, '$ref')
  if (typeof reference !== 'string') return value
  let found: unknown = document
  for (const part of reference.replace(/^#\//, '').split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    found = isObject(found) ? own(found, name) : undefined
  }
  return isObject(found) ? found : undefined
}

/** Parameters of OpenAPI may have any name, and API Gateway's `{proxy+}` is one. */
const writePath = (path: string): string =>
  path
    .replace(/(?<=.)\/$/, '')
    .replace(/\{([^{}+]*)(\+?)\}/g, (_, name: string, greedy: string) => {
      const clean = name.replace(/[^\w-]/g, '_').replace(/^(?=[^A-Za-z_])/, '_')
      return `{${clean}${greedy}}`
    })

interface Read {
  readonly route: string
  readonly policy: ImportedPolicy | null
  readonly note: ImportNote | null
}

function readOperation(document: JsonObject, route: string, operation: JsonObject): Read {
  const note = (kind: ImportNote['kind'], message: string): ImportNote => ({ kind, route, message })
  const pattern = parsePattern(route)
  if (typeof pattern === 'string') {
    return { route, policy: null, note: note('not expressible', `the path ${pattern}`) }
  }
  const security = own(operation, 'security') ?? own(document, 'security')
  if (security === undefined) {
    const message = 'no security is named; left out, so it is refused'
    return { route, policy: null, note: note('unprotected', message) }
  }
  const entries = Array.isArray(security) ? security.filter(isObject) : []
  if (entries.some((entry) => Object.keys(entry).length === 0) || entries.length === 0) {
    return { route, policy: 'public', note: note('public', 'security is empty, or optional') }
  }
  const policy = readEntries(entries, document)
  return typeof policy === 'string' && policy !== 'authenticated'
    ? { route, policy: null, note: note('not expressible', policy) }
    : { route, policy, note: null }
}

/** A text other than `authenticated` says why not. */
function readEntries(
  entries: readonly JsonObject[],
  document: JsonObject,
): RoutePolicy | 'authenticated' | string {
  const foreign = entries.flatMap(Object.keys).find((name) => !isTokenScheme(name, document))
  if (foreign !== undefined) return `the scheme "${foreign}" is no access token`
  const alternatives = entries.map((entry) => [...new Set(Object.values(entry).flatMap(textsOf))])
  const [first = [], ...others] = alternatives
  const common = first.filter((scope) => others.every((scopes) => scopes.includes(scope)))
  const rest = alternatives.map((scopes) => scopes.filter((scope) => !common.includes(scope)))
  // An alternative that asks for nothing more makes the others idle.
  const isSettled = rest.some((scopes) => scopes.length === 0)
  const anyScope = isSettled ? [] : [...new Set(rest.flat())]
  if (!isSettled && rest.some((scopes) => scopes.length > 1)) {
    return 'a choice between sets of several scopes; split the route, or ask for one scope in each'
  }
  if (common.length + anyScope.length === 0) return 'authenticated'
  return {
    ...(common.length > 0 && { scopes: common.length === 1 ? `${common[0]}` : common }),
    ...(anyScope.length > 0 && { anyScope }),
  }
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

function isTokenScheme(name: string, document: JsonObject): boolean {
  const components = own(document, 'components')
  const schemes = isObject(components) ? own(components, 'securitySchemes') : undefined
  const scheme = isObject(schemes) ? resolve(own(schemes, name), document) : undefined
  if (!scheme) return false
  const type = String(own(scheme, 'type'))
  const kind = type === 'http' ? `http ${String(own(scheme, 'scheme')).toLowerCase()}` : type
  return TOKEN_SCHEMES.has(kind)
}
