/** `dev`: both front doors on this machine, in front of a sample API, started anew when the rules change. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { INSTALL, findForeign } from '../dev/needs.ts'
import { EXIT, isExitCode } from '../exit.ts'
import type { ExitCode } from '../exit.ts'
import { CliFault, codeOf, messageOf } from '../fault.ts'
import { loadConfig } from '../load/config.ts'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'
import type { Context } from './context.ts'

export interface DevOptions {
  readonly port?: string
  /** Without watching the file. */
  readonly once?: boolean
}

/** Editors write a file in several steps. */
const SETTLE_MS = 150
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export async function develop(options: DevOptions, context: Context): Promise<ExitCode> {
  const { path } = await loadConfig(context.config)
  return options.once ? runOnce(path, options) : supervise(path, options, context.terminal)
}

async function runOnce(path: string, { port }: DevOptions): Promise<ExitCode> {
  const foreign = findForeign()
  if (foreign !== null) throw new CliFault(foreign, INSTALL)
  try {
    const { runDoors } = await import('../dev/run.ts')
    return await runDoors(path, port)
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new CliFault('`dev` needs packages that are not installed.', INSTALL)
  }
}

/** The doors run in a process of their own: a new one has nothing left of the old rules. */
async function supervise(path: string, options: DevOptions, terminal: Terminal): Promise<ExitCode> {
  let child = start(path, options)
  let isEnding = false
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      isEnding = true
      child.kill(signal)
    })
  }
  const restart = async () => {
    const fault = await faultOf(path)
    if (fault !== null) return terminal.note(`\n  the rules are kept as they were:\n${fault}\n`)
    terminal.note(`\n  ${basename(path)} has changed: restarting\n`)
    const old = child
    const ended = once(old, 'exit')
    old.kill('SIGTERM')
    await ended
    if (!isEnding) child = start(path, options)
  }
  const watcher = watchFile(path, restart)
  let ended: ChildProcess | null = null
  let code: unknown = null
  while (ended !== child) {
    ended = child
    ;[code] = ended.exitCode === null ? await once(ended, 'exit') : [ended.exitCode]
    await watcher.settled()
  }
  watcher.close()
  if (isEnding) return EXIT.ok
  return isExitCode(code) ? code : EXIT.bug
}

const start = (path: string, { port }: DevOptions): ChildProcess => {
  const [, program = ''] = process.argv
  const words = ['dev', '--once', '--config', path, ...(port === undefined ? [] : ['--port', port])]
  return fork(program, words, { stdio: 'inherit' })
}

/** null: the file can be read, and is right. */
async function faultOf(path: string): Promise<string | null> {
  try {
    await loadConfig(path)
    return null
  } catch (error) {
    const lines = messageOf(error).split('\n')
    return lines.map((line) => `    ${printable(line)}`).join('\n')
  }
}

/** The folder is watched: an editor may put a new file in the place of the old one. */
function watchFile(path: string, changed: () => Promise<void>) {
  let timer: NodeJS.Timeout | undefined
  let work = Promise.resolve()
  const watcher = watch(dirname(path), (_, name) => {
    if (name !== basename(path)) return
    clearTimeout(timer)
    timer = setTimeout(() => (work = work.then(changed)), SETTLE_MS)
  })
  return {
    settled: () => work,
    close() {
      clearTimeout(timer)
      watcher.close()
    },
  }
}
