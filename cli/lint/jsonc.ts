/** JSON, with the comments and trailing commas that wrangler takes, as a tree. */
import { parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Node, ParseError } from 'jsonc-parser'
import { LineCounter } from 'yaml'
import { mapOf } from './tree.ts'
import type { Scalar, Tree, Unreadable } from './tree.ts'

type LineOf = (offset: number) => number

export function readJsonc(text: string): Tree | Unreadable {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const lineOf = countLines(text)
  const [error] = errors
  if (root && !error) return readNode(root, lineOf)
  const message = error && root ? inWords(error) : 'It is empty'
  return { kind: 'unreadable', line: lineOf(error?.offset ?? 0), message }
}

function countLines(text: string): LineOf {
  const lines = new LineCounter()
  lines.addNewLine(0)
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1)
  return (offset) => lines.linePos(offset).line
}

/** `ValueExpected` is `value expected`. */
const inWords = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase()

function readNode({ type, children = [], value, offset }: Node, lineOf: LineOf): Tree {
  const line = lineOf(offset)
  if (type === 'array') {
    return { kind: 'list', line, items: children.map((item) => readNode(item, lineOf)) }
  }
  if (type !== 'object') return { kind: 'scalar', line, value: value as Scalar }
  return mapOf(
    children.flatMap((member) => readMember(member, lineOf)),
    line,
  )
}

/** A member is where its name is. */
function readMember({ children = [], offset }: Node, lineOf: LineOf): [string, Tree][] {
  const [name, value] = children
  return name && value
    ? [[String(name.value), { ...readNode(value, lineOf), line: lineOf(offset) }]]
    : []
}
