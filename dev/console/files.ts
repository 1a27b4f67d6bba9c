/** The page as built: read once, a handful of files, under the names listed here and no other. */
import { readFile } from 'node:fs/promises'
import { findBundle } from '../bundle.ts'

export interface File {
  readonly type: string
  readonly content: Buffer
}

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/main.js': ['main.js', 'text/javascript; charset=utf-8'],
  '/style.css': ['style.css', 'text/css; charset=utf-8'],
} as const

export async function readFiles(): Promise<ReadonlyMap<string, File>> {
  const read = Object.entries(FILES).map(async ([path, [name, type]]) => {
    const content = await readFile(findBundle(`console/${name}`))
    return [path, { type, content }] as const
  })
  return new Map(await Promise.all(read))
}
