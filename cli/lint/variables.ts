/**
 * `${self:custom.x, 'or this'}` of osls, where the file itself has the answer. Everything else that stands
 * in `${…}` depends on who deploys, and is unknown.
 */
import { get, isNull, textOf } from './tree.ts'
import type { Scalar, Tree } from './tree.ts'

const WHOLE = /^\$\{([^${}]+)\}$/
const WITHIN = /\$\{([^${}]+)\}/g
/** What counts is the first that there is. */
const SOURCES = /'[^']*'|"[^"]*"|[^,'"]+/g
const SELF = /^self:([\w.-]+)$/
const LITERAL = /^(?:true|false|null|-?\d+(?:\.\d+)?)$/
/** Variables that lead to variables; a circle ends here. */
const DEPTH = 20
/** What variables within a text may add to it; no name or path is as long. */
const GROWTH = 10_000

type Resolve = (tree: Tree, depth: number) => Tree

export function resolveVariables(root: Tree): Tree {
  const resolved = new Map<Tree, Tree>()
  const resolve: Resolve = (tree, depth) => {
    const known = resolved.get(tree)
    if (known) return known
    const result = resolveTree(
      tree,
      root,
      (part, deeper = 0) => resolve(part, depth + deeper),
      depth,
    )
    resolved.set(tree, result)
    return result
  }
  return resolve(root, 0)
}

function resolveTree(tree: Tree, root: Tree, resolve: Resolve, depth: number): Tree {
  if (tree.kind === 'map') {
    const entries = [...tree.entries].map(([name, part]) => [name, resolve(part, 0)] as const)
    return { ...tree, entries: new Map(entries) }
  }
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => resolve(item, 0)) }
  const text = textOf(tree)
  if (tree.kind === 'unknown' || !text?.includes('${')) return tree
  if (depth > DEPTH) return { kind: 'unknown', line: tree.line, text }
  const { line } = tree
  const [, sources] = WHOLE.exec(text) ?? []
  if (sources === undefined) return resolveWithin(text, line, root, resolve)
  return resolveSources(sources, line, root, resolve) ?? { kind: 'unknown', line, text }
}

/** The line stays the one that asks. Undefined: what counts is not said here. */
function resolveSources(
  text: string,
  line: number,
  root: Tree,
  resolve: Resolve,
): Tree | undefined {
  let result: Tree | undefined
  for (const source of sourcesOf(text)) {
    const [, path] = SELF.exec(source) ?? []
    const found = path === undefined ? readLiteral(source, line) : get(root, ...path.split('.'))
    if (path === undefined && found === undefined) return undefined
    if (found) result = { ...resolve(found, 1), line }
    if (result && !isNull(result)) return result
  }
  return result
}

const sourcesOf = (text: string): readonly string[] =>
  (text.match(SOURCES) ?? []).map((source) => source.trim()).filter((source) => source !== '')

function readLiteral(source: string, line: number): Tree | undefined {
  if (/^['"]/.test(source)) return { kind: 'scalar', line, value: source.slice(1, -1) }
  return LITERAL.test(source)
    ? { kind: 'scalar', line, value: JSON.parse(source) as Scalar }
    : undefined
}

function resolveWithin(text: string, line: number, root: Tree, resolve: Resolve): Tree {
  let room = GROWTH
  const filled = text.replaceAll(WITHIN, (variable, sources: string) => {
    const value = resolveSources(sources, line, root, resolve)
    const part = (value?.kind === 'unknown' ? value.text : textOf(value)) ?? variable
    room -= part.length
    return room < 0 ? '' : part
  })
  if (room < 0) return { kind: 'unknown', line, text }
  const result: Tree = { kind: 'scalar', line, value: filled }
  if (!filled.includes('${')) return result
  // A variable within the name of another.
  return filled === text ? { kind: 'unknown', line, text } : resolve(result, 1)
}
