import type { IncomingMessage } from 'node:http'
import { parseJson } from '../../shared/json.ts'

/** Four tokens of the largest size. */
export const BODY_BYTES = 65_536

/** `undefined`: not JSON. `too large`: the rest of it is not read. */
export async function readBody(message: IncomingMessage): Promise<unknown> {
  if (Number(message.headers['content-length'] ?? 0) > BODY_BYTES) return TOO_LARGE
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of message as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > BODY_BYTES) return TOO_LARGE
    pieces.push(piece)
  }
  return parseJson(Buffer.concat(pieces).toString())
}

export const TOO_LARGE = Symbol('too large')
