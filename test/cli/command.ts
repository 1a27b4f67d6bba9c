import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll } from 'vitest'
import type { Config } from '../../shared/index.ts'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Of `--json`. */
  json(): Json
}

/** Whatever was printed: the assertions say what it has to be. */
export type Json = ReturnType<typeof JSON.parse>

export interface RunOptions {
  /** Comes when it is there. */
  readonly input?: string | Promise<string>
  readonly env?: Readonly<Record<string, string>>
  /** Another one than that of `dist`. */
  readonly program?: string
}

/** Libraries for colour take a CI for a terminal; ours is none, there or here. */
const WATCHED_BY_NOBODY = { CI: 'true' }

/** A folder with files in it, and the command run there as a process of its own. */
export interface Workplace {
  readonly folder: string
  write(name: string, content: string | object): Promise<string>
  run(words: readonly string[], options?: RunOptions): Promise<Ran>
}

const PROGRAM = resolve('dist/cli/main.js')
/** What the machine may have set, and what would change an answer. */
const {
  ISSUER: _i,
  AUDIENCE: _a,
  AUTHORIZER_CONFIG: _c,
  FORCE_COLOR: _f,
  ...INHERITED
} = process.env

export function useWorkplace(config?: Config): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'edge-authorizer-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const write = async (name: string, content: string | object) => {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const ready = config ? write('authorizer.config.json', config) : Promise.resolve()
  return {
    folder,
    write,
    run: async (words, options) => {
      await ready
      return runIn(folder, words, options)
    },
  }
}

async function runIn(
  cwd: string,
  words: readonly string[],
  { input = '', env = {}, program = PROGRAM }: RunOptions = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...words], {
    cwd,
    env: { ...INHERITED, ...WATCHED_BY_NOBODY, ...env },
  })
  // One that ends without reading is no fault of the test.
  child.stdin.on('error', () => undefined)
  void Promise.resolve(input).then((given) => child.stdin.end(given))
  const ended = new Promise<number | null>((done) => child.on('close', done))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr, json: () => JSON.parse(stdout) }
}
