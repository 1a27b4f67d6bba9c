/**
 * An OpenAPI description (3.0, 3.1) as routes of a configuration. What OpenAPI says and a route's
 * policy cannot is reported and taken more strictly, never more loosely; an operation that says
 * nothing of security is left out, so it is refused.
 */
import type { RoutePolicy } from '../../shared/config/types.ts'
import { parsePattern, shapeOf } from '../../shared/policy/pattern.ts'
import type { Finding } from '../lint/finding.ts'
import { entriesOf, get, itemsOf, textOf } from '../lint/tree.ts'
import type { Tree } from '../lint/tree.ts'
import { readYaml } from '../lint/yaml.ts'
import { toPatternPath } from './path.ts'
import { readSecurity } from './security.ts'
import type { Complain } from './security.ts'

export type Routes = Readonly<Record<string, RoutePolicy | 'public' | 'authenticated'>>

export interface Imported {
  readonly routes: Routes
  readonly findings: readonly Finding[]
}

export interface ImportOptions {
  /** Put before every path, `/v1`: the part of a server's URL that requests carry. */
  readonly prefix?: string
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

export function importOpenApi(
  { name, text }: { readonly name: string; readonly text: string },
  { prefix = '' }: ImportOptions = {},
): Imported {
  const findings: Finding[] = []
  const complain: Complain = (rule, severity, line, { message, mend }) =>
    void findings.push({ rule, severity, file: name, line, message, mend })
  const root = readYaml(text)
  if (root.kind === 'unreadable' || !/^3\.[01]/.test(textOf(get(root, 'openapi')) ?? '')) {
    const message = root.kind === 'unreadable' ? root.message : 'It is no OpenAPI 3.0 or 3.1'
    complain('openapi-unknown', 'error', root.line, {
      message,
      mend: 'Give it an OpenAPI description, YAML or JSON.',
    })
    return { routes: {}, findings }
  }
  if (prefix === '') reportServerPath(root, complain)
  const routes = readOperations(root, prefix, complain)
  return { routes, findings: findings.sort((one, other) => one.line - other.line) }
}

/** `https://api.example.com/v1`: requests carry `/v1`, unless something in front takes it off. */
function reportServerPath(root: Tree, complain: Complain): void {
  const servers = itemsOf(get(root, 'servers'))
  const found = servers.find((server) => pathOfServer(textOf(get(server, 'url'))) !== '')
  if (!found) return
  const path = pathOfServer(textOf(get(found, 'url')))
  complain('server-path', 'warning', found.line, {
    message: `The server has the path "${path}", which the patterns do not have`,
    mend: `Import with the prefix "${path}", unless a stage or a proxy takes it off.`,
  })
}

const pathOfServer = (url = ''): string =>
  url.replace(/^(?:[\w.+-]+:)?\/\/[^/]*/, '').replace(/\/$/, '')

function readOperations(root: Tree, prefix: string, complain: Complain): Routes {
  const routes: Record<string, RoutePolicy | 'public' | 'authenticated'> = {}
  const shapes = new Map<string, string>()
  for (const [path, item] of entriesOf(get(root, 'paths'))) {
    for (const { method, operation } of operationsOf(root, item, complain)) {
      const pattern = toPattern(method, prefix + path, operation.line, complain)
      const policy = pattern && readSecurity(root, operation, pattern.text, complain)
      if (!pattern || !policy) continue
      const twin = shapes.get(shapeOf(pattern))
      if (twin === undefined) routes[pattern.text] = policy
      else reportTwin(pattern.text, twin, operation.line, complain)
      shapes.set(shapeOf(pattern), twin ?? pattern.text)
    }
  }
  return routes
}

function reportTwin(text: string, twin: string, line: number, complain: Complain): void {
  complain('path-conflict', 'error', line, {
    message: `"${text}" matches the same requests as "${twin}", whose security is taken for both`,
    mend: 'Keep one of them.',
  })
}

interface Operation {
  readonly method: string
  readonly operation: Tree
}

function operationsOf(root: Tree, item: Tree, complain: Complain): readonly Operation[] {
  const reference = textOf(get(item, '$ref'))
  const target = reference === undefined ? item : follow(root, reference)
  if (!target) {
    complain('reference-foreign', 'error', item.line, {
      message: `"${reference}" is not in this file, so its operations are left out`,
      mend: 'Bundle the description into one file first.',
    })
  }
  return METHODS.flatMap((name) => {
    const operation = get(target, name)
    return operation ? [{ method: name.toUpperCase(), operation }] : []
  })
}

/** `#/components/pathItems/Users` (RFC 6901). */
function follow(root: Tree, reference: string): Tree | undefined {
  if (!reference.startsWith('#/')) return undefined
  const names = reference.slice(2).split('/')
  return get(root, ...names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')))
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
