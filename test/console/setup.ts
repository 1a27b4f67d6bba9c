/**
 * One world for all of these tests: what `npm start` starts, as a process of its own, and a real
 * browser. Chromium comes from an npm package: a machine without it fails here, and skips nothing.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import packed from '@sparticuz/chromium'
import { chromium, type BrowserServer } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { findPorts } from '../dev/child.ts'
import { PATIENCE_MS } from '../support/patience.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly port: number
    readonly browser: string
    /** What the process has printed so far. */
    readonly log: string
  }
}

const LOG = '.build/console.log'
/** What serves a Lambda function and weakens what a page is held to, or ends with the first page. */
const UNWANTED =
  /web-security|insecure-content|single-process|headless|site-isolation|IsolateOrigins|gl=|angle|swiftshader|gpu/
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
]

export default async function setup(project: TestProject) {
  const ports = await findPorts()
  const world = spawn(process.execPath, ['dev/start.ts', '--port', String(ports.worker)], {
    env: { ...process.env, NO_COLOR: '1' },
  })
  const end = async () => {
    world.kill('SIGTERM')
    if (world.exitCode === null && world.signalCode === null) await once(world, 'exit')
  }
  const [browser] = await Promise.all([launch(), started(world)]).catch(async (error: unknown) => {
    await end()
    throw error
  })
  project.provide('log', LOG)
  project.provide('port', ports.console)
  project.provide('browser', browser.wsEndpoint())
  return async () => {
    await browser.close()
    await end()
  }
}

async function launch(): Promise<BrowserServer> {
  const args = packed.args.filter((arg) => !UNWANTED.test(arg))
  return chromium.launchServer({
    executablePath: await packed.executablePath(),
    args: [...args, ...QUIET],
  })
}

async function started(world: ChildProcess): Promise<void> {
  let printed = ''
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fail = () => reject(new Error(`npm start did not start:\n${printed}`))
  const timer = setTimeout(fail, PATIENCE_MS)
  world.on('exit', fail)
  const print = (piece: unknown) => {
    printed += String(piece)
    appendFileSync(LOG, String(piece))
  }
  mkdirSync('.build', { recursive: true })
  rmSync(LOG, { force: true })
  world.stderr?.on('data', print)
  world.stdout?.on('data', (piece) => {
    print(piece)
    if (printed.includes('Ctrl-C ends everything')) resolve()
  })
  await promise.finally(() => clearTimeout(timer))
  world.off('exit', fail)
}
