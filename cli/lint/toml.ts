/** TOML as a tree. */
import { parseTOML } from 'toml-eslint-parser'
import type { AST } from 'toml-eslint-parser'
import { mapOf } from './tree.ts'
import type { Tree, Unreadable } from './tree.ts'

/** As it is filled: tables of one name come in pieces. */
type Growing = Map<string, Growing | Growing[] | Tree> & { line?: number }

export function readToml(text: string): Tree | Unreadable {
  try {
    const [{ body }] = parseTOML(text).body
    const root: Growing = new Map()
    for (const part of body) {
      if (part.type === 'TOMLKeyValue') place(root, part)
      else openTable(root, part)
    }
    return finish(root, 1)
  } catch (error) {
    const { lineNumber = 1, message } = error as { lineNumber?: number; message: string }
    return { kind: 'unreadable', line: lineNumber, message }
  }
}

const lineOf = ({ loc }: AST.TOMLNode): number => loc.start.line

const namesOf = ({ keys }: AST.TOMLKey): readonly string[] =>
  keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value))

function openTable(root: Growing, { key, kind, body, ...node }: AST.TOMLTable): void {
  const names = namesOf(key)
  const parent = descend(root, names.slice(0, -1))
  const name = names.at(-1) ?? ''
  const table: Growing = Object.assign(new Map(), { line: node.loc.start.line })
  const present = parent.get(name)
  if (kind === 'array') parent.set(name, [...(Array.isArray(present) ? present : []), table])
  else if (present instanceof Map) return void body.forEach((pair) => place(present, pair))
  else parent.set(name, table)
  for (const pair of body) place(table, pair)
}

function descend(from: Growing, names: readonly string[]): Growing {
  let table = from
  for (const name of names) {
    const present = table.get(name)
    const last = Array.isArray(present) ? present.at(-1) : present
    const next: Growing = last instanceof Map ? last : new Map()
    if (next !== last) table.set(name, next)
    table = next
  }
  return table
}

function place(table: Growing, { key, value }: AST.TOMLKeyValue): void {
  const names = namesOf(key)
  const tree = { ...readValue(value), line: lineOf(key) }
  descend(table, names.slice(0, -1)).set(names.at(-1) ?? '', tree)
}

function readValue(node: AST.TOMLContentNode): Tree {
  const line = lineOf(node)
  if (node.type === 'TOMLArray') return { kind: 'list', line, items: node.elements.map(readValue) }
  if (node.type === 'TOMLInlineTable') {
    const table: Growing = new Map()
    for (const pair of node.body) place(table, pair)
    return finish(table, line)
  }
  const { value } = node
  return { kind: 'scalar', line, value: value instanceof Date ? value.toISOString() : value }
}

function finish(table: Growing, above: number): Tree {
  const line = table.line ?? above
  const entries = [...table].map(([name, part]) => [name, finishPart(part, line)] as const)
  return mapOf(entries, line)
}

function finishPart(part: Growing | Growing[] | Tree, line: number): Tree {
  if (Array.isArray(part)) {
    const items = part.map((table) => finish(table, line))
    return { kind: 'list', line: items[0]?.line ?? line, items }
  }
  return part instanceof Map ? finish(part, line) : part
}
