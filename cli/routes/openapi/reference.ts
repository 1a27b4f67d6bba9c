/** Where a `$ref` leads. */
import { get, textOf } from '../../lint/tree.ts'
import type { Tree } from '../../lint/tree.ts'

/** One step, within the file (RFC 6901); undefined: it leads elsewhere. */
export function resolve(root: Tree, tree: Tree | undefined): Tree | undefined {
  const reference = textOf(get(tree, '$ref'))
  if (reference === undefined) return tree
  if (!reference.startsWith('#/')) return undefined
  const names = reference.slice(2).split('/')
  return get(root, ...names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')))
}
