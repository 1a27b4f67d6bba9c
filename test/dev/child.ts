import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll } from 'vitest'
import { assertFree, planPorts, type Ports } from '../../dev/ports.ts'
import { PATIENCE_MS } from '../support/patience.ts'

export interface Child {
  readonly pid: number
  /** All of it so far. */
  stdout(): string
  stderr(): string
  /** Resolves with the first match in what it printed. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  /** Closes the reading end of its output. */
  deafen(): void
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

/** `node dev/start.ts` as a real process; none outlives the test file. */
export const useChildren = () => {
  const running: Child[] = []
  afterAll(async () => {
    for (const child of running) {
      // workerd outlives a parent that is killed.
      const orphans = childrenOf(child.pid)
      child.kill('SIGKILL')
      for (const pid of orphans.filter(isAlive)) process.kill(pid, 'SIGKILL')
    }
    await Promise.all(running.map((child) => child.ended))
  })
  return (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Child => {
    const child = spawnStart(args, environment)
    running.push(child)
    return child
  }
}

const spawnStart = (args: readonly string[], environment: NodeJS.ProcessEnv): Child => {
  const { FORCE_COLOR: _, ...inherited } = process.env
  const child = spawn(process.execPath, ['dev/start.ts', ...args], {
    env: { ...inherited, NO_COLOR: '1', ...environment },
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text.stdout += piece))
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (text.stderr += piece))
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  return {
    pid: child.pid ?? 0,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    printed: (pattern) => poll(() => pattern.exec(text.stdout), `${pattern} in\n${text.stderr}`),
    kill: (signal) => void child.kill(signal),
    deafen: () => child.stdout.destroy(),
    ended,
  }
}

export const poll = async <T>(look: () => T | null, what: string): Promise<T> => {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const found = look()
    if (found !== null) return found
    if (Date.now() > end) throw new Error(`never happened: ${what}`)
    await sleep(20)
  }
}

/** Below the ports that systems hand out, so that no other test file is given one of them. */
export const findPorts = async (): Promise<Ports> => {
  for (;;) {
    const ports = planPorts(10_000 + Math.floor(Math.random() * 20_000))
    const free = await assertFree(ports).then(
      () => true,
      () => false,
    )
    if (free) return ports
  }
}

export const childrenOf = (pid: number): readonly number[] =>
  listProcesses()
    .filter(({ parent }) => parent === pid)
    .map((child) => child.pid)

interface Process {
  readonly pid: number
  readonly parent: number
  /** `Z`: has ended, and waits for its parent to notice. */
  readonly state: string
}

/** Slim Linux images have no `ps`, other systems no `/proc`. */
const listProcesses = (): readonly Process[] => {
  if (process.platform === 'linux') {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readStat(name) : []))
  }
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' })
  return stdout.split('\n').map((line) => {
    const [pid, parent, state = ''] = line.trim().split(/\s+/)
    return { pid: Number(pid), parent: Number(parent), state: state.slice(0, 1) }
  })
}

const readStat = (pid: string): readonly Process[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything; state and parent follow it.
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return [{ pid: Number(pid), parent: Number(parent), state }]
  } catch {
    return []
  }
}

export const isAlive = (pid: number): boolean =>
  listProcesses().some((known) => known.pid === pid && known.state !== 'Z')

export const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
