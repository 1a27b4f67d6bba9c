/** Files that a user names. */
import { open } from 'node:fs/promises'
import { parse, type ParseError } from 'jsonc-parser'
import { CliFault, codeOf } from '../fault.ts'
import { printable } from '../printable.ts'
import { readInput } from './input.ts'

/** No configuration, event or description of an API is larger. */
const FILE_BYTES = 8_388_608

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'that is a folder',
  EACCES: 'it may not be read',
  ENOTDIR: 'there is no such folder',
  ENAMETOOLONG: 'no file has such a name',
}

/** A file, or by `-` standard input: with the name that messages give it. */
export async function readGiven(path: string): Promise<{ name: string; text: string }> {
  if (path !== '-') return { name: path, text: await readText(path) }
  const bound = { bytes: FILE_BYTES, fault: () => tooLarge('stdin') }
  return { name: 'stdin', text: await readInput(process.stdin, bound) }
}

export async function readText(path: string): Promise<string> {
  const name = printable(path)
  try {
    const file = await open(path)
    try {
      if ((await file.stat()).size > FILE_BYTES) throw tooLarge(name)
      return decode(await file.readFile(), name)
    } finally {
      await file.close()
    }
  } catch (error) {
    const reason = REASONS[codeOf(error)]
    if (!reason) throw error
    throw new CliFault(`${name}: ${reason}.`, 'Check the path.')
  }
}

const tooLarge = (name: string) =>
  new CliFault(`${name}: larger than ${FILE_BYTES} bytes.`, 'Is it the right file?')

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new CliFault(`${name}: not UTF-8 text.`, 'Save it as UTF-8.')
  }
}

export function parseJsonFile(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const errors: ParseError[] = []
    parse(text, errors, { disallowComments: true })
    const line = text.slice(0, errors[0]?.offset).split('\n').length
    throw new CliFault(
      `${printable(path)}:${line}: not JSON.`,
      'Look at that line, and at the one above.',
    )
  }
}
