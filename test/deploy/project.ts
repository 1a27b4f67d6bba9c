import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('../../', import.meta.url))

/** What a build and a deployment read. */
const PARTS = [
  'authorizer.config.ts',
  'package.json',
  'serverless.yml',
  'tsconfig.json',
  'wrangler.toml',
  'cli',
  'dev',
  'functions',
  'shared',
]

export type Environment = Readonly<Record<string, string>>

type Start<T> = (command: string, args: readonly string[], options?: StartOptions) => T

export interface StartOptions {
  readonly environment?: Environment
  /** The project's root */
  readonly folder?: string
}

export interface Project {
  readonly root: string
  /** What the command printed; throws with that when it fails. */
  readonly run: Start<Promise<string>>
  readonly start: Start<ChildProcess>
  /** Ends what still runs there. */
  remove(): Promise<void>
}

/**
 * The project as somebody has it after `git clone` and `npm ci`: nothing built, no account. Its
 * `dist` is its own, so that a deployment that builds disturbs no other test.
 */
export async function copyProject(): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'edge-authorizer-'))
  await Promise.all(PARTS.map((part) => cp(join(SOURCE, part), join(root, part), RECURSIVE)))
  await symlink(join(SOURCE, 'node_modules'), join(root, 'node_modules'), 'dir')
  const running = new Set<ChildProcess>()
  const start: Project['start'] = (command, args, { environment, folder = root } = {}) => {
    const env = { ...surroundings(root), ...environment }
    const child = spawn(command, args, { cwd: folder, env })
    running.add(child)
    return child.once('exit', () => running.delete(child))
  }
  return {
    root,
    start,
    run: async (...given) => finish(start(...given), given[0]),
    async remove() {
      await Promise.all([...running].map(kill))
      await rm(root, { ...RECURSIVE, maxRetries: 5 })
    },
  }
}

const RECURSIVE = { recursive: true, force: true } as const

/** No credentials, no settings of whoever runs the tests, and no network: nothing listens on that port. */
const surroundings = (home: string): Environment => ({
  PATH: [join(SOURCE, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
  HOME: home,
  CI: '1',
  NO_COLOR: '1',
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
})

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function finish(child: ChildProcess, command: string): Promise<string> {
  const pieces: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece))
  }
  const [code] = await once(child, 'close')
  const output = pieces.join('')
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}`)
  return output
}
