/** Text that comes by standard input or by a prompt. */
import { isCancel, password } from '@clack/prompts'
import { EXIT } from '../exit.ts'
import { CliFault } from '../fault.ts'
import type { Terminal } from '../terminal.ts'

/** Ten times a long token; whatever is longer is something else. */
const INPUT_BYTES = 2_097_152

export async function readInput(stream: NodeJS.ReadableStream): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of stream) {
    const bytes = Buffer.from(piece)
    size += bytes.length
    if (size > INPUT_BYTES) {
      throw new CliFault('Standard input is too long for a token.', 'Send the token alone.')
    }
    pieces.push(bytes)
  }
  return Buffer.concat(pieces).toString()
}

/** Never echoed, and in no history of a shell. */
export async function askToken(terminal: Terminal): Promise<string> {
  if (!terminal.isInteractive) {
    throw new CliFault(
      'There is no token.',
      'Give it before the method, or `-` to read it from standard input, or --no-token.',
    )
  }
  const answer = await password({ message: 'Token', output: process.stderr })
  if (isCancel(answer)) throw new CliFault('Cancelled.', 'Nothing was done.', EXIT.usage)
  return answer ?? ''
}

/** What people copy beside a token: the scheme, quotes, the end of the line. */
export const trimToken = (text: string): string =>
  text
    .trim()
    .replace(/^(?:authorization:\s*)?bearer\s+/i, '')
    .replace(/^(["'])(.*)\1$/s, '$2')
