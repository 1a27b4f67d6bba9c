/**
 * `${self:custom.x}` of osls, where the file itself has the answer. Everything else that stands in
 * `${…}` depends on who deploys, and is unknown.
 */
import { get, textOf } from './tree.ts'
import type { Tree } from './tree.ts'

const WHOLE = /^\$\{self:([\w.-]+)(?:,\s*([^${}]+))?\}$/
const WITHIN = /\$\{self:([\w.-]+)\}/g
/** Variables that lead to variables; a circle ends here. */
const DEPTH = 20

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
  return (
    resolveWhole(text, tree.line, root, resolve) ?? resolveWithin(text, tree.line, root, resolve)
  )
}

/** The line stays the one that asks. */
function resolveWhole(text: string, line: number, root: Tree, resolve: Resolve): Tree | undefined {
  const [, path, otherwise] = WHOLE.exec(text) ?? []
  if (path === undefined) return undefined
  const found = get(root, ...path.split('.'))
  if (found) return { ...resolve(found, 1), line }
  return otherwise === undefined
    ? undefined
    : { kind: 'scalar', line, value: otherwise.trim().replace(/^(['"])(.*)\1$/, '$2') }
}

function resolveWithin(text: string, line: number, root: Tree, resolve: Resolve): Tree {
  const filled = text.replaceAll(WITHIN, (variable, path: string) => {
    const found = get(root, ...path.split('.'))
    const value = found && resolve(found, 1)
    return (value?.kind === 'unknown' ? value.text : textOf(value)) ?? variable
  })
  return filled.includes('${')
    ? { kind: 'unknown', line, text: filled }
    : { kind: 'scalar', line, value: filled }
}
