/** Text that comes by standard input or by a prompt. */
import { CliFault } from '../fault.ts'
import type { Terminal } from '../terminal.ts'

/** Ten times a long token; whatever is longer is something else. */
const INPUT_BYTES = 2_097_152

/** How much is read, and what is said of more. */
interface Bound {
  readonly bytes: number
  readonly fault: () => CliFault
}

export async function readInput(
  stream: NodeJS.ReadableStream,
  { bytes: most, fault }: Bound = { bytes: INPUT_BYTES, fault: tooLong },
): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of stream) {
    const bytes = Buffer.from(piece)
    size += bytes.length
    if (size > most) throw fault()
    pieces.push(bytes)
  }
  return Buffer.concat(pieces).toString()
}

/** Never echoed, not even as dots, and in no history of a shell. */
export async function askToken(terminal: Terminal): Promise<string> {
  if (!terminal.isInteractive) {
    throw new CliFault(
      'There is no token.',
      'Give it before the method, or `-` to read it from standard input, or --no-token.',
    )
  }
  process.stderr.write('Token (not shown): ')
  process.stdin.setRawMode(true)
  try {
    return await readLine(process.stdin)
  } finally {
    process.stdin.setRawMode(false)
    process.stdin.pause()
    process.stderr.write('\n')
  }
}

const CANCEL = String.fromCharCode(3)
const ERASE = String.fromCharCode(127)

/** Of a terminal in raw mode: what is typed up to the end of the line. */
export async function readLine(stream: NodeJS.ReadableStream): Promise<string> {
  let line = ''
  for await (const piece of stream) {
    for (const character of Buffer.from(piece).toString()) {
      if (character === '\r' || character === '\n') return line
      if (character === CANCEL) throw new CliFault('Cancelled.', 'Nothing was done.')
      line = character === ERASE ? line.slice(0, -1) : line + character
      if (line.length > INPUT_BYTES) throw tooLong()
    }
  }
  return line
}

const tooLong = () => new CliFault('That is too long for a token.', 'Give the token alone.')

/** What people copy beside a token: the scheme, quotes, the end of the line. */
export const trimToken = (text: string): string =>
  text
    .trim()
    .replace(/^(?:authorization:\s*)?bearer\s+/i, '')
    .replace(/^(["'])(.*)\1$/s, '$2')
