/** A file as a tree that knows its lines, whatever it was written in. */

export type Scalar = string | number | boolean | null

export type Tree =
  | { readonly kind: 'map'; readonly line: number; readonly entries: ReadonlyMap<string, Tree> }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly Tree[] }
  | { readonly kind: 'scalar'; readonly line: number; readonly value: Scalar }
  /** Said elsewhere: a variable of the environment, another file, the value of a stack. */
  | { readonly kind: 'unknown'; readonly line: number; readonly text: string }

/** A fault of the file itself: nothing can be said about what it holds. */
export interface Unreadable {
  readonly kind: 'unreadable'
  readonly line: number
  readonly message: string
}

export const mapOf = (entries: Iterable<readonly [string, Tree]>, line: number): Tree => ({
  kind: 'map',
  line,
  entries: new Map(entries),
})

/** Undefined: there is no such member. Below something unknown, everything is unknown. */
export function get(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  const [name, ...rest] = path
  if (name === undefined || tree?.kind === 'unknown') return tree
  return tree?.kind === 'map' ? get(tree.entries.get(name), ...rest) : undefined
}

export const entriesOf = (tree: Tree | undefined): readonly (readonly [string, Tree])[] =>
  tree?.kind === 'map' ? [...tree.entries] : []

/** One stands for a list of one, as CloudFormation and osls read it. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  if (tree === undefined || isNull(tree)) return []
  return tree.kind === 'list' ? tree.items : [tree]
}

export const textOf = (tree: Tree | undefined): string | undefined =>
  tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : undefined

export const isUnknown = (tree: Tree | undefined): boolean => tree?.kind === 'unknown'

export const isNull = (tree: Tree): boolean => tree.kind === 'scalar' && tree.value === null

/** `{ Ref: X }` and `{ Fn::GetAtt: [X, …] }`: the logical id of another resource. */
export function referenceOf(tree: Tree | undefined): string | undefined {
  const attribute = get(tree, 'Fn::GetAtt')
  const [first] = itemsOf(attribute)
  return textOf(get(tree, 'Ref')) ?? textOf(first)?.split('.')[0]
}

/** Every part of a tree, itself first. */
export function* walk(tree: Tree): Generator<Tree> {
  yield tree
  const parts = tree.kind === 'map' ? tree.entries.values() : tree.kind === 'list' ? tree.items : []
  for (const part of parts) yield* walk(part)
}
