/**
 * An OpenAPI description (3.0 to 3.2) as routes of a configuration. What OpenAPI says and a route's
 * policy cannot is reported, and of alternatives the stricter is taken; an operation that says
 * nothing of security is left out, so it is refused.
 */
import { parsePattern, shapeOf } from '../../../shared/policy/pattern.ts'
import type { RoutePattern } from '../../../shared/policy/pattern.ts'
import type { Finding } from '../../lint/finding.ts'
import { entriesOf, get, itemsOf, textOf } from '../../lint/tree.ts'
import type { Tree, Unreadable } from '../../lint/tree.ts'
import { readYaml } from '../../lint/yaml.ts'
import { toPatternPath } from './path.ts'
import { resolve } from './reference.ts'
import { readSecurity } from './security.ts'
import type { Complain, Policy } from './security.ts'

export interface Imported {
  readonly kind: 'imported'
  /** Those that can be said. */
  readonly operations: readonly Operation[]
  readonly findings: readonly Finding[]
}

export interface Operation {
  readonly pattern: RoutePattern
  readonly line: number
  /** undefined: left out, as findings tell. */
  readonly policy: Policy | undefined
}

export interface ImportOptions {
  /** Put before every path, `/v1`: the part of a server's URL that requests carry. */
  readonly prefix?: string
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']
/** Of API Gateway: all methods that the path has none for. */
const ANY = 'x-amazon-apigateway-any-method'

export function importOpenApi(
  { name, text }: { readonly name: string; readonly text: string },
  { prefix = '' }: ImportOptions = {},
): Imported | Unreadable {
  const root = readYaml(text)
  if (root.kind === 'unreadable') return root
  const version = textOf(get(root, 'openapi') ?? get(root, 'swagger'))
  if (!/^3\.[0-2]\b/.test(version ?? '')) {
    const message = `OpenAPI 3.0 to 3.2 is read, not ${version ?? 'this'}`
    return { kind: 'unreadable', line: root.line, message }
  }
  const findings: Finding[] = []
  const complain: Complain = (rule, severity, line, { message, mend }) =>
    void findings.push({ rule, severity, file: name, line, message, mend })
  if (prefix === '') reportServerPath(root, complain)
  const operations = readOperations(root, prefix, complain)
  const sorted = findings.sort((one, other) => one.line - other.line)
  return { kind: 'imported', operations, findings: sorted }
}

/** What can be pasted. */
export const routesOf = ({ operations }: Imported): Readonly<Record<string, Policy>> =>
  Object.fromEntries(
    operations.flatMap(({ pattern, policy }) =>
      policy === undefined ? [] : [[pattern.text, policy] as const],
    ),
  )

/** `https://api.example.com/v1`: requests carry `/v1`, unless something in front takes it off. */
function reportServerPath(root: Tree, complain: Complain): void {
  const servers = itemsOf(get(root, 'servers'))
  const found = servers.find((server) => pathOfServer(server) !== '')
  if (!found) return
  const path = pathOfServer(found)
  complain('server-path', 'warning', found.line, {
    message: `The server has the path "${path}", which the patterns do not have`,
    mend: `Import with the prefix "${path}", unless a stage or a proxy takes it off.`,
  })
}

/** A variable has the value that it has by default, which may bring a slash of its own. */
const pathOfServer = (server: Tree): string =>
  (textOf(get(server, 'url')) ?? '')
    .replace(/^(?:[\w.+-]+:)?\/\/[^/]*/, '')
    .replaceAll(
      /\{([^{}]+)\}/g,
      (variable, name: string) => textOf(get(server, 'variables', name, 'default')) ?? variable,
    )
    .replace(/^\/+(?=.)/, '/')
    .replace(/\/+$/, '')

function readOperations(root: Tree, prefix: string, complain: Complain): readonly Operation[] {
  const operations = new Map<string, Operation>()
  for (const [path, item] of entriesOf(get(root, 'paths'))) {
    for (const [method, operation] of methodsOf(root, item, complain)) {
      const { line } = operation
      const isDefault = textOf(get(operation, 'isDefaultRoute')) === 'true'
      const pattern = toPattern(method, isDefault ? '$default' : prefix + path, line, complain)
      if (!pattern) continue
      const shape = shapeOf(pattern)
      const twin = operations.get(shape)
      if (twin) reportTwin(pattern.text, twin.pattern.text, line, complain)
      else {
        const policy = readSecurity(root, operation, pattern.text, complain)
        operations.set(shape, { pattern, line, policy })
      }
    }
  }
  return [...operations.values()]
}

function reportTwin(text: string, twin: string, line: number, complain: Complain): void {
  complain('path-conflict', 'error', line, {
    message: `"${text}" matches the same requests as "${twin}", whose security is taken for both`,
    mend: 'Keep one of them.',
  })
}

function methodsOf(
  root: Tree,
  item: Tree,
  complain: Complain,
): readonly (readonly [method: string, operation: Tree])[] {
  const target = resolve(root, item)
  if (!target) {
    complain('reference-foreign', 'error', item.line, {
      message: `"${textOf(get(item, '$ref'))}" is not in this file, so its operations are left out`,
      mend: 'Bundle the description into one file first.',
    })
  }
  const named = METHODS.flatMap((name) => {
    const operation = get(target, name)
    return operation ? [[name.toUpperCase(), operation] as const] : []
  })
  const any = get(target, ANY)
  return [
    ...named,
    ...(any ? [['*', any] as const] : []),
    ...entriesOf(get(target, 'additionalOperations')),
  ]
}

function toPattern(method: string, path: string, line: number, complain: Complain) {
  const converted = toPatternPath(path)
  const pattern =
    converted === null
      ? 'has a segment that is a parameter in part'
      : parsePattern(`${method} ${converted}`)
  if (typeof pattern !== 'string') return pattern
  complain('path-not-expressible', 'error', line, {
    message: `"${method} ${path}" ${pattern}; it is left out, and so refused`,
    mend: 'Write a pattern by hand that takes in these paths and no others.',
  })
  return undefined
}
