/** Where in a file of a user's an error arose: `path:line`. */
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Below it no file is a user's. */
const OURS = dirname(fileURLToPath(import.meta.url))

/** The path alone where no line is told. */
export const placeOf = (error: unknown, path: string): string =>
  (error instanceof Error ? findPlace(error) : null) ??
  (error instanceof SyntaxError ? checkSyntax(path) : null) ??
  path

/** Node writes it in front of a stack, or in the frames of one; the message may hold anything. */
function findPlace({ stack = '', message }: Error): string | null {
  for (const line of stack.replace(message, '').split('\n')) {
    const [, name, number] = FRAME.exec(line) ?? HEAD.exec(line) ?? []
    if (name === undefined || line.includes('node:')) continue
    const path = name.startsWith('file:') ? fileURLToPath(name) : name
    if (!path.startsWith(OURS)) return `${path}:${number}`
  }
  return null
}

const FRAME = /^ +at .*?(file:\/\/[^?)]+?)(?:\?[\d.]+)?:(\d+):\d+\)?$/
const HEAD = /^((?:file:\/\/|\/|[A-Z]:\\)[^?]*?)(?:\?[\d.]+)?:(\d+)$/

/** A stack of import() does not say it; node itself does. */
function checkSyntax(path: string): string | null {
  const { stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' })
  const [first = ''] = stderr.split('\n')
  return first.startsWith(`${path}:`) ? first : null
}
