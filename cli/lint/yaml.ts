/**
 * YAML, and JSON with it, as a tree: aliases followed, merges (`<<`) merged, CloudFormation's short
 * forms (`!Ref X`) written out. Parts that an alias repeats are shared, so that a document cannot
 * grow by being read.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Node, Pair } from 'yaml'
import type { Scalar, Tree, Unreadable } from './tree.ts'

const MERGE = '<<'
/** Deeper than any deployment; a bound on what a file can make us do. */
const DEPTH = 100

interface Reading {
  readonly document: Document
  readonly lines: LineCounter
  readonly read: Map<Node, Tree>
}

export function readYaml(text: string): Tree | Unreadable {
  const lines = new LineCounter()
  // Of two members of one name CloudFormation takes the last, as is done here.
  const document = parseDocument(text, {
    lineCounter: lines,
    logLevel: 'silent',
    uniqueKeys: false,
  })
  const [error] = document.errors
  const lineOf = (offset: number) => lines.linePos(offset).line
  if (error) {
    // It ends with its place, of which the line is told beside it.
    const [message = ''] = error.message.split(/ at line |\n/)
    return { kind: 'unreadable', line: lineOf(error.pos[0]), message }
  }
  const root = document.contents
  if (root === null) return { kind: 'unreadable', line: 1, message: 'It is empty' }
  return readNode({ document, lines, read: new Map() }, root as Node, 0)
}

function readNode(reading: Reading, node: Node, depth: number): Tree {
  const known = reading.read.get(node)
  if (known) return known
  const line = reading.lines.linePos(node.range?.[0] ?? 0).line
  const tree =
    depth > DEPTH ? nothing(line, '…') : untagged(readKind(reading, node, line, depth), node)
  reading.read.set(node, tree)
  return tree
}

const nothing = (line: number, text: string): Tree => ({ kind: 'unknown', line, text })

function readKind(reading: Reading, node: Node, line: number, depth: number): Tree {
  if (isScalar(node)) return { kind: 'scalar', line, value: node.value as Scalar }
  if (isAlias(node)) {
    const target = node.resolve(reading.document)
    return target ? readNode(reading, target, depth + 1) : nothing(line, `*${node.source}`)
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => readNode(reading, item as Node, depth + 1))
    return { kind: 'list', line, items }
  }
  if (!isMap(node)) return nothing(line, '')
  const entries = new Map<string, Tree>()
  for (const pair of node.items) readPair(reading, pair as Pair<Node, Node | null>, entries, depth)
  return { kind: 'map', line, entries }
}

/** A member is where its name is. */
function readPair(
  reading: Reading,
  { key, value }: Pair<Node, Node | null>,
  entries: Map<string, Tree>,
  depth: number,
): void {
  const name = isScalar(key) ? String(key.value) : ''
  const line = reading.lines.linePos(key.range?.[0] ?? 0).line
  const tree: Tree = value
    ? readNode(reading, value, depth + 1)
    : { kind: 'scalar', line, value: null }
  if (name === MERGE) {
    for (const source of tree.kind === 'list' ? tree.items : [tree]) merge(source, entries)
  } else {
    // The later of two merges loses, but a member of one's own wins wherever it stands.
    entries.set(name, {
      ...tree,
      line: isAlias(value) || tree.kind !== 'scalar' ? line : tree.line,
    })
  }
}

function merge(source: Tree, entries: Map<string, Tree>): void {
  if (source.kind !== 'map') return
  for (const [name, tree] of source.entries) if (!entries.has(name)) entries.set(name, tree)
}

/** `!Ref X` is `{ Ref: X }`, `!GetAtt X.Arn` is `{ Fn::GetAtt: X.Arn }`. */
function untagged(tree: Tree, { tag }: { tag?: string }): Tree {
  if (!tag?.startsWith('!') || tag === '!') return tree
  const name = tag.slice(1)
  const full = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`
  return { kind: 'map', line: tree.line, entries: new Map([[full, tree]]) }
}
